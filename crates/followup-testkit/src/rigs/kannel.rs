//! A real Kannel on loopback: `bearerbox` and `smsbox`, and behind them a network that is one telephone (Debian's `fakesmsc`).
//!
//! What it is told to call is a port that the rig keeps for the service under test ([`KannelRig::webhook_port`]). The network delivers at
//! once, and says so. A telephone's messages come in as it wrote them; those to it stand in [`KannelRig::received`].
#![allow(clippy::missing_panics_doc)] // Test equipment: to panic is to fail the test.

use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::lifeline::{Launch, Server};
use super::ports::{self, ReservedPort};
use super::wait::wait_until;
use super::{folder, programs};

/// The user of `sendsms`.
pub const USER: &str = "vigia";
/// The user's password.
pub const PASSWORD: &str = "a-password-of-the-tests";
/// What stands in the path that Kannel calls.
pub const SECRET: &str = "4f1d8f0b7ac2e9d35b6a80c1e2f3a4b5";
/// Our number.
pub const OUR_NUMBER: &str = "13013";

/// Generous, for machines that run many tests at once: it is waited out only when something fails.
const LIMIT: Duration = Duration::from_secs(60);
/// Where Debian's `kannel-extras` puts its test programs.
const EXTRAS: &str = "/usr/lib/kannel/test";
/// Nothing that it keeps is worth an orderly end.
const STOP: &str = "KILL";

/// A Kannel of one test; it ends with the value or with the process, whichever is first. Several may run at once.
#[derive(Debug)]
pub struct KannelRig {
    admin: ReservedPort,
    boxes: ReservedPort,
    network: ReservedPort,
    sendsms: ReservedPort,
    webhook: ReservedPort,
    folder: PathBuf,
    // Dropped in this order: who asks before who is asked.
    phone: Option<Server>,
    smsbox: Option<Server>,
    bearerbox: Option<Server>,
}

impl KannelRig {
    /// Starts everything, and returns when the telephone is in the network.
    pub fn start() -> Self {
        match Self::try_start() {
            Ok(rig) => rig,
            Err(reason) => panic!("cannot start Kannel: {reason:#}"),
        }
    }

    /// Where messages are taken.
    pub fn url(&self) -> String {
        Self::url_at(self.sendsms.number)
    }

    /// The same behind a proxy.
    pub fn url_at(port: u16) -> String {
        format!("http://127.0.0.1:{port}/cgi-bin/sendsms")
    }

    /// The port of `sendsms`.
    pub fn sendsms_port(&self) -> u16 {
        self.sendsms.number
    }

    /// The port on loopback that Kannel calls, free for the service under test.
    pub fn webhook_port(&self) -> u16 {
        self.webhook.number
    }

