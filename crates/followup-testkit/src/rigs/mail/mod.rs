//! A real mail system on loopback: Postfix receives and submits, Dovecot stores and serves IMAP.
//!
//! Nothing leaves the machine: any recipient outside the rig's own domains is refused. What
//! happens to a message depends on its recipient:
//!
//! | recipient | outcome |
//! |---|---|
//! | the accounts of [`MailRig`] | delivered; `pv+anything@vigia.test` goes to the unit's mailbox |
//! | anyone else at `vigia.test` or `clinic.test` | 550 5.1.1 in the SMTP session, at RCPT |
//! | anyone at `late.test` | accepted, then bounced by a mail to the envelope sender (RFC 3464) |
//! | anyone at `soft.test` | accepted, then deferred: it stays in the queue |
//! | anyone at `busy.test` | 450 4.7.1 in the SMTP session, at RCPT |
//! | anyone elsewhere | refused with 5xx in the SMTP session |

mod dovecot;
mod dovecot_conf;
mod maildir;
mod postfix;
mod smtp;
mod tls;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use self::dovecot::Dovecot;
use self::postfix::Postfix;
use super::tokens::TokenServer;
use super::wait::wait_until;
use super::{folder, ports, programs};

/// The host name that the certificate and the greetings carry; connect to `localhost`.
pub const HOST: &str = "localhost";

/// Generous, for machines that run many tests at once: it is waited out only when starting fails.
const START_LIMIT: Duration = Duration::from_secs(60);

/// One mail system with empty mailboxes; it ends with the value or with the process, whichever is
/// first. Several may run at once.
#[derive(Debug)]
pub struct MailRig {
    /// Submission with STARTTLS and AUTH, both demanded (RFC 6409).
    pub submission_port: u16,
    /// Submission inside TLS, with AUTH (RFC 8314).
    pub smtps_port: u16,
    /// Delivery from outside, without AUTH, as another organisation's server delivers.
    pub mx_port: u16,
    /// IMAP with STARTTLS. Dovecot takes loopback for secure and would accept a login without it,
    /// so this port cannot show that a client insists on TLS.
    pub imap_port: u16,
    /// IMAP inside TLS.
    pub imaps_port: u16,
    /// PEM file of the only authority that signs the rig's certificate (`localhost`,
    /// `mail.vigia.test`, 127.0.0.1).
    pub ca_file: PathBuf,
    /// The unit's mailbox, `pv@vigia.test`.
    pub unit: Account,
    /// A reporter, `reporter@clinic.test`.
    pub reporter: Account,
    /// A reporter on holiday, `away@clinic.test`: every sender gets an out-of-office reply
    /// (RFC 3834).
    pub away: Account,
    // Fields are dropped in this order: Postfix before the Dovecot it delivers to.
    postfix: Postfix,
    dovecot: Dovecot,
}

/// A mailbox of the rig. The login name is the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// E-mail address and login name.
    pub address: String,
    /// Password for IMAP and for submission.
    pub password: String,
}

/// What differs from rig to rig.
#[derive(Default)]
struct Options {
    introspection_url: Option<String>,
}

impl MailRig {
    /// Starts both servers and returns when every port answers.
    ///
    /// # Panics
    /// When they cannot be started; the message says why and what to install. Needs root, because
    /// Postfix does.
    pub fn start() -> Self {
        Self::started(Options::default())
    }

    /// The same, and both servers also take the unit's tokens (XOAUTH2): Dovecot asks the token server about each.
    ///
    /// # Panics
    /// As [`MailRig::start`].
    pub fn start_with_tokens(tokens: &TokenServer) -> Self {
        Self::started(Options { introspection_url: Some(tokens.introspection_url()) })
    }

    fn started(options: Options) -> Self {
        match Self::try_start(&options) {
            Ok(rig) => rig,
            Err(reason) => panic!("cannot start the mail servers: {reason:#}"),
        }
    }

