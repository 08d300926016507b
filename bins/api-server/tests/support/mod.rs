//! The real binaries against real servers, all private to one test.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use followup_testkit::rigs::mail::{HOST, MailRig};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Far longer than anything takes: waiting ends as soon as what is waited for is there.
pub const LONG: Duration = Duration::from_secs(60);
const JWT_SECRET: &str = "a secret of the tests, longer than 32 bytes";
pub const ADMIN_PASSWORD: &str = "correct horse battery";

/// A deployment: settings that all three binaries get.
pub struct Deployment {
    pub dir: TempDir,
    settings: Vec<(String, String)>,
}

impl Deployment {
    /// Nothing configured but the folder it runs in and a free port.
    pub fn embedded() -> Self {
        let deployment = Self { dir: TempDir::new().unwrap(), settings: Vec::new() };
        deployment.with("HTTP_ADDR", "127.0.0.1:0")
    }

    /// A database, and the mail servers of a rig.
    pub fn on(database_url: Option<&str>, rig: &MailRig) -> Self {
        let deployment = Self::embedded();
        let sqlite = format!("sqlite:{}", deployment.dir.path().join("followup.db").display());
        let ca = rig.ca_file.display().to_string();
        let (submission, imaps) = (rig.submission_port.to_string(), rig.imaps_port.to_string());
        let settings = [
            ("DATABASE_URL", database_url.unwrap_or(&sqlite)),
            ("JWT_SECRET", JWT_SECRET),
            ("ADMIN_PASSWORD", ADMIN_PASSWORD),
            ("SMTP_HOST", HOST),
            ("SMTP_PORT", &submission),
            ("SMTP_USER", &rig.unit.address),
            ("SMTP_PASSWORD", &rig.unit.password),
            ("SMTP_FROM", &rig.unit.address),
            ("SMTP_FROM_NAME", "Farmacovigilancia, Lima"),
            ("SMTP_CA_FILE", &ca),
            ("IMAP_HOST", HOST),
            ("IMAP_PORT", &imaps),
            ("IMAP_USER", &rig.unit.address),
            ("IMAP_PASSWORD", &rig.unit.password),
            ("IMAP_CA_FILE", &ca),
        ];
        settings.into_iter().fold(deployment, |deployment, (name, value)| deployment.with(name, value))
    }

    /// Sets, or sets anew.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self
    }

    /// The settings of a database, and letters as files.
    pub fn on_database(url: &str) -> Self {
        let settings =
            [("DATABASE_URL", url), ("JWT_SECRET", JWT_SECRET), ("ADMIN_PASSWORD", ADMIN_PASSWORD), ("MAIL_OUTBOX_DIR", "outbox")];
        settings.into_iter().fold(Self::embedded(), |deployment, (name, value)| deployment.with(name, value))
    }

    pub fn command(&self, binary: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary);
        command.args(arguments).current_dir(self.dir.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a binary to its end.
    pub fn run(&self, name: &str, arguments: &[&str]) -> Output {
        self.command(&binary(name), arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// Runs a binary to its end, which must be a good one.
    pub fn run_well(&self, name: &str, arguments: &[&str]) -> String {
        let output = self.run(name, arguments);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{name} {arguments:?}: {}\n{}\n{}", output.status, text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }

    /// Starts `api-server` and signs in.
    pub fn serve(&self) -> Server {
        let mut server = self.start(self.command(&binary("api-server"), &[]));
        server.token = server.sign_in(&self.admin_password());
        server
    }

    /// Runs a command that becomes `api-server`, and waits until it listens.
    pub fn start(&self, mut command: Command) -> Server {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = BufReader::new(stderr).read_to_string(&mut text);
            text
        });
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).for_each(|line| drop(sender.send(line))));
        let mut greeting = String::new();
        let url = loop {
            let Ok(line) = lines.recv_timeout(LONG) else {
                let _ = child.kill();
                panic!("api-server did not start: {}", log.join().unwrap_or_default());
            };
            greeting += &line;
            if let Some(url) = line.split_whitespace().find(|word| word.starts_with("http://")) {
                break url.trim_end_matches('/').to_owned();
            }
        };
        Server { child, log: Some(log), url, token: String::new(), greeting }
    }

    pub fn admin_password(&self) -> String {
        let given = self.settings.iter().find(|(name, _)| name == "ADMIN_PASSWORD").map(|(_, value)| value.clone());
        given.unwrap_or_else(|| std::fs::read_to_string(self.dir.path().join("var/admin-password")).unwrap().trim().to_owned())
    }
}

