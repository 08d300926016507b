//! The contract: a fuzzer reads the OpenAPI document that the real service serves, and asks for what it allows and what it does not.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{python, shell};

/// From PyPI, into an environment of its own.
const FUZZER: &str = "schemathesis==4.32.5";
const EXAMPLES: &str = "40";
const SEED: &str = "1";
/// Webhooks prove themselves by these, so that a post without proof is 401.
const SETTINGS: [(&str, &str); 5] = [
    ("HTTP_ADDR", "127.0.0.1:0"),
    ("IMAP_MAX_MAIL_MB", "1"),
    ("WEBHOOK_EMAIL_SECRET", "a secret of the contract"),
    ("WEBHOOK_EMAIL_BASIC", "provider:a password of the contract"),
    ("WEBHOOK_MAILGUN_SIGNING_KEY", "a key of the contract run"),
];

/// Runs the fuzzer against a service of its own on loopback, with a fresh embedded store.
///
/// # Errors
/// When something cannot be installed, built or started, or a promise is broken: the fuzzer has told which.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (mut seed, mut examples) = (SEED, EXAMPLES);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--examples" => examples = rest.next().context("--examples takes a number")?,
            number => seed = number,
        }
    }
    for number in [seed, examples] {
        number.parse::<u64>().with_context(|| format!("{number:?} is no number"))?;
    }
    let folder = shell::target_folder()?.join("contract");
    let environment = folder.join("venv");
    python::environment(&environment, FUZZER)?;
    shell::run(shell::cargo().args(["build", "--quiet", "--locked", "-p", "api-server"]))?;
    let service = Service::start(&shell::target_folder()?.join("debug/api-server"), &folder.join("home"))?;
    let ours = shell::workspace_root().join("xtask/contract");
    let mut command = Command::new(environment.join("bin/st"));
    command.arg("--config-file").arg(ours.join("schemathesis.toml"));
    let api = format!("{}/api/v1", service.url);
    command.arg("run").arg(format!("{api}/openapi.json"));
    command.args(["--max-examples", examples, "--seed", seed, "--continue-on-failure", "--request-timeout", "60", "--no-color"]);
    command.env("SCHEMATHESIS_HOOKS", ours.join("hooks.py")).env("CONTRACT_API", &api).env("CONTRACT_TOKEN", &service.token);
    command.current_dir(&folder);
    shell::run(&mut command).context("the service and its document differ, or the fuzzer could not ask")
}

/// Mails of no case.
fn put_mails(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for number in 1..=8 {
        let mail = format!(
            "From: somebody{number}@example.org\r\nTo: farmacovigilancia@followup.invalid\r\nSubject: Rash\r\nMessage-ID: <{number}@example.org>\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Rash</p>\r\n\
             --b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nRash\r\n--b--\r\n"
        );
        fs::write(folder.join(format!("{number}.eml")), mail).with_context(|| folder.display().to_string())?;
    }
    Ok(())
}

/// A running `api-server`; it is killed with the value, and its data are thrown away by the next one.
struct Service {
    child: Child,
    url: String,
    token: String,
}

impl Service {
    fn start(program: &Path, home: &Path) -> Result<Self> {
        if home.exists() {
            fs::remove_dir_all(home).with_context(|| home.display().to_string())?;
        }
        put_mails(&home.join("var/inbox"))?;
        let command = || {
            let mut command = Command::new(program);
            command.current_dir(home).env_clear().envs(SETTINGS).stdin(Stdio::null());
            command
        };
        let log = File::create(home.join("log")).context("the service's log")?;
        let mut child = command().stdout(Stdio::piped()).stderr(log).spawn().with_context(|| program.display().to_string())?;
        let lines = BufReader::new(child.stdout.take().context("standard output")?).lines();
        let mut service = Self { child, url: String::new(), token: String::new() };
        let is_address = |word: &&str| word.starts_with("http://");
        let greeted = lines.map_while(Result::ok).find_map(|line| line.split_whitespace().find(is_address).map(str::to_owned));
        let Some(url) = greeted else { bail!("api-server did not start; its log is {}", home.join("log").display()) };
        service.url = url.trim_end_matches('/').to_owned();
        service.token = shell::capture(command().args(["token", "admin"]))?.trim().to_owned();
        Ok(service)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
