//! One session of the server.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::connection::Connection;
use super::{AcceptedMail, Act, Moment, Security, Shared, Stage, Transcript};

/// Serves a client until either side goes; however it ends, the transcript tells what was said until then.
pub(super) fn serve(shared: &Shared, door: usize, number: u64, stream: TcpStream) -> Transcript {
    let connection = BufReader::new(Connection::Plain(stream));
    let mut session = Session { shared, door, number, connection, to: String::new(), transcript: Transcript::default() };
    let _ = session.run();
    let _ = session.connection.get_ref().tcp().shutdown(std::net::Shutdown::Both);
    session.transcript
}

struct Session<'s> {
    shared: &'s Shared,
    door: usize,
    number: u64,
    connection: BufReader<Connection>,
    /// The recipient of RCPT.
    to: String,
    transcript: Transcript,
}

const GONE: io::ErrorKind = io::ErrorKind::ConnectionAborted;

impl Session<'_> {
    fn run(&mut self) -> io::Result<()> {
        if let Security::Wrapper(config) = self.shared.security.clone() {
            self.begin_tls(config)?;
        }
        self.at(Stage::Greeting, "220 test ESMTP\r\n")?;
        loop {
            let line = self.line()?;
            self.transcript.commands.push(line.clone());
            match line.split([' ', ':']).next().unwrap_or_default() {
                "EHLO" => drop(self.at(Stage::Ehlo, self.offers())?),
                "STARTTLS" => {
                    self.at(Stage::StartTls, "220 go on\r\n")?;
                    if let Security::StartTls(config) = self.shared.security.clone() {
                        self.begin_tls(config)?;
                    }
                }
                "AUTH" => drop(self.auth(&line)?),
                "MAIL" => drop(self.at(Stage::Mail, "250 2.1.0 Ok\r\n")?),
                "RCPT" => {
                    self.to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    self.at(Stage::Rcpt, "250 2.1.5 Ok\r\n")?;
                }
                "DATA" => {
                    if self.at(Stage::Data, "354 End data with <CR><LF>.<CR><LF>\r\n")? {
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
        match (&self.shared.security, self.connection.get_ref()) {
            (Security::StartTls(_), Connection::Plain(_)) => "250-test\r\n250-auth LOGIN PLAIN\r\n250 starttls\r\n",
            _ => "250-test\r\n250-8BITMIME\r\n250-AUTH LOGIN PLAIN\r\n250 HELP\r\n",
        }
    }

    fn auth(&mut self, line: &str) -> io::Result<bool> {
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

    /// Reads the message; unless something else is to be done, it is kept first and answered then, as a real server does.
    fn message(&mut self) -> io::Result<bool> {
        let act = self.act(Stage::Message);
        if let Some(act @ Act::Interrupt(_)) = act {
            self.line()?;
            return self.obey(act);
        }
        let mut message = Vec::new();
        while !message.ends_with(b"\r\n.\r\n") {
            if self.connection.read_until(b'\n', &mut message)? == 0 {
                return Err(GONE.into());
            }
        }
        self.transcript.message = Some(message.clone());
        match act {
            None => {}
            Some(Act::Slowly(pause)) => std::thread::sleep(pause),
            Some(act) => return self.obey(act),
        }
        message.truncate(message.len() - 3);
        let mail = AcceptedMail { message_id: message_id(&message), to: self.to.clone(), session: self.number, raw: message };
        self.shared.keep(mail);
        self.at(Stage::Accepted, "250 2.0.0 Ok: queued as 4F1\r\n")
    }

    fn act(&self, stage: Stage) -> Option<Act> {
        (self.shared.script)(Moment { door: self.door, session: self.number, stage })
    }

    /// Agrees, unless the script says otherwise; whether it agreed.
    fn at(&mut self, stage: Stage, agreement: &str) -> io::Result<bool> {
        match self.act(stage) {
            None => self.say(agreement.as_bytes()),
            Some(Act::Slowly(pause)) => {
                std::thread::sleep(pause);
                self.say(agreement.as_bytes())
            }
            Some(Act::Drip) => self.drip(agreement),
            Some(act) => return self.obey(act),
        }
        .map(|()| true)
    }

    fn obey(&mut self, act: Act) -> io::Result<bool> {
        match act {
            Act::Say(bytes) => self.say(bytes).map(|()| false),
            Act::SayAndHangUp(bytes) | Act::Interrupt(bytes) => {
                self.say(bytes)?;
                Err(GONE.into())
            }
            Act::Stall => {
                self.connection.read_to_end(&mut self.transcript.unanswered)?;
                Err(GONE.into())
            }
            Act::HangUp | Act::Drip | Act::Slowly(_) => Err(GONE.into()),
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
            return self.obey(act).map(drop);
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
        // What a client was cut off in is no command.
        let Some(line) = line.strip_suffix(b"\r\n") else { return Err(GONE.into()) };
        Ok(String::from_utf8_lossy(line).trim_end().to_owned())
    }

    fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.connection.get_mut().write_all(bytes)?;
        self.connection.get_mut().flush()
    }
}

/// The value of the Message-ID header.
fn message_id(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw).replace("\r\n", "\n");
    let head = text.split("\n\n").next().unwrap_or_default().replace("\n ", " ").replace("\n\t", " ");
    let found = head.lines().find_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("message-id")));
    found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}