/// The binaries stand beside each other.
pub fn binary(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_BIN_EXE_api-server")).with_file_name(name);
    assert!(path.exists(), "{} is not built: run the tests of the whole workspace", path.display());
    path
}

/// A running `api-server`; ended with SIGTERM when it goes out of scope.
pub struct Server {
    child: Child,
    log: Option<std::thread::JoinHandle<String>>,
    url: String,
    token: String,
    pub greeting: String,
}

/// What the server said, with what it says of trying again.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: Value,
}

impl Server {
    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// For a server that was started without signing in.
    pub fn signed_in(mut self, password: &str) -> Self {
        self.token = self.sign_in(password);
        self
    }

    /// A request as it is, and the whole answer; a body makes it a POST with an `Idempotency-Key`.
    pub fn ask(&self, path: &str, body: Option<(&str, &Value)>) -> Answer {
        let url = format!("{}{path}", self.url);
        let token = format!("Bearer {}", self.token);
        let answer = match body {
            None => agent().get(url).header("Authorization", token).call(),
            Some((key, body)) => agent().post(url).header("Authorization", token).header("Idempotency-Key", key).send_json(body),
        };
        let answer = answer.unwrap();
        let retry_after = answer.headers().get("Retry-After").map(|value| value.to_str().unwrap().to_owned());
        let (status, body) = read(answer);
        Answer { status, retry_after, body }
    }

    fn sign_in(&self, password: &str) -> String {
        let agent = agent();
        let mut answer =
            agent.post(format!("{}/api/v1/auth/login", self.url)).send_form([("username", "admin"), ("password", password)]).unwrap();
        let body: Value = answer.body_mut().read_json().unwrap();
        body["access_token"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
    }

    /// The answer's code to a GET of somebody with this token.
    pub fn status_with(&self, token: &str, path: &str) -> u16 {
        agent().get(format!("{}{path}", self.url)).header("Authorization", format!("Bearer {token}")).call().unwrap().status().as_u16()
    }

    /// The answer's code to a sign-in.
    pub fn signs_in(&self, username: &str, password: &str) -> u16 {
        let form = [("username", username), ("password", password)];
        agent().post(format!("{}/api/v1/auth/login", self.url)).send_form(form).unwrap().status().as_u16()
    }

    pub fn get(&self, path: &str) -> (u16, Value) {
        let request = agent().get(format!("{}{path}", self.url)).header("Authorization", format!("Bearer {}", self.token));
        read(request.call().unwrap())
    }

    pub fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = agent().post(format!("{}{path}", self.url)).header("Authorization", format!("Bearer {}", self.token));
        read(request.send_json(body).unwrap())
    }

    /// The answer's code to a GET whose body is read to its end, whatever it is.
    pub fn bytes(&self, path: &str) -> u16 {
        let request = agent().get(format!("{}{path}", self.url)).header("Authorization", format!("Bearer {}", self.token));
        // Behind fifteen others, each with a mail that is understood first.
        let mut answer = request.config().timeout_global(Some(LONG * 5)).build().call().unwrap();
        std::io::copy(&mut answer.body_mut().as_reader(), &mut std::io::sink()).unwrap();
        answer.status().as_u16()
    }

