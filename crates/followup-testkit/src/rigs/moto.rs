//! AWS as moto plays it (PyPI), with its checks of keys, signatures and rights turned on.
#![allow(clippy::missing_panics_doc)] // Test equipment: to panic is to fail the test.

use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::lifeline::{Launch, Server};
use super::ports::{self, ReservedPort};
use super::wait::wait_until;
use super::{folder, http_wire, programs};

/// The region.
pub const REGION: &str = "us-east-1";

/// Generous, for machines that run many tests at once: it is waited out only when starting fails.
const LIMIT: Duration = Duration::from_secs(60);
/// What is asked before keys are looked at: the user, its rights and its key are made.
const UNCHECKED: &str = "INITIAL_NO_AUTH_ACTION_COUNT=3";
const POLICY: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22ACTION%22%2C%22Resource%22%3A%22*%22%7D%5D%7D";

/// A moto of one test; it ends with the value or with the process, whichever is first.
#[derive(Debug)]
pub struct MotoServer {
    port: ReservedPort,
    /// An access key of a user.
    pub key_id: String,
    /// Its secret.
    pub secret: String,
    _server: Server,
}

impl MotoServer {
    /// Starts it, with a user who may do this and nothing else: `sns:Publish`.
    pub fn start(allowed: &str) -> Self {
        match Self::try_start(allowed) {
            Ok(server) => server,
            Err(reason) => panic!("cannot start moto: {reason:#}"),
        }
    }

    /// In place of AWS's address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port.number)
    }

    fn try_start(allowed: &str) -> Result<Self> {
        let program = program()?.display().to_string();
        let folder = folder::create("fa")?;
        let port = ports::reserve()?;
        let log = folder.join("log");
        let number = port.number.to_string();
        let command = ["env", UNCHECKED, &program, "-H", "127.0.0.1", "-p", &number];
        let server = Server::start(&Launch { command: &command, stop_signal: "KILL", log: &log, folder: &folder, owner: None })?;
        wait_until("moto answers", LIMIT, || {
            if !server.is_running() {
                bail!("moto ended while starting");
            }
            Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port.number)).is_ok().then_some(()))
        })
        .with_context(|| programs::log_tail(&log))?;
        iam(port.number, "Action=CreateUser&UserName=vigia")?;
        let policy = POLICY.replace("ACTION", &allowed.replace(':', "%3A"));
        iam(port.number, &format!("Action=PutUserPolicy&UserName=vigia&PolicyName=sends&PolicyDocument={policy}"))?;
        let key = iam(port.number, "Action=CreateAccessKey&UserName=vigia")?;
        let value = |name: &str| {
            let rest = key.split_once(&format!("<{name}>")).map(|(_, rest)| rest);
            rest.and_then(|rest| rest.split_once('<')).map(|(value, _)| value.to_owned()).with_context(|| format!("{name} in {key}"))
        };
        Ok(Self { port, key_id: value("AccessKeyId")?, secret: value("SecretAccessKey")?, _server: server })
    }
}

/// From the environment that `cargo xtask test` makes beside what cargo builds.
fn program() -> Result<PathBuf> {
    let built = std::env::current_exe().context("asking where the tests are")?;
    let places = built.ancestors().map(|folder| folder.join("moto/bin/moto_server"));
    let found = places.into_iter().find(|program| program.is_file());
    found.context(
        "moto is not installed: `cargo xtask test` installs it (from PyPI, beside what cargo builds), also `cargo xtask test -p CRATE`",
    )
}

/// Asks for something of IAM, signed by nobody.
fn iam(port: u16, form: &str) -> Result<String> {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(LIMIT))?;
    let scope = format!("Credential=nobody/20260101/{REGION}/iam/aws4_request");
    let authorization = format!("Authorization: AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=none");
    let headers = ["Content-Type: application/x-www-form-urlencoded", "Connection: close", &authorization];
    http_wire::write(&stream, "POST / HTTP/1.1", &headers, format!("{form}&Version=2010-05-08").as_bytes())?;
    let answer = http_wire::read(&stream)?;
    let body = String::from_utf8_lossy(&answer.body).into_owned();
    if !answer.first.contains(" 200 ") {
        bail!("{}: {body}", answer.first);
    }
    Ok(body)
}
