//! What is hashed, byte for byte.

use std::fmt::Write as _;

use followup_domain::audit::{AuditValue, Commitment, Salt, SealedRow};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// Whole numbers beyond this are not exact in RFC 8785, which knows doubles only; they are refused.
const LARGEST_EXACT: u64 = 1 << 53;

/// The commitment to a value: SHA-256 over the salt's 16 bytes, directly followed by the UTF-8 bytes of the value's RFC 8785 canonical
/// JSON (`"sent"`, `12`, `true`, `null`).
pub fn commit(salt: &Salt, value: &str) -> Commitment {
    Commitment(Sha256::new().chain_update(salt.0).chain_update(value).finalize().into())
}

/// The hash of a row, 64 lower-case hex digits.
///
/// It is SHA-256 over the bytes of `prev_hash` (64 hex digits as ASCII text; nothing for the first row), directly followed by
/// the UTF-8 bytes of the RFC 8785 canonical JSON of this object:
///
/// ```json
/// {"action":"message.delivery","actor":"service:dispatcher","at":1767225600000000,"chain":"case:7","entity":"message",
///  "entity_id":12,"facts":{"new.delivery":"…64 hex digits…","old.delivery":"…"},"seq":3}
/// ```
///
/// `at` is microseconds since 1970 UTC; `facts` holds each fact's commitment in lower-case hex, by the fact's name.
/// `None` when a number is not exact in JSON, so that no two different rows have one hash.
pub fn hash(row: &SealedRow) -> Option<String> {
    let entry = &row.entry;
    let facts: Map<String, Value> = entry.facts.iter().map(|(name, fact)| (name.clone(), hex(&fact.commitment.0).into())).collect();
    let object = json!({
        "chain": entry.chain,
        "seq": exact(row.seq)?,
        "at": exact(entry.at.timestamp_micros())?,
        "actor": entry.actor,
        "action": entry.action,
        "entity": entry.entity,
        "entity_id": exact(entry.entity_id)?,
        "facts": facts,
    });
    let canonical = serde_json_canonicalizer::to_vec(&object).ok()?;
    Some(hex(&Sha256::new().chain_update(&row.prev_hash).chain_update(canonical).finalize()))
}

/// A value as it is hashed and kept; `None` for a number that is not exact.
pub(crate) fn value_to_json(value: &AuditValue) -> Option<String> {
    let json = match value {
        AuditValue::Null => Value::Null,
        AuditValue::Text(text) => Value::from(text.as_str()),
        AuditValue::Integer(number) => Value::from(exact(*number)?),
        AuditValue::Bool(value) => Value::Bool(*value),
    };
    serde_json_canonicalizer::to_string(&json).ok()
}

/// The value of a kept text; `None` for what [`value_to_json`] does not make.
pub(crate) fn value_from_json(text: &str) -> Option<AuditValue> {
    let value = match serde_json::from_str(text).ok()? {
        Value::Null => AuditValue::Null,
        Value::String(text) => AuditValue::Text(text),
        Value::Bool(value) => AuditValue::Bool(value),
        Value::Number(number) => AuditValue::Integer(number.as_i64()?),
        Value::Array(_) | Value::Object(_) => return None,
    };
    (value_to_json(&value)? == text).then_some(value)
}

/// The number, where JSON holds it exactly.
pub(crate) fn exact(number: i64) -> Option<i64> {
    (number.unsigned_abs() <= LARGEST_EXACT).then_some(number)
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::samples::row;

    #[test]
    fn a_commitment_is_the_documented_one() {
        // printf '\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17"ñ"' | sha256sum
        let salt = Salt(std::array::from_fn(|place| u8::try_from(place).unwrap()));
        let commitment = commit(&salt, "\"ñ\"");
        assert_eq!(hex(&commitment.0), "c7a6717c67e8eeb6823b24bf8c96dd42beda0c8cdc348425c4035499ca09c380");
    }

    #[test]
    fn a_rows_hash_is_the_documented_one() {
        // sha256sum over the documented bytes.
        let fact = hex(&row(1, "").entry.facts["new.delivery"].commitment.0);
        let canonical = format!(
            r#"{{"action":"message.delivery","actor":"service:dispatcher","at":1767225600000000,"chain":"case:7","entity":"message","entity_id":12,"facts":{{"new.delivery":"{fact}"}},"seq":1}}"#
        );
        assert_eq!(row(1, "").hash, hex(&Sha256::digest(&canonical)));
        assert_eq!(row(1, "ab").hash, hex(&Sha256::digest(format!("ab{canonical}"))));
    }

    #[test]
    fn a_value_is_kept_in_its_canonical_form_and_in_no_other() {
        for (value, text) in [
            (AuditValue::Null, "null"),
            (true.into(), "true"),
            (AuditValue::Integer(-(1 << 53)), "-9007199254740992"),
            ("".into(), "\"\""),
            ("a\"\\/\n\u{0}\u{7f}ñ💊".into(), "\"a\\\"\\\\/\\n\\u0000\u{7f}ñ💊\""),
        ] {
            assert_eq!(value_to_json(&value).as_deref(), Some(text));
            assert_eq!(value_from_json(text), Some(value));
        }
        for other in ["", " null", "1.0", "1e2", "9007199254740993", "\"\\u00f1\"", "[]", "{}", "\"a", "null null"] {
            assert_eq!(value_from_json(other), None, "{other}");
        }
    }

    #[test]
    fn numbers_that_json_cannot_hold_exactly_have_no_hash() {
        assert_eq!(value_to_json(&AuditValue::Integer((1 << 53) + 1)), None);
        let mut row = row(1, "");
        row.entry.entity_id = (1 << 53) + 1;
        assert_eq!(hash(&row), None);
    }
}
