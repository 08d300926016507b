//! The trail as lines of JSON, for whoever checks it without this service.

use std::io::{self, Write};

use followup_domain::audit::SealedRow;
use followup_domain::ports::{AuditHead, Store, StoreError, StoreExt};
use serde_json::{Map, Value, json};

use crate::canonical::{hex, value_from_json};

/// So many rows or chains are held at a time.
pub(crate) const PAGE: i64 = 500;

/// Why an export was not written to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store failed, or holds a row that no writer can have made.
    #[error("chain {chain} after row {after}: {source}")]
    Store {
        /// The chain's name.
        chain: String,
        /// The last row that was read.
        after: i64,
        /// What the store said.
        source: StoreError,
    },
    /// A value is not canonical JSON, so nobody can have recorded it.
    #[error("chain {chain}, row {seq}: a value cannot be read")]
    Value {
        /// The chain's name.
        chain: String,
        /// The row.
        seq: i64,
    },
    /// The output failed.
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// The heads of all chains, by name.
///
/// # Errors
/// The store's.
pub fn heads(store: &dyn Store) -> Result<Vec<AuditHead>, StoreError> {
    let mut heads: Vec<AuditHead> = Vec::new();
    loop {
        let page = store.read(|tx| tx.audit().list_heads(heads.last().map(|head| head.chain.as_str()), PAGE))?;
        if page.is_empty() {
            return Ok(heads);
        }
        heads.extend(page);
    }
}

/// `{"heads":[{"chain":"case:7","seq":3,"hash":"…"}]}`.
pub fn heads_to_json(heads: &[AuditHead]) -> Value {
    let heads: Vec<Value> = heads.iter().map(|head| json!({"chain": head.chain, "seq": head.seq, "hash": head.hash})).collect();
    json!({ "heads": heads })
}

/// Writes every row of these chains as a line of JSON, and the heads as the last line. Each chain goes up to its head: what is appended
/// meanwhile belongs to the next export.
///
/// # Errors
/// [`ExportError`]; what was written by then is of no use.
pub fn export(store: &dyn Store, heads: &[AuditHead], output: &mut dyn Write) -> Result<(), ExportError> {
    for head in heads {
        // Also a row before the first, which no writer makes, is to be seen.
        let mut after = i64::MIN;
        while after < head.seq {
            let rows = store.read(|tx| tx.audit().list_chain(&head.chain, after, PAGE));
            let rows = rows.map_err(|source| ExportError::Store { chain: head.chain.clone(), after, source })?;
            let Some(last) = rows.last() else { break };
            after = last.seq;
            for row in rows.iter().filter(|row| row.seq <= head.seq) {
                let line = row_to_json(row).ok_or_else(|| ExportError::Value { chain: head.chain.clone(), seq: row.seq })?;
                writeln!(output, "{line}")?;
            }
        }
    }
    writeln!(output, "{}", heads_to_json(heads))?;
    Ok(output.flush()?)
}

/// Everything that is hashed, the facts with their salts and values, and the two hashes; `at` in microseconds since 1970 UTC, as it is
/// hashed. A fact that was redacted has its commitment only.
fn row_to_json(row: &SealedRow) -> Option<Value> {
    let entry = &row.entry;
    let mut facts = Map::new();
    for (name, fact) in &entry.facts {
        let mut object = json!({"commitment": hex(&fact.commitment.0)});
        if let Some(opening) = &fact.opening {
            value_from_json(&opening.value)?;
            object["salt"] = hex(&opening.salt.0).into();
            object["value"] = serde_json::from_str(&opening.value).ok()?;
        }
        facts.insert(name.clone(), object);
    }
    Some(json!({
        "chain": entry.chain,
        "seq": row.seq,
        "at": entry.at.timestamp_micros(),
        "actor": entry.actor,
        "action": entry.action,
        "entity": entry.entity,
        "entity_id": entry.entity_id,
        "facts": facts,
        "prev_hash": row.prev_hash,
        "hash": row.hash,
    }))
}
