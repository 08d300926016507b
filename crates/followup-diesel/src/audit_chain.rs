//! The hash chain of the audit trail: how a row's hash is made, and how a chain is verified.

use std::fmt::Write as _;

use followup_domain::audit::{AuditFacts, AuditRow, AuditValue};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// Whole numbers beyond this are not exact in RFC 8785, which knows doubles only; they are refused.
const LARGEST_EXACT: u64 = 1 << 53;

/// The hash of a row, 64 lower-case hex digits.
///
/// It is SHA-256 over the bytes of `prev_hash` (64 hex digits as ASCII text; nothing for the first row), directly followed by
/// the UTF-8 bytes of the RFC 8785 canonical JSON of this object:
///
/// ```json
/// {"action":"message.accepted","actor":"service:dispatcher","at":1767225600000000,"chain":"case:7","entity":"message",
///  "entity_id":12,"new":{"status":"sent"},"old":{"status":"pending"},"reason":null,"seq":3}
/// ```
///
/// `at` is microseconds since 1970 UTC; `old` and `new` hold texts, whole numbers, booleans and nulls; `reason` is text or null.
/// `None` when a number is not exact in JSON, so that no two different rows have one hash.
pub(crate) fn hash(row: &AuditRow) -> Option<String> {
    let object = json!({
        "chain": row.chain,
        "seq": exact(row.seq)?,
        "at": exact(row.at.timestamp_micros())?,
        "actor": row.actor,
        "action": row.action,
        "entity": row.entity,
        "entity_id": exact(row.entity_id)?,
        "old": facts_to_json(&row.old)?,
        "new": facts_to_json(&row.new)?,
        "reason": row.reason,
    });
    let canonical = serde_json_canonicalizer::to_vec(&object).ok()?;
    let digest = Sha256::new().chain_update(row.prev_hash.as_bytes()).chain_update(canonical).finalize();
    Some(to_hex(&digest))
}

/// Lower-case hex.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn exact(number: i64) -> Option<i64> {
    (number.unsigned_abs() <= LARGEST_EXACT).then_some(number)
}

/// Facts as a JSON object; `None` for a number that is not exact.
pub(crate) fn facts_to_json(facts: &AuditFacts) -> Option<Value> {
    let mut object = Map::new();
    for (name, value) in facts {
        let value = match value {
            AuditValue::Null => Value::Null,
            AuditValue::Text(text) => Value::String(text.clone()),
            AuditValue::Integer(number) => Value::from(exact(*number)?),
            AuditValue::Bool(value) => Value::Bool(*value),
        };
        object.insert(name.clone(), value);
    }
    Some(Value::Object(object))
}

/// The facts of a JSON object; `None` for what [`facts_to_json`] does not make.
pub(crate) fn facts_from_json(json: Value) -> Option<AuditFacts> {
    let Value::Object(object) = json else { return None };
    let read = |value| match value {
        Value::Null => Some(AuditValue::Null),
        Value::String(text) => Some(AuditValue::Text(text)),
        Value::Bool(value) => Some(AuditValue::Bool(value)),
        Value::Number(number) => number.as_i64().map(AuditValue::Integer),
        Value::Array(_) | Value::Object(_) => None,
    };
    object.into_iter().map(|(name, value)| Some((name, read(value)?))).collect()
}

/// Where a chain no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the audit chain is broken at row {seq}")]
pub struct BrokenChain {
    /// The first row that is missing, moved or changed.
    pub seq: i64,
}

/// Verifies a whole chain from its first row: nothing missing, moved or changed. Rows cut off at the end, and a chain
/// rewritten from some row on, show only against a head that was kept elsewhere.
///
/// # Errors
/// The first row that does not fit.
pub fn verify(rows: &[AuditRow]) -> Result<(), BrokenChain> {
    let mut verifier = ChainVerifier::default();
    rows.iter().try_for_each(|row| verifier.accept(row))
}

/// Verifies a chain row by row, for chains that are read in pages.
#[derive(Debug, Clone, Default)]
pub struct ChainVerifier {
    chain: Option<String>,
    seq: i64,
    hash: String,
}

impl ChainVerifier {
    /// Takes the next row.
    ///
    /// # Errors
    /// The row does not follow the one before, or was changed.
    pub fn accept(&mut self, row: &AuditRow) -> Result<(), BrokenChain> {
        let broken = BrokenChain { seq: self.seq + 1 };
        let same_chain = self.chain.as_ref().is_none_or(|chain| *chain == row.chain);
        if !same_chain || row.seq != self.seq + 1 || row.prev_hash != self.hash || hash(row).as_ref() != Some(&row.hash) {
            return Err(broken);
        }
        self.chain.get_or_insert_with(|| row.chain.clone());
        self.seq = row.seq;
        self.hash.clone_from(&row.hash);
        Ok(())
    }

    /// The last row's number and hash: the head, to be kept elsewhere.
    pub fn head(&self) -> (i64, &str) {
        (self.seq, &self.hash)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};
    use followup_domain::audit::facts;

    use super::*;

    fn row(seq: i64, prev_hash: &str) -> AuditRow {
        let mut row = AuditRow {
            seq,
            chain: "case:7".into(),
            at: Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap(),
            actor: "service:dispatcher".into(),
            action: "message.accepted".into(),
            entity: "message".into(),
            entity_id: 12,
            old: facts([("status", "pending".into())]),
            new: facts([("status", "sent".into())]),
            reason: None,
            prev_hash: prev_hash.into(),
            hash: String::new(),
        };
        row.hash = hash(&row).unwrap();
        row
    }

    fn chain() -> Vec<AuditRow> {
        let mut rows = vec![row(1, "")];
        for seq in 2..=4 {
            let prev = rows.last().unwrap().hash.clone();
            rows.push(row(seq, &prev));
        }
        rows
    }

    #[test]
    fn the_hash_is_the_documented_one() {
        // sha256sum over the documented bytes.
        let canonical = r#"{"action":"message.accepted","actor":"service:dispatcher","at":1767225600000000,"chain":"case:7","entity":"message","entity_id":12,"new":{"status":"sent"},"old":{"status":"pending"},"reason":null,"seq":1}"#;
        assert_eq!(row(1, "").hash, to_hex(&Sha256::digest(canonical)));
        assert_eq!(row(1, "ab").hash, to_hex(&Sha256::digest(format!("ab{canonical}"))));
    }

    #[test]
    fn an_untouched_chain_verifies() {
        assert_eq!(verify(&chain()), Ok(()));
        assert_eq!(verify(&[]), Ok(()));
    }

    #[test]
    fn a_changed_missing_or_moved_row_is_found() {
        let mut changed = chain();
        changed[1].reason = Some("x".into());
        assert_eq!(verify(&changed), Err(BrokenChain { seq: 2 }));

        let mut missing = chain();
        missing.remove(2);
        assert_eq!(verify(&missing), Err(BrokenChain { seq: 3 }));

        let mut moved = chain();
        moved.swap(0, 1);
        assert_eq!(verify(&moved), Err(BrokenChain { seq: 1 }));

        let mut rehashed = chain();
        rehashed[1].actor = "user:x".into();
        rehashed[1].hash = hash(&rehashed[1]).unwrap();
        assert_eq!(verify(&rehashed), Err(BrokenChain { seq: 3 }));
    }

    #[test]
    fn numbers_that_json_cannot_hold_exactly_have_no_hash() {
        let mut row = row(1, "");
        row.new = facts([("n", AuditValue::Integer((1 << 53) + 1))]);
        assert_eq!(hash(&row), None);
    }
}
