//! Postfix with a configuration of its own: three SMTP ports, delivery to Dovecot by LMTP.

use std::fs::File;
use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result, bail};

use super::tls::Certificates;
use super::{Account, START_LIMIT};
use crate::rigs::lifeline::{Launch, Server};
use crate::rigs::ports::{self, ReservedPort};
use crate::rigs::programs;
use crate::rigs::wait::wait_until;

/// A configured Postfix, running or stopped.
#[derive(Debug)]
pub(crate) struct Postfix {
    pub(crate) mx: ReservedPort,
    pub(crate) submission: ReservedPort,
    pub(crate) smtps: ReservedPort,
    folder: PathBuf,
    master: PathBuf,
    server: Option<Server>,
}

/// What Postfix must know of its surroundings.
pub(crate) struct Setup<'a> {
    pub(crate) folder: PathBuf,
    pub(crate) accounts: &'a [&'a Account],
    pub(crate) certificates: &'a Certificates,
    pub(crate) lmtp_socket: &'a Path,
    pub(crate) sasl_socket: &'a Path,
    pub(crate) mx: ReservedPort,
    /// Gets the mail for `hook.test` on its standard input.
    pub(crate) pipe: Option<&'a Path>,
}

impl Postfix {
    /// Writes the configuration and prepares the queue; starts nothing.
    ///
    /// # Errors
    /// When Postfix is not installed or dislikes its configuration.
    pub(crate) fn configure(setup: Setup<'_>) -> Result<Self> {
        let postconf = programs::find("postconf", "postfix", &[])?;
        let daemons = programs::run(Command::new(postconf).args(["-dh", "daemon_directory"]))?;
        let submission = ports::reserve()?;
        let smtps = ports::reserve()?;
        let folder = setup.folder.clone();
        make_folders(&folder)?;
        let ports = [setup.mx.number, submission.number, smtps.number];
        write_configuration(&setup, ports)?;
        Ok(Self { mx: setup.mx, submission, smtps, folder, master: Path::new(&daemons).join("master"), server: None })
    }

    /// Starts the server, unless it runs, and returns when the three ports answer.
    ///
    /// # Errors
    /// When it ends or does not answer; the message quotes its log.
    pub(crate) fn start(&mut self) -> Result<()> {
        if self.server.is_some() {
            return Ok(());
        }
        let etc = self.folder.join("etc");
        let server = Server::start(&Launch {
            command: &[self.master.to_str().context("path of Postfix")?, "-c", etc.to_str().context("path of its configuration")?],
            stop_signal: "TERM",
            log: &self.folder.join("start.log"),
            folder: &self.folder,
            owner: None,
        })?;
        wait_until("Postfix answers", START_LIMIT, || {
            if !server.is_running() {
                bail!("Postfix ended while starting");
            }
            Ok((self.open_ports() == 3).then_some(()))
        })
        .with_context(|| self.log_tail())?;
        self.server = Some(server);
        Ok(())
    }

    /// Stops the server, unless it is stopped, and returns when the three ports are closed.
    ///
    /// # Errors
    /// When a port stays open.
    pub(crate) fn stop(&mut self) -> Result<()> {
        let Some(server) = self.server.take() else {
            return Ok(());
        };
        server.stop_and_keep("TERM")?;
        // The master's children share its sockets and end a moment later.
        wait_until("Postfix has closed its ports", START_LIMIT, || Ok((self.open_ports() == 0).then_some(())))
    }

    /// Mails in the queue, and those of them that are deferred.
    ///
    /// # Errors
    /// When its folders cannot be read.
    pub(crate) fn queued(&self) -> Result<(usize, usize)> {
        let count = |part: &str| count_files(&self.folder.join("queue").join(part));
        let deferred = count("deferred")?;
        Ok((count("incoming")? + count("active")? + count("maildrop")? + deferred, deferred))
    }

    /// Has everything in the queue tried now.
    ///
    /// # Errors
    /// When `postqueue` fails.
    pub(crate) fn flush(&self) -> Result<()> {
        let postqueue = programs::find("postqueue", "postfix", &[])?;
        let etc = self.folder.join("etc");
        programs::run(Command::new(postqueue).arg("-c").arg(etc).arg("-f")).map(drop)
    }

    /// The end of the log.
    pub(crate) fn log_tail(&self) -> String {
        let [start, mail] = ["start.log", "mail.log"].map(|name| programs::log_tail(&self.folder.join(name)));
        format!("{start}\n{mail}")
    }

    fn open_ports(&self) -> usize {
        let ports = [&self.mx, &self.submission, &self.smtps];
        let is_open = |port: &&&ReservedPort| TcpStream::connect((Ipv4Addr::LOCALHOST, port.number)).is_ok();
        ports.iter().filter(is_open).count()
    }
}

