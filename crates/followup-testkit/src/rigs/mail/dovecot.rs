//! Dovecot with a configuration of its own: IMAP, LMTP for Postfix, and logins for both.

use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::tls::Certificates;
use super::{Account, START_LIMIT, dovecot_conf};
use crate::rigs::lifeline::{Launch, Server};
use crate::rigs::ports::{self, ReservedPort};
use crate::rigs::programs;
use crate::rigs::wait::wait_until;

/// Owner of the mailboxes. It need not exist as a user of the machine.
const MAIL_USER: u32 = 5000;

/// A running Dovecot.
#[derive(Debug)]
pub(crate) struct Dovecot {
    pub(crate) imap: ReservedPort,
    pub(crate) imaps: ReservedPort,
    folder: PathBuf,
    _server: Server,
}

/// What Dovecot must know of its surroundings.
pub(crate) struct Setup<'a> {
    pub(crate) folder: PathBuf,
    pub(crate) accounts: &'a [&'a Account],
    /// The account that answers by itself.
    pub(crate) away: &'a Account,
    pub(crate) certificates: &'a Certificates,
    /// Where out-of-office replies are handed in.
    pub(crate) mx_port: u16,
    /// Where tokens are asked about; none are taken without.
    pub(crate) introspection_url: Option<&'a str>,
}

impl Dovecot {
    /// Writes the configuration, starts the server and returns when it answers.
    ///
    /// # Errors
    /// When Dovecot is not installed, ends or does not answer; the message quotes its log.
    pub(crate) fn start(setup: &Setup<'_>) -> Result<Self> {
        let program = programs::find("dovecot", "dovecot-core dovecot-imapd dovecot-lmtpd", &[])?;
        programs::find("sievec", "dovecot-sieve", &[])?;
        let (imap, imaps) = (ports::reserve()?, ports::reserve()?);
        let folder = setup.folder.clone();
        write_mailboxes(setup)?;
        std::fs::create_dir_all(folder.join("run"))?;
        let configuration = folder.join("dovecot.conf");
        let version = programs::run(Command::new(&program).arg("--version"))?;
        let text = dovecot_conf::render(setup, &version, imap.number, imaps.number);
        std::fs::write(&configuration, text)?;
        if let Some(url) = setup.introspection_url {
            std::fs::write(folder.join("oauth2.ext"), dovecot_conf::oauth2(url))?;
        }
        let server = Server::start(&Launch {
            command: &[
                program.to_str().context("path of Dovecot")?,
                "-F",
                "-c",
                configuration.to_str().context("path of its configuration")?,
            ],
            stop_signal: "TERM",
            log: &folder.join("start.log"),
            folder: &folder,
            owner: None,
        })?;
        wait_until("Dovecot answers", START_LIMIT, || {
            if !server.is_running() {
                bail!("Dovecot ended while starting");
            }
            Ok(is_open(&folder, &[&imap, &imaps]).then_some(()))
        })
        .with_context(|| log_tail(&folder))?;
        Ok(Self { imap, imaps, folder, _server: server })
    }

    /// Where Postfix hands in mail.
    pub(crate) fn lmtp_socket(&self) -> PathBuf {
        self.folder.join("run/lmtp-in")
    }

    /// Where Postfix has passwords checked.
    pub(crate) fn sasl_socket(&self) -> PathBuf {
        self.folder.join("run/sasl")
    }

    /// The folder of an account's messages.
    pub(crate) fn maildir(&self, account: &Account) -> PathBuf {
        home(&self.folder, account).join("Maildir")
    }

    /// Writes the list of users anew with another password of this one. Dovecot reads it at each sign-in.
    pub(crate) fn set_password(&self, account: &Account, password: &str) -> Result<()> {
        let path = self.folder.join("users");
        let begin = format!("{}:", account.address);
        let known = std::fs::read_to_string(&path)?;
        let users = known.lines().map(|line| match line.strip_prefix(&begin).and_then(|rest| rest.split_once(':')) {
            Some((_, rest)) => format!("{begin}{{PLAIN}}{password}:{rest}\n"),
            None => format!("{line}\n"),
        });
        // In its place at once, with a name and a time of its own: what is half written must not be read.
        let new = path.with_extension("new");
        std::fs::write(&new, users.collect::<String>())?;
        Ok(std::fs::rename(new, path)?)
    }

    /// The end of the log.
    pub(crate) fn log_tail(&self) -> String {
        log_tail(&self.folder)
    }
}

fn log_tail(folder: &Path) -> String {
    let [start, mail] = ["start.log", "dovecot.log"].map(|name| programs::log_tail(&folder.join(name)));
    format!("{start}\n{mail}")
}

fn home(folder: &Path, account: &Account) -> PathBuf {
    folder.join("mail").join(&account.address)
}

fn is_open(folder: &Path, ports: &[&ReservedPort]) -> bool {
    folder.join("run/lmtp-in").exists() && ports.iter().all(|port| TcpStream::connect((Ipv4Addr::LOCALHOST, port.number)).is_ok())
}

const OUT_OF_OFFICE: &str = "\
require \"vacation\";
vacation :days 1 :addresses \"away@clinic.test\" \"Estoy fuera de la oficina hasta el lunes.\";
";

fn write_mailboxes(setup: &Setup<'_>) -> Result<()> {
    let own = |path: &Path| chown(path, Some(MAIL_USER), Some(MAIL_USER));
    let mut users = String::new();
    for account in setup.accounts {
        let home = home(&setup.folder, account);
        std::fs::create_dir_all(&home)?;
        own(&home)?;
        users.push_str(&format!("{}:{{PLAIN}}{}:{MAIL_USER}:{MAIL_USER}::{}::\n", account.address, account.password, home.display()));
    }
    std::fs::write(setup.folder.join("users"), users)?;
    let script = home(&setup.folder, setup.away).join(".dovecot.sieve");
    std::fs::write(&script, OUT_OF_OFFICE)?;
    own(&script)?;
    Ok(())
}