    /// A file, as it is given.
    pub fn download(&self, path: &str) -> (u16, Vec<u8>) {
        let request = agent().get(format!("{}{path}", self.url)).header("Authorization", format!("Bearer {}", self.token));
        let mut answer = request.call().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_vec().unwrap())
    }

    /// The answer's code to a raw mail that is posted with a password.
    pub fn post_mail(&self, path: &str, password: &str, mail: &[u8]) -> u16 {
        let proof = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, password);
        let request = agent().post(format!("{}{path}", self.url)).header("Authorization", format!("Basic {proof}"));
        request.header("Content-Type", "message/rfc822").send(mail).unwrap().status().as_u16()
    }

    pub fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = agent().put(format!("{}{path}", self.url)).header("Authorization", format!("Bearer {}", self.token));
        read(request.send_json(body).unwrap())
    }

    pub fn patch(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = agent().patch(format!("{}{path}", self.url)).header("Authorization", format!("Bearer {}", self.token));
        read(request.send_json(body).unwrap())
    }

    /// A case with gaps whose reporter is at this address.
    pub fn case(&self, reporter: &str) -> i64 {
        let body = json!({"reportante_contacto": reporter, "producto_sospechoso": "Paracetamol", "paciente_iniciales": "J.P."});
        let (status, case) = self.post("/api/v1/icsr", &body);
        assert_eq!(status, 201, "{case}");
        case["id"].as_i64().unwrap()
    }

    pub fn thread(&self, case: i64) -> Vec<Value> {
        let (status, thread) = self.get(&format!("/api/v1/icsr/{case}/followup/thread"));
        assert_eq!(status, 200, "{thread}");
        thread["items"].as_array().unwrap().clone()
    }

    /// Waits until the thread is as wanted.
    pub fn wait_for_thread(&self, case: i64, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let since = Instant::now();
        loop {
            let thread = self.thread(case);
            if wanted(&thread) {
                return thread;
            }
            assert!(since.elapsed() < LONG, "the thread never became as wanted: {thread:#?}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until what is found at a path is as wanted.
    pub fn wait_for(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let since = Instant::now();
        loop {
            let (status, found) = self.get(path);
            if status == 200 && wanted(&found) {
                return found;
            }
            assert!(since.elapsed() < LONG, "{path} never became as wanted: {found:#?}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Ends it with SIGTERM; gives its exit code and its log.
    pub fn stop(mut self) -> (Option<i32>, String) {
        self.terminate();
        let code = self.child.wait().unwrap().code();
        let log = self.log.take().map(|log| log.join().unwrap_or_default()).unwrap_or_default();
        (code, log)
    }

    fn terminate(&self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.terminate();
            let _ = self.child.wait();
        }
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(LONG)).build().into()
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> (u16, Value) {
    let status = answer.status().as_u16();
    let text = answer.body_mut().read_to_string().unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// A header of a raw mail, unfolded.
pub fn header(raw: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(raw).replace("\r\n", "\n");
    let head = text.split("\n\n").next()?.replace("\n ", " ").replace("\n\t", " ");
    let prefix = format!("{}:", name.to_lowercase());
    head.lines().find(|line| line.to_lowercase().starts_with(&prefix)).map(|line| line[prefix.len()..].trim().to_owned())
}

/// A reply as a mail program writes it.
pub fn reply_to(message_id: &str, from: &str, to: &str, body: &str) -> Vec<u8> {
    format!(
        "From: Dra. Rojas <{from}>\r\nTo: {to}\r\nSubject: Re: ICSR\r\nMessage-ID: <{}@clinic.test>\r\nIn-Reply-To: {message_id}\r\nReferences: {message_id}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n\r\nEl vie, 1 mar 2024 a las 10:15, Farmacovigilancia (<{to}>) escribió:\r\n> Estimado(a) reportante,\r\n",
        body.len()
    )
    .into_bytes()
}