    /// What the telephone got, as the network writes it: the alphabet (`text`, `ucs-2`; of a part of several `udh`) and what stands behind it.
    pub fn received(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.log("phone")).unwrap_or_default();
        let got = log.lines().filter_map(|line| line.split_once("Got message ")?.1.split_once(": <"));
        got.filter_map(|(_, message)| Some(message.splitn(3, ' ').nth(2)?.trim_end_matches('>').to_owned())).collect()
    }

    /// Waits until the telephone has got so many.
    pub fn wait_for_received(&self, count: usize) -> Vec<String> {
        self.wait("the telephone has got it", || Some(self.received()).filter(|received| received.len() >= count))
    }

    /// The telephone leaves the network: what it is sent waits.
    pub fn leave_network(&mut self) {
        if let Some(phone) = self.phone.take() {
            self.well(phone.stop_and_keep(STOP));
        }
        self.wait("the network is left", || (!self.is_online()).then_some(()));
    }

    /// The telephone is in the network again.
    pub fn join_network(&mut self) {
        self.leave_network();
        self.phone = Some(self.well(self.start_phone(&[])));
        self.wait("the network is joined", || self.is_online().then_some(()));
    }

    /// Somebody at this number writes this.
    pub fn write(&mut self, from: &str, text: &str) {
        self.leave_network();
        let units = text.encode_utf16().flat_map(u16::to_be_bytes).map(|byte| format!("%{byte:02x}")).collect::<String>();
        self.phone = Some(self.well(self.start_phone(&["-m", "1", "-i", "0.1", &format!("{from} {OUR_NUMBER} ucs2 {units}")])));
    }

    /// Ends both boxes: nobody listens at `sendsms`.
    pub fn stop(&mut self) {
        for server in [self.smsbox.take(), self.bearerbox.take()].into_iter().flatten() {
            self.well(server.stop_and_keep(STOP));
        }
        self.well(self.sendsms.wait_closed());
    }

    /// Starts them again.
    pub fn start_again(&mut self) {
        let started = self.start_boxes();
        self.well(started);
        self.join_network();
    }

    fn try_start() -> Result<Self> {
        let folder = folder::create("fk")?;
        let mut rig = Self {
            admin: ports::reserve()?,
            boxes: ports::reserve()?,
            network: ports::reserve()?,
            sendsms: ports::reserve()?,
            webhook: ports::reserve()?,
            folder: folder.clone(),
            phone: None,
            smsbox: None,
            bearerbox: None,
        };
        for part in ["bearerbox", "smsbox", "phone"] {
            std::fs::create_dir_all(folder.join(part))?;
        }
        rig.start_boxes().with_context(|| rig.log_tails())?;
        rig.phone = Some(rig.start_phone(&[])?);
        wait_until("the telephone is in the network", LIMIT, || Ok(rig.is_online().then_some(()))).with_context(|| rig.log_tails())?;
        Ok(rig)
    }

    fn start_boxes(&mut self) -> Result<()> {
        self.bearerbox = Some(self.start_box("bearerbox", &[self.admin.number, self.network.number])?);
        self.smsbox = Some(self.start_box("smsbox", &[self.sendsms.number])?);
        Ok(())
    }

    fn start_box(&self, name: &str, ports: &[u16]) -> Result<Server> {
        let program = programs::find(name, "kannel", &[])?;
        let configuration = self.folder.join(name).join("kannel.conf");
        std::fs::write(&configuration, self.configuration())?;
        let [program, configuration] = [&program, &configuration].map(|path| path.display().to_string());
        let server = self.launch(name, &[&program, "-v", "1", &configuration])?;
        wait_until(&format!("{name} answers"), LIMIT, || {
            if !server.is_running() {
                bail!("{name} ended while starting");
            }
            Ok(ports.iter().all(|port| TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).is_ok()).then_some(()))
        })?;
        Ok(server)
    }

    fn start_phone(&self, arguments: &[&str]) -> Result<Server> {
        let program = programs::find("fakesmsc", "kannel-extras", &[PathBuf::from(EXTRAS)])?.display().to_string();
        let network = self.network.number.to_string();
        // Without a message of its own it would not start; one a day is none.
        let silent = ["-m", "1", "-i", "86400", "51000000000 00000 text -"];
        let rest = if arguments.is_empty() { &silent[..] } else { arguments };
        let command: Vec<&str> = [program.as_str(), "-H", "127.0.0.1", "-r", &network].into_iter().chain(rest.iter().copied()).collect();
        self.launch("phone", &command)
    }

    fn launch(&self, name: &str, command: &[&str]) -> Result<Server> {
        Server::start(&Launch { command, stop_signal: STOP, log: &self.log(name), folder: &self.folder.join(name), owner: None })
    }

    /// Whether the network has the telephone, as Kannel itself says.
    fn is_online(&self) -> bool {
        let status = std::process::Command::new("curl")
            .args(["-s", "-m", "5", &format!("http://127.0.0.1:{}/status.txt?password={PASSWORD}", self.admin.number)])
            .output();
        status.is_ok_and(|output| {
            String::from_utf8_lossy(&output.stdout).lines().any(|line| line.contains("NET[") && line.contains("(online"))
        })
    }

    fn configuration(&self) -> String {
        let [admin, boxes, network] = [self.admin.number, self.boxes.number, self.network.number];
        let [sendsms, webhook] = [self.sendsms.number, self.webhook.number];
        format!(
            "\
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
admin-password = {PASSWORD}
box-allow-ip = 127.0.0.1
box-deny-ip = \"*.*.*.*\"
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = NET
host = 127.0.0.1
port = {network}
connect-allow-ip = 127.0.0.1
# What is addressed elsewhere is not ours: the telephone's own word when it joins.
denied-prefix = 00000

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
global-sender = {OUR_NUMBER}
http-request-retry = 10000
http-queue-delay = 1

group = sendsms-user
username = {USER}
password = {PASSWORD}
concatenation = true
max-messages = 10
user-allow-ip = \"127.0.0.1\"

group = sms-service
keyword = default
catch-all = yes
max-messages = 0
send-sender = true
accepted-smsc = NET
post-url = \"http://127.0.0.1:{webhook}/api/v1/webhooks/sms/{SECRET}/in?id=%I&charset=%C\"
"
        )
    }

    fn log(&self, name: &str) -> PathBuf {
        self.folder.join(name).join("log")
    }

    fn log_tails(&self) -> String {
        ["bearerbox", "smsbox", "phone"].map(|name| format!("{name}:\n{}", programs::log_tail(Path::new(&self.log(name))))).join("\n")
    }

    fn wait<T>(&self, what: &str, probe: impl Fn() -> Option<T>) -> T {
        self.well(wait_until(what, LIMIT, || Ok(probe())))
    }

    #[track_caller]
    fn well<T>(&self, done: Result<T>) -> T {
        match done {
            Ok(value) => value,
            Err(reason) => panic!("{reason:#}\n{}", self.log_tails()),
        }
    }
}

impl Drop for KannelRig {
    /// A running server's watcher removes its folder; what a stopped one left is removed here.
    fn drop(&mut self) {
        for server in [self.phone.take(), self.smsbox.take(), self.bearerbox.take()] {
            drop(server);
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
