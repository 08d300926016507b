//! Where mail comes from: a mailbox on a server, or a folder.

use anyhow::bail;
use followup_app::IngestReport;
use followup_domain::sending::EventReader;
use followup_imap::{Comparison, CurrentSecret, EmlConfig, EmlInbox, FileCall, ImapConfig, ImapLogin, ImapPoller, ImapTls, Password, Stop};
use followup_outbox::{TextInbox, called};
use followup_runtime::settings::{ImapTarget, MailIn, MailInConfig, MailTls, SignIn};
use followup_runtime::shutdown::Shutdown;

use crate::build::Service;
use crate::tokens::TokenSources;

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
    pub fn build(config: &MailInConfig, service: &Service) -> anyhow::Result<Option<Self>> {
        let followup = &service.followup;
        Ok(match &config.source {
            MailIn::NotConfigured => None,
            MailIn::Inbox(folder) => {
                let calls = simulated_calls(service);
                Some(Self::Folder(EmlInbox::new(EmlConfig { calls, ..EmlConfig::new(folder) }, followup.clone())))
            }
            MailIn::Imap(target) => {
                let mut imap = imap_config(target, &service.tokens)?;
                (imap.poll_interval, imap.idle_renewal) = (config.poll_every, config.idle_renewal);
                (imap.limits.largest_mail, imap.reconcile_every) = (config.largest_mail, config.reconcile_every);
                Some(Self::Mailbox(ImapPoller::new(imap, followup.clone())?))
            }
        })
    }

    /// The name under which the store knows the mailbox; a folder has none.
    pub fn mailbox_key(&self) -> Option<String> {
        match self {
            Self::Mailbox(poller) => Some(poller.mailbox_key()),
            Self::Folder(_) => None,
        }
    }

    /// Calls `observer` after each look into the mailbox, whether it went well or not. It may block.
    pub fn observed_by(self, observer: impl Fn() + Send + Sync + 'static) -> Self {
        match self {
            Self::Mailbox(poller) => Self::Mailbox(poller.observed_by(observer)),
            folder @ Self::Folder(_) => folder,
        }
    }

    /// Reads what is new, compares what the mailbox holds with what is stored, and fetches what is missing.
    ///
    /// # Errors
    /// The mailbox or the store could not be read, or mail comes from a folder, which keeps nothing to compare with.
    pub async fn reconcile(&self, shutdown: &Shutdown) -> anyhow::Result<Comparison> {
        match self {
            Self::Mailbox(poller) => Ok(poller.reconcile_once(&stop_at(shutdown)).await?),
            Self::Folder(_) => bail!("there is no mailbox to compare with: mail comes from .eml files"),
        }
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
                if report.withheld > 0 {
                    tracing::error!(withheld = report.withheld, "the server does not give some mails: see the quarantine");
                }
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

/// Answers that are dropped into the folder in place of a provider's calls, of the channels that are simulated.
fn simulated_calls(service: &Service) -> Vec<FileCall> {
    let inboxes = [TextInbox::sms(), TextInbox::whatsapp()].into_iter().filter(|inbox| service.followup.events.of(inbox.scope()).is_some());
    inboxes.map(|inbox| FileCall { suffix: inbox.suffix(), scope: inbox.scope().to_owned(), call: called }).collect()
}

fn stop_at(shutdown: &Shutdown) -> Stop {
    let shutdown = shutdown.clone();
    Stop::when(async move { shutdown.triggered().await })
}

fn imap_config(target: &ImapTarget, tokens: &TokenSources) -> anyhow::Result<ImapConfig> {
    let (login, current_secret) = match target.credentials.sign_in.clone() {
        SignIn::Password(password) => {
            let known = Password::new(password.value.expose());
            (ImapLogin::Password(known), Some(CurrentSecret::new(move || Some(password.now().expose().to_owned()))))
        }
        SignIn::Token(token) => (ImapLogin::XOauth2(TokenSources::given(&token)), None),
        SignIn::Oauth(target) => (ImapLogin::XOauth2(tokens.of(&target)?), None),
    };
    Ok(ImapConfig {
        current_secret,
        tls: match target.tls {
            MailTls::StartTls => ImapTls::StartTls,
            MailTls::Tls => ImapTls::Implicit,
            MailTls::None => ImapTls::None,
        },
        ca_pem: target.ca.as_ref().map(|ca| ca.pem.clone()),
        mailbox: target.mailbox.clone(),
        ..ImapConfig::new(target.host.clone(), target.port, target.credentials.user.clone(), login)
    })
}
