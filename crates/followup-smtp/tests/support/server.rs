//! The scripted server.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Where in the session something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before any command.
    Greeting,
    Ehlo,
    StartTls,
    /// After the server agreed to STARTTLS, or at once inside TLS.
    Handshake,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// After the final dot.
    Message,
    Quit,
}

/// What the server does then, instead of agreeing.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// Says these bytes.
    Say(&'static [u8]),
    /// Closes the connection.
    HangUp,
    /// Says nothing until the client goes.
    Stall,
    /// Says a line byte by byte, each after a while; should the client stay to its end, the line agrees.
    Drip,
    /// Says these bytes and closes the connection.
    SayAndHangUp(&'static [u8]),
    /// After the first line of the message: says these bytes and closes the connection without reading on.
    Interrupt(&'static [u8]),
}

/// What the client said.
#[derive(Debug, Default)]
pub struct Transcript {
    /// Command lines without their ends, in order.
    pub commands: Vec<String>,
    /// The message as it was sent, with the final dot.
    pub message: Option<Vec<u8>>,
    /// What came while the server stalled.
    pub unanswered: Vec<u8>,
}

/// How the server is secured.
#[derive(Clone)]
pub enum Security {
    Plain,
    StartTls(Arc<ServerConfig>),
    Wrapper(Arc<ServerConfig>),
}

/// Serves one connection.
pub struct Server {
    pub port: u16,
    thread: JoinHandle<Transcript>,
}

impl Server {
    pub fn start(acts: &[(Stage, Act)]) -> Self {
        Self::start_with(Security::Plain, acts)
    }

    pub fn start_with(security: Security, acts: &[(Stage, Act)]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let acts = acts.to_vec();
        let thread = std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut session =
                Session { connection: BufReader::new(Connection::Plain(stream)), security, acts, transcript: Transcript::default() };
            // However it ends, the transcript tells what was said until then.
            let _ = session.serve();
            session.transcript
        });
        Self { port, thread }
    }

    /// Waits until the client has gone.
    pub fn transcript(self) -> Transcript {
        self.thread.join().unwrap()
    }
}

enum Connection {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Connection {
    fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => &stream.sock,
        }
    }
}

impl Read for Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Connection {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(buffer),
            Self::Tls(stream) => stream.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}

struct Session {
    connection: BufReader<Connection>,
    security: Security,
    acts: Vec<(Stage, Act)>,
    transcript: Transcript,
}

const GONE: io::ErrorKind = io::ErrorKind::ConnectionAborted;

impl Session {
    fn serve(&mut self) -> io::Result<()> {
        if let Security::Wrapper(config) = self.security.clone() {
            self.begin_tls(config)?;
        }
        self.at(Stage::Greeting, "220 test ESMTP\r\n")?;
        loop {
            let line = self.line()?;
            self.transcript.commands.push(line.clone());
            match line.split([' ', ':']).next().unwrap_or_default() {
                "EHLO" => self.at(Stage::Ehlo, self.offers())?,
                "STARTTLS" => {
                    self.at(Stage::StartTls, "220 go on\r\n")?;
                    if let Security::StartTls(config) = self.security.clone() {
                        self.begin_tls(config)?;
                    }
                }
                "AUTH" => self.auth(&line)?,
                "MAIL" => self.at(Stage::Mail, "250 2.1.0 Ok\r\n")?,
                "RCPT" => self.at(Stage::Rcpt, "250 2.1.5 Ok\r\n")?,
                "DATA" => {
                    self.at(Stage::Data, "354 End data with <CR><LF>.<CR><LF>\r\n")?;
                    if self.acts.iter().all(|(stage, _)| *stage != Stage::Data) {
                        self.message()?;
                    }
                }
                "QUIT" => {
                    self.at(Stage::Quit, "221 Bye\r\n")?;
                    return Ok(());
                }
                _ => self.say(b"500 what?\r\n")?,
            }
        }
    }

