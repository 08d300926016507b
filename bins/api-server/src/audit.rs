//! Commands about the audit trail: verify it, export it, and print its heads. They print, for a person or a script reads them.
#![allow(clippy::print_stdout)]

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use followup_audit::{heads, heads_to_json};
use followup_domain::ports::Store;
use followup_wiring::Service;

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
    let store = &*service.store;
    match command {
        AuditCommand::Verify => verify(store),
        AuditCommand::Export { output } if output == Path::new("-") => export(store, io::stdout().lock()),
        AuditCommand::Export { output } => export_to_file(store, &output),
        AuditCommand::Heads => {
            println!("{}", heads_to_json(&heads(store)?));
            Ok(())
        }
    }
}

fn verify(store: &dyn Store) -> anyhow::Result<()> {
    let verdict = followup_audit::verify(store)?;
    let Some(first) = verdict.broken.first() else {
        println!("{verdict}");
        return Ok(());
    };
    for broken in &verdict.broken {
        println!("{broken}");
    }
    bail!("the audit trail is broken in {} chains; the first: {first}", verdict.broken.len())
}

fn export(store: &dyn Store, output: impl io::Write) -> anyhow::Result<()> {
    Ok(followup_audit::export(store, &heads(store)?, &mut BufWriter::new(output))?)
}

/// A whole file or none: it is written beside its name, and for its owner only, as it holds what people did.
fn export_to_file(store: &dyn Store, output: &Path) -> anyhow::Result<()> {
    let name = output.file_name().with_context(|| format!("{} names no file", output.display()))?;
    let mut partial = output.to_owned();
    partial.set_file_name(format!(".{}.partial", name.display()));
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial);
    let file = file.with_context(|| format!("{} cannot be written", partial.display()))?;
    let written = export(store, &file).and_then(|()| Ok(File::sync_all(&file)?));
    let moved = written.and_then(|()| Ok(std::fs::rename(&partial, output)?));
    if moved.is_err() {
        // What failed is what there is to say; a file that cannot be removed either is seen beside it.
        let _ = std::fs::remove_file(&partial);
    }
    moved.with_context(|| format!("{} was not written", output.display()))
}