impl Drop for Postfix {
    /// A running server's watcher removes the folder; a stopped one's is still there.
    fn drop(&mut self) {
        if self.server.take().is_none() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// Files below a folder, at whatever depth; what vanishes meanwhile does not count.
fn count_files(folder: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        count += if path.is_dir() { count_files(&path)? } else { usize::from(path.exists()) };
    }
    Ok(count)
}

/// The queue's folders as `postfix check` makes them; that command takes two seconds.
fn make_folders(folder: &Path) -> Result<()> {
    let (user, _) = programs::user_ids("postfix")?.context("there is no user `postfix`")?;
    let make = |part: &str, owner: u32, mode: u32| -> Result<()> {
        let path = folder.join(part);
        std::fs::create_dir_all(&path).with_context(|| format!("making {}", path.display()))?;
        chown(&path, Some(owner), None)?;
        std::fs::set_permissions(&path, PermissionsExt::from_mode(mode))?;
        Ok(())
    };
    for part in ["", "etc", "queue", "queue/pid"] {
        make(part, 0, 0o755)?;
    }
    make("data", user, 0o700)?;
    for part in QUEUE_FOLDERS.split_whitespace() {
        make(&format!("queue/{part}"), user, 0o700)?;
    }
    Ok(())
}

const QUEUE_FOLDERS: &str = "active bounce corrupt defer deferred flush hold incoming maildrop \
                             private public saved trace";

fn write_configuration(setup: &Setup<'_>, ports: [u16; 3]) -> Result<()> {
    let etc = setup.folder.join("etc");
    let mailboxes = setup.accounts.iter().map(|account| format!("{} yes\n", account.address));
    let files = [
        ("mailboxes", mailboxes.collect()),
        ("transport", transport(&setup.folder)),
        ("main.cf", main_cf(setup)),
        ("master.cf", master_cf(ports, setup.pipe)),
    ];
    for (name, text) in files {
        let mut file = File::create(etc.join(name)).with_context(|| format!("making {name}"))?;
        file.write_all(text.as_bytes())?;
        // Postfix waits a second before it trusts a file that may still be written to.
        file.set_modified(UNIX_EPOCH)?;
    }
    Ok(())
}

/// `soft.test` is accepted and then meets a socket that is not there, which defers it; `busy.test`
/// is refused for now at RCPT.
fn transport(folder: &Path) -> String {
    let nobody = folder.join("nobody");
    format!("soft.test lmtp:unix:{}\nbusy.test retry:4.7.1 come back later\nhook.test hook:\n", nobody.display())
}

fn main_cf(setup: &Setup<'_>) -> String {
    let folder = setup.folder.display();
    let etc = format!("{folder}/etc");
    let lmtp = setup.lmtp_socket.display();
    let sasl = setup.sasl_socket.display();
    let certificate = setup.certificates.server.display();
    let key = setup.certificates.server_key.display();
    format!(
        "\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = mail.vigia.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4

# Nobody is trusted by address, and no name is looked up outside.
mynetworks =
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
disable_dns_lookups = yes
# Mail from outside is stored as it came; only submitted mail gets a missing Date or Message-ID.
local_header_rewrite_clients = permit_sasl_authenticated
smtpd_peername_lookup = no
default_transport = error:5.4.4 the rig delivers nothing outside
transport_maps = texthash:{etc}/transport

# Known recipients are stored; the others are refused at RCPT.
virtual_mailbox_domains = vigia.test, clinic.test
virtual_mailbox_maps = texthash:{etc}/mailboxes
virtual_transport = lmtp:unix:{lmtp}
recipient_delimiter = +
# Any recipient is accepted here. Dovecot knows nobody at late.test, which makes a bounce.
relay_domains = late.test, soft.test, busy.test, hook.test
relay_transport = lmtp:unix:{lmtp}

smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {sasl}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination

# Tests fail on purpose and in parallel: no tarpit, no limits per client, no pauses.
smtpd_error_sleep_time = 0s
smtpd_client_connection_count_limit = 0
in_flow_delay = 0s
message_size_limit = 26214400
"
    )
}

fn master_cf([mx, submission, smtps]: [u16; 3], pipe: Option<&Path>) -> String {
    let hook = pipe.map_or(String::new(), |program| {
        format!("hook unix - n n - 4 pipe\n  flags=R user=nobody null_sender= argv={}\n", program.display())
    });
    format!(
        "\
127.0.0.1:{mx} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
{SERVICES}{hook}"
    )
}

/// The parts of Postfix behind the ports; none is chrooted.
const SERVICES: &str = "\
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
";
