//! Another mail client at the same mailbox: a person's. Speaks to the rig on loopback, in clear text.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::{Mutex, PoisonError};

/// A connection that is signed in.
pub struct Person {
    stream: BufReader<TcpStream>,
    tags: u32,
}

impl Person {
    pub fn sign_in(port: u16, user: &str, password: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(super::LIMIT)).unwrap();
        let mut person = Self { stream: BufReader::new(stream), tags: 0 };
        person.line();
        person.command(&format!("LOGIN \"{user}\" \"{password}\""));
        person
    }

    /// Runs a command and returns its untagged answers.
    pub fn command(&mut self, command: &str) -> Vec<String> {
        self.send(command);
        self.answers(command)
    }

    /// Puts a mail into a mailbox with a date of arrival (RFC 9051 date-time).
    pub fn append(&mut self, mailbox: &str, arrived_at: &str, raw: &[u8]) {
        self.send(&format!("APPEND {mailbox} \"{arrived_at}\" {{{}}}", raw.len()));
        assert!(self.line().starts_with('+'), "the server takes no mail");
        self.stream.get_mut().write_all(raw).unwrap();
        self.stream.get_mut().write_all(b"\r\n").unwrap();
        self.answers("APPEND");
    }

    /// Makes a mailbox. One at a time: of two that are made for one user at the same instant, Dovecot says at times that the second
    /// was there already.
    pub fn create(&mut self, mailbox: &str) {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        self.command(&format!("CREATE {mailbox}"));
    }

    /// The flags of each mail of the selected mailbox.
    pub fn flags(&mut self) -> Vec<String> {
        self.command("FETCH 1:* FLAGS")
    }

    fn send(&mut self, command: &str) {
        self.tags += 1;
        write!(self.stream.get_mut(), "p{} {command}\r\n", self.tags).unwrap();
    }

    fn answers(&mut self, command: &str) -> Vec<String> {
        let mut answers = Vec::new();
        loop {
            let line = self.line();
            let Some(result) = line.strip_prefix(&format!("p{} ", self.tags)) else {
                answers.push(line);
                continue;
            };
            assert!(result.starts_with("OK"), "{command}: {result}");
            return answers;
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "the server hung up");
        while let Some(length) = literal(&line) {
            let mut bytes = vec![0; length];
            self.stream.read_exact(&mut bytes).unwrap();
            line.push_str(&String::from_utf8_lossy(&bytes));
            self.stream.read_line(&mut line).unwrap();
        }
        line.trim_end().to_owned()
    }
}

fn literal(line: &str) -> Option<usize> {
    line.strip_suffix("}\r\n")?.rsplit_once('{')?.1.parse().ok()
}