    fn offers(&self) -> &'static str {
        match (&self.security, self.connection.get_ref()) {
            (Security::StartTls(_), Connection::Plain(_)) => "250-test\r\n250-auth LOGIN PLAIN\r\n250 starttls\r\n",
            _ => "250-test\r\n250-8BITMIME\r\n250-AUTH LOGIN PLAIN\r\n250 HELP\r\n",
        }
    }

    fn auth(&mut self, line: &str) -> io::Result<()> {
        if line == "AUTH LOGIN" {
            // "Username:" and "Password:".
            for challenge in ["334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n"] {
                self.say(challenge.as_bytes())?;
                let answer = self.line()?;
                self.transcript.commands.push(answer);
            }
        }
        self.at(Stage::Auth, "235 2.7.0 Authentication successful\r\n")
    }

    fn message(&mut self) -> io::Result<()> {
        if let Some(Act::Interrupt(_)) = self.act(Stage::Message) {
            self.line()?;
            return self.at(Stage::Message, "");
        }
        let mut message = Vec::new();
        while !message.ends_with(b"\r\n.\r\n") {
            if self.connection.read_until(b'\n', &mut message)? == 0 {
                return Err(GONE.into());
            }
        }
        self.transcript.message = Some(message);
        self.at(Stage::Message, "250 2.0.0 Ok: queued as 4F1\r\n")
    }

    fn act(&self, stage: Stage) -> Option<Act> {
        self.acts.iter().find(|(of, _)| *of == stage).map(|(_, act)| *act)
    }

    fn at(&mut self, stage: Stage, agreement: &str) -> io::Result<()> {
        match self.act(stage) {
            None => self.say(agreement.as_bytes()),
            Some(Act::Say(bytes)) => self.say(bytes),
            Some(Act::HangUp) => Err(GONE.into()),
            Some(Act::SayAndHangUp(bytes) | Act::Interrupt(bytes)) => {
                self.say(bytes)?;
                Err(GONE.into())
            }
            Some(Act::Stall) => {
                self.connection.read_to_end(&mut self.transcript.unanswered)?;
                Err(GONE.into())
            }
            Some(Act::Drip) => self.drip(agreement),
        }
    }

    /// Some twenty bytes a second: each comes well before a client that waits for one byte at a time would give up.
    fn drip(&mut self, agreement: &str) -> io::Result<()> {
        self.connection.get_ref().tcp().set_read_timeout(Some(Duration::from_millis(50)))?;
        for byte in [&agreement.as_bytes()[..3], b"-", &[b'x'; 40], b"\r\n", agreement.as_bytes()].concat() {
            self.say(&[byte])?;
            let mut nothing = [0];
            match self.connection.read(&mut nothing) {
                Ok(_) => return Err(GONE.into()),
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
                Err(error) => return Err(error),
            }
        }
        self.connection.get_ref().tcp().set_read_timeout(None)
    }

    fn begin_tls(&mut self, config: Arc<ServerConfig>) -> io::Result<()> {
        if let Some(act) = self.act(Stage::Handshake) {
            return match act {
                Act::Drip | Act::Interrupt(_) => unreachable!("a handshake is not a line and not a message"),
                _ => self.at(Stage::Handshake, ""),
            };
        }
        let stream = self.connection.get_ref().tcp().try_clone()?;
        let connection = ServerConnection::new(config).map_err(io::Error::other)?;
        self.connection = BufReader::new(Connection::Tls(Box::new(StreamOwned::new(connection, stream))));
        Ok(())
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        if self.connection.read_until(b'\n', &mut line)? == 0 {
            return Err(GONE.into());
        }
        assert!(line.ends_with(b"\r\n"), "a command ends with CRLF: {line:?}");
        Ok(String::from_utf8(line).unwrap().trim_end().to_owned())
    }

    fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.connection.get_mut().write_all(bytes)?;
        self.connection.get_mut().flush()
    }
}
