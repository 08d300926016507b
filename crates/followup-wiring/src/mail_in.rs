//! Where mail comes from: a mailbox on a server, or a folder.

use anyhow::bail;
use followup_app::{Followup, IngestReport};
use followup_imap::{EmlConfig, EmlInbox, ImapConfig, ImapLogin, ImapPoller, ImapTls, Password, Stop};
use followup_runtime::settings::{AuthMechanism, ImapTarget, MailIn, MailInConfig, MailTls};
use followup_runtime::shutdown::Shutdown;

/// A source of mail, ready to be read.
pub enum MailSource {
    /// A mailbox on a server.
    Mailbox(ImapPoller),
    /// A folder of `.eml` files.
    Folder(EmlInbox),
}

impl MailSource {
    /// The source that the settings name; none when none is configured.
    ///
    /// # Errors
    /// A setting that cannot work.
    pub fn build(config: &MailInConfig, followup: &Followup) -> anyhow::Result<Option<Self>> {
        Ok(match &config.source {
            MailIn::NotConfigured => None,
            MailIn::Inbox(folder) => Some(Self::Folder(EmlInbox::new(EmlConfig::new(folder), followup.clone()))),
            MailIn::Imap(target) => {
                let imap = ImapConfig { poll_interval: config.poll_every, ..imap_config(target) };
                Some(Self::Mailbox(ImapPoller::new(imap, followup.clone())?))
            }
        })
    }

    /// Looks once; gives a summary in one line.
    ///
    /// # Errors
    /// The source or the store could not be read.
    pub async fn poll_once(&self, shutdown: &Shutdown) -> anyhow::Result<String> {
        let stop = stop_at(shutdown);
        let (stored, known, ingested) = match self {
            Self::Mailbox(poller) => {
                let report = poller.poll_once(&stop).await?;
                (report.stored, report.known, report.ingested)
            }
            Self::Folder(inbox) => {
                let report = inbox.scan_once(&stop).await?;
                if let Some(left) = report.left.first() {
                    bail!("{} files could not be read or moved; the first one (inode {}): {}", report.left.len(), left.inode, left.reason);
                }
                (report.stored, report.known, report.ingested)
            }
        };
        let IngestReport { matched, unassigned, quarantined } = ingested;
        Ok(format!("stored={stored} known={known} matched={matched} unassigned={unassigned} quarantined={quarantined}"))
    }

    /// Goes on until shutdown; the mail at hand is finished.
    pub async fn run(self, shutdown: Shutdown) {
        let stop = stop_at(&shutdown);
        match self {
            Self::Mailbox(poller) => poller.run(&stop).await,
            Self::Folder(inbox) => inbox.run(&stop).await,
        }
    }
}

fn stop_at(shutdown: &Shutdown) -> Stop {
    let shutdown = shutdown.clone();
    Stop::when(async move { shutdown.triggered().await })
}

fn imap_config(target: &ImapTarget) -> ImapConfig {
    let secret = Password::new(target.credentials.password.expose());
    let login = match target.credentials.mechanism {
        AuthMechanism::Password => ImapLogin::Password(secret),
        AuthMechanism::XOauth2 => ImapLogin::XOauth2(secret),
    };
    ImapConfig {
        tls: match target.tls {
            MailTls::StartTls => ImapTls::StartTls,
            MailTls::Tls => ImapTls::Implicit,
            MailTls::None => ImapTls::None,
        },
        ca_pem: target.ca.as_ref().map(|ca| ca.pem.clone()),
        mailbox: target.mailbox.clone(),
        ..ImapConfig::new(target.host.clone(), target.port, target.credentials.user.clone(), login)
    }
}
