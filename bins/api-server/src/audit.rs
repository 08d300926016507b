//! Commands about the audit trail: verify it, export it, and print its heads. They print, for a person or a script reads them.
#![allow(clippy::print_stdout)]

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use followup_app::App;
use followup_domain::audit::{AuditFacts, AuditRow, AuditValue};
use followup_domain::ports::AuditHead;
use followup_wiring::{Service, verify_audit};
use serde_json::{Map, Value, json};

/// So many rows or chains are held at a time.
const PAGE: i64 = 500;

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Walk every chain; exit 1 and name the first broken row of each chain that does not hold.
    Verify,
    /// Write every row as a line of JSON, and the heads of all chains as the last line.
    Export {
        /// The file to write; - is standard output.
        #[arg(long, default_value = "-")]
        output: PathBuf,
    },
    /// Print the head of every chain as one line of JSON, to be kept where this database's owner cannot write.
    Heads,
}

pub(crate) fn run(service: &Service, command: AuditCommand) -> anyhow::Result<()> {
    service.require_current_schema()?;
    match command {
        AuditCommand::Verify => verify(&service.followup),
        AuditCommand::Export { output } if output == Path::new("-") => export(&service.followup, io::stdout().lock()),
        AuditCommand::Export { output } => export_to_file(&service.followup, &output),
        AuditCommand::Heads => {
            println!("{}", heads_to_json(&all_heads(&service.followup)?));
            Ok(())
        }
    }
}

fn verify(followup: &App) -> anyhow::Result<()> {
    let verdict = verify_audit(followup)?;
    let Some(first) = verdict.broken.first() else {
        println!("{} chains, {} rows verified", verdict.chains, verdict.rows);
        return Ok(());
    };
    for broken in &verdict.broken {
        println!("{broken}");
    }
    bail!("the audit trail is broken in {} chains; the first: {first}", verdict.broken.len())
}

/// A whole file or none: it is written beside its name, and for its owner only, as it holds what people did.
fn export_to_file(followup: &App, output: &Path) -> anyhow::Result<()> {
    let name = output.file_name().with_context(|| format!("{} names no file", output.display()))?;
    let mut partial = output.to_owned();
    partial.set_file_name(format!(".{}.partial", name.display()));
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial);
    let file = file.with_context(|| format!("{} cannot be written", partial.display()))?;
    let written = export(followup, &file).and_then(|()| Ok(File::sync_all(&file)?));
    let moved = written.and_then(|()| Ok(std::fs::rename(&partial, output)?));
    if moved.is_err() {
        // What failed is what there is to say; a file that cannot be removed either is seen beside it.
        let _ = std::fs::remove_file(&partial);
    }
    moved.with_context(|| format!("{} was not written", output.display()))
}

/// Each chain up to the head that was read at first; what is appended meanwhile belongs to the next export.
fn export(followup: &App, output: impl Write) -> anyhow::Result<()> {
    let mut output = BufWriter::new(output);
    let heads = all_heads(followup)?;
    for head in &heads {
        let mut after = i64::MIN;
        while after < head.seq {
            let rows = followup.audit_rows(&head.chain, after, PAGE).with_context(|| format!("chain {} after row {after}", head.chain))?;
            let Some(last) = rows.last() else { break };
            after = last.seq;
            for row in rows.iter().filter(|row| row.seq <= head.seq) {
                writeln!(output, "{}", row_to_json(row))?;
            }
        }
    }
    writeln!(output, "{}", heads_to_json(&heads))?;
    output.flush()?;
    Ok(())
}

fn all_heads(followup: &App) -> anyhow::Result<Vec<AuditHead>> {
    let mut heads: Vec<AuditHead> = Vec::new();
    loop {
        let page = followup.audit_heads(heads.last().map(|head| head.chain.as_str()), PAGE)?;
        if page.is_empty() {
            return Ok(heads);
        }
        heads.extend(page);
    }
}

fn heads_to_json(heads: &[AuditHead]) -> Value {
    let heads: Vec<Value> = heads.iter().map(|head| json!({"chain": head.chain, "seq": head.seq, "hash": head.hash})).collect();
    json!({ "heads": heads })
}

/// Everything that is hashed, and the two hashes; `at` in microseconds since 1970 UTC, as it is hashed.
fn row_to_json(row: &AuditRow) -> Value {
    json!({
        "chain": row.chain,
        "seq": row.seq,
        "at": row.at.timestamp_micros(),
        "actor": row.actor,
        "action": row.action,
        "entity": row.entity,
        "entity_id": row.entity_id,
        "old": facts_to_json(&row.old),
        "new": facts_to_json(&row.new),
        "reason": row.reason,
        "prev_hash": row.prev_hash,
        "hash": row.hash,
    })
}

fn facts_to_json(facts: &AuditFacts) -> Value {
    let value = |value: &AuditValue| match value {
        AuditValue::Null => Value::Null,
        AuditValue::Text(text) => Value::from(text.as_str()),
        AuditValue::Integer(number) => Value::from(*number),
        AuditValue::Bool(value) => Value::from(*value),
    };
    facts.iter().map(|(name, fact)| (name.clone(), value(fact))).collect::<Map<_, _>>().into()
}