    /// Stops Postfix: connections to the three SMTP ports are refused. IMAP goes on.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn stop_smtp(&mut self) {
        if let Err(reason) = self.postfix.stop() {
            panic!("cannot stop Postfix: {reason:#}");
        }
    }

    /// Starts Postfix again on the same ports, with what was in its queue.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start_smtp(&mut self) {
        if let Err(reason) = self.postfix.start() {
            panic!("cannot start Postfix: {reason:#}");
        }
    }

    /// Delivers a message as another organisation's server does, through the MX port. An empty
    /// `from` is the null sender of bounces. The bytes arrive as given, except that a lone LF
    /// becomes CRLF.
    ///
    /// # Errors
    /// The server's own refusal, code first.
    pub fn deliver(&self, from: &str, to: &str, raw: &[u8]) -> Result<()> {
        smtp::deliver(self.mx_port, from, to, raw)
    }

    /// From now on this password, and not the one before, is the account's for IMAP.
    ///
    /// # Panics
    /// When the list of users cannot be written.
    pub fn set_password(&self, account: &Account, password: &str) {
        if let Err(reason) = self.dovecot.set_password(account, password) {
            panic!("cannot change the password: {reason:#}");
        }
    }

    /// The folder in which the account's messages lie (Maildir++), for tests that meddle with them.
    pub fn maildir(&self, account: &Account) -> PathBuf {
        self.dovecot.maildir(account)
    }

    /// The messages now in the account's inbox, oldest first, as raw bytes.
    ///
    /// # Panics
    /// When the mailbox cannot be read.
    pub fn inbox(&self, account: &Account) -> Vec<Vec<u8>> {
        match maildir::read(&self.dovecot.maildir(account)) {
            Ok(messages) => messages,
            Err(reason) => panic!("cannot read the inbox: {reason:#}"),
        }
    }

    /// Waits until the account's inbox holds at least `count` messages and returns them all.
    ///
    /// # Panics
    /// When that does not happen within `limit`.
    pub fn wait_for_mail(&self, account: &Account, count: usize, limit: Duration) -> Vec<Vec<u8>> {
        self.wait_for_mail_where(account, |messages| messages.len() >= count, limit)
    }

    /// Waits until the account's inbox is as `wanted` says and returns its messages.
    ///
    /// # Panics
    /// When that does not happen within `limit`; the message quotes the ends of the servers' logs.
    pub fn wait_for_mail_where(&self, account: &Account, wanted: impl Fn(&[Vec<u8>]) -> bool, limit: Duration) -> Vec<Vec<u8>> {
        let arrived = wait_until("the mail waited for", limit, || {
            let messages = maildir::read(&self.dovecot.maildir(account))?;
            Ok(wanted(&messages).then_some(messages))
        });
        match arrived {
            Ok(messages) => messages,
            Err(reason) => panic!("{reason:#}\nPostfix:\n{}\nDovecot:\n{}", self.postfix.log_tail(), self.dovecot.log_tail()),
        }
    }

    fn try_start(options: &Options) -> Result<Self> {
        if !programs::is_root()? {
            bail!(
                "Postfix must be started by root: run the tests by \
                 `sudo -E env \"PATH=$PATH\" cargo xtask test`"
            );
        }
        let folder = folder::create("fm")?;
        Self::start_in(&folder, options).inspect_err(|_| {
            // The servers that did start have removed their own parts.
            let _ = std::fs::remove_dir_all(&folder);
        })
    }

    fn start_in(folder: &Path, options: &Options) -> Result<Self> {
        let account =
            |address: &str| Account { address: address.to_owned(), password: format!("clave-{}", address.replace(['@', '.'], "-")) };
        let unit = account("pv@vigia.test");
        let reporter = account("reporter@clinic.test");
        let away = account("away@clinic.test");
        let accounts = [&unit, &reporter, &away];

        let certificates = tls::create(&folder.join("dovecot/tls"))?;
        let mx = ports::reserve()?;
        let dovecot = Dovecot::start(&dovecot::Setup {
            folder: folder.join("dovecot"),
            accounts: &accounts,
            away: &away,
            certificates: &certificates,
            mx_port: mx.number,
            introspection_url: options.introspection_url.as_deref(),
        })?;
        let postfix = Postfix::configure(postfix::Setup {
            folder: folder.join("postfix"),
            accounts: &accounts,
            certificates: &certificates,
            lmtp_socket: &dovecot.lmtp_socket(),
            sasl_socket: &dovecot.sasl_socket(),
            mx,
        });
        let mut postfix = postfix.context("configuring Postfix")?;
        postfix.start()?;
        Ok(Self {
            submission_port: postfix.submission.number,
            smtps_port: postfix.smtps.number,
            mx_port: postfix.mx.number,
            imap_port: dovecot.imap.number,
            imaps_port: dovecot.imaps.number,
            ca_file: certificates.authority,
            unit,
            reporter,
            away,
            postfix,
            dovecot,
        })
    }
}

#[cfg(test)]
mod tests;
