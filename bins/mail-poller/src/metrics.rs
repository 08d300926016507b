//! The mailbox's numbers for Prometheus, as a file that the node exporter's textfile collector picks up.

use std::io;
use std::path::Path;

use anyhow::{Context, ensure};
use followup_app::App;
use followup_runtime::metrics::{Labels, MetricsText};
use followup_wiring::MailSource;

/// The source, which from now on writes the file after each look.
///
/// # Errors
/// The folder of the file does not exist, or there is no mailbox.
pub(crate) fn shown(source: MailSource, path: &Path, followup: &App) -> anyhow::Result<MailSource> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    ensure!(folder.is_dir(), "POLLER_METRICS_FILE {} is in a folder that does not exist", path.display());
    let key = source.mailbox_key().context("POLLER_METRICS_FILE is about a mailbox, and mail comes from .eml files")?;
    let (path, followup) = (path.to_owned(), followup.clone());
    Ok(source.observed_by(move || {
        // While the store is down the file stays as it is, and its timestamps grow old: that is what they are for.
        let health = followup.mailbox_health().map(|all| all.into_iter().find(|health| health.mailbox == key));
        let written = match health {
            Ok(Some(health)) => {
                let mut text = MetricsText::default();
                // No label names the mailbox: a poller reads one, and its name holds an address.
                text.mailboxes(&[(Labels::new(), &health)]);
                text.write_file(&path)
            }
            Ok(None) => Ok(()),
            Err(error) => Err(io::Error::other(error)),
        };
        if let Err(error) = written {
            tracing::warn!(%error, "POLLER_METRICS_FILE could not be written");
        }
    }))
}
