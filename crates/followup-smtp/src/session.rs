//! An SMTP session: commands out, replies in, TLS begun on the way.

use std::fmt::Display;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use lettre::transport::smtp::commands::Quit;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use crate::failure::Trouble;
use crate::reply::{Reply, ReplyLine};
use crate::wire::Wire;

/// Bytes of one line, and of one reply, of a server that is to be believed.
const LONGEST_LINE: usize = 8 * 1024;
const LONGEST_REPLY: usize = 64 * 1024;
/// How long a farewell may take that nobody waits for.
const FAREWELL: Duration = Duration::from_millis(500);

/// A session that keeps one deadline. Dropped in good order it says QUIT, which ends a mail not yet handed over
/// (RFC 5321 §4.1.1.10), and does not wait for the answer.
pub(crate) struct Session {
    stream: Stream,
    /// Received and not read yet.
    buffer: Vec<u8>,
    deadline: Instant,
    timeout: Duration,
    /// Whether the server still waits for a command.
    in_order: bool,
}

enum Stream {
    Plain(Wire),
    Tls(Box<StreamOwned<ClientConnection, Wire>>),
    /// Between the two, or after TLS could not be begun.
    Gone,
}

impl Session {
    /// A session over a new connection; `timeout` bounds each step, `deadline` the whole.
    pub(crate) fn new(wire: Wire, deadline: Instant, timeout: Duration) -> Self {
        Self { stream: Stream::Plain(wire), buffer: Vec::new(), deadline, timeout, in_order: true }
    }

    /// Waits for the server to begin.
    pub(crate) fn greeting(&mut self) -> Result<Reply, Trouble> {
        self.allow(self.timeout);
        self.accepted(|session| session.read_reply())
    }

    /// Sends a command and reads its reply, which must be 2xx or 3xx.
    pub(crate) fn command(&mut self, command: impl Display) -> Result<Reply, Trouble> {
        self.allow(self.timeout);
        let line = command.to_string();
        self.accepted(|session| {
            session.stream.write_all(line.as_bytes())?;
            session.read_reply()
        })
    }

    /// Sends the message, lines of text ended by CRLF, and reads what the server says of it. The wait may take all that
    /// is left.
    pub(crate) fn message(&mut self, content: &[u8]) -> Result<Reply, Trouble> {
        self.allow(Duration::MAX);
        self.in_order = false;
        if let Err(error) = self.stream.write_all(&transparent(content)) {
            // A server that refuses early may have said why before it hung up.
            self.allow(FAREWELL);
            return Err(match self.read_reply() {
                Ok(reply) if reply.code >= 400 => Trouble::Said(reply),
                _ => Trouble::Io(error),
            });
        }
        let reply = self.read_reply()?;
        self.in_order = true;
        Ok(reply)
    }

    /// Begins TLS, after the server agreed to it.
    pub(crate) fn begin_tls(&mut self, config: &Arc<ClientConfig>, host: &str) -> Result<(), Trouble> {
        // Whoever stands between could have said something in clear text that we would take for the server's word in TLS.
        self.nothing_unread("el servidor habló antes de iniciar TLS")?;
        self.in_order = false;
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| Trouble::Other("el nombre del servidor no puede figurar en un certificado".into()))?;
        let connection = ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
        let Stream::Plain(wire) = std::mem::replace(&mut self.stream, Stream::Gone) else {
            return Err(Trouble::Other("TLS ya se había iniciado".into()));
        };
        let mut tls = Box::new(StreamOwned::new(connection, wire));
        tls.sock.deadline = self.step(self.timeout);
        while tls.conn.is_handshaking() {
            tls.conn.complete_io(&mut tls.sock)?;
        }
        self.stream = Stream::Tls(tls);
        self.in_order = true;
        Ok(())
    }

    /// That the server said no more than it was asked.
    pub(crate) fn nothing_unread(&mut self, words: &str) -> Result<(), Trouble> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        self.in_order = false;
        Err(Trouble::Other(words.to_owned()))
    }

    fn accepted(&mut self, exchange: impl FnOnce(&mut Self) -> Result<Reply, Trouble>) -> Result<Reply, Trouble> {
        self.in_order = false;
        let reply = exchange(self)?;
        self.in_order = true;
        if reply.code < 400 { Ok(reply) } else { Err(Trouble::Said(reply)) }
    }

    fn read_reply(&mut self) -> Result<Reply, Trouble> {
        let mut reply: Option<Reply> = None;
        let mut size = 0;
        loop {
            let line = self.read_line()?;
            size += line.len();
            let parsed = ReplyLine::parse(&line).filter(|_| size <= LONGEST_REPLY);
            let parsed = parsed.ok_or_else(|| Trouble::Other("la respuesta no es de un servidor SMTP".into()))?;
            let reply_so_far = reply.get_or_insert_with(|| Reply { code: parsed.code, lines: Vec::new() });
            if reply_so_far.code != parsed.code {
                return Err(Trouble::Other("las líneas de la respuesta se contradicen".into()));
            }
            reply_so_far.lines.push(parsed.text);
            if parsed.is_last
                && let Some(reply) = reply.take()
            {
                return Ok(reply);
            }
        }
    }

    fn read_line(&mut self) -> Result<Vec<u8>, Trouble> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                line.truncate(line.trim_ascii_end().len());
                return Ok(line);
            }
            if self.buffer.len() > LONGEST_LINE {
                return Err(Trouble::Other("la respuesta no es de un servidor SMTP".into()));
            }
            let mut part = [0; 1024];
            match self.stream.read(&mut part)? {
                0 => return Err(Trouble::Io(ErrorKind::UnexpectedEof.into())),
                count => self.buffer.extend_from_slice(&part[..count]),
            }
        }
    }

    fn allow(&mut self, timeout: Duration) {
        let deadline = self.step(timeout);
        match &mut self.stream {
            Stream::Plain(wire) => wire.deadline = deadline,
            Stream::Tls(tls) => tls.sock.deadline = deadline,
            Stream::Gone => {}
        }
    }

    fn step(&self, timeout: Duration) -> Instant {
        Instant::now().checked_add(timeout).map_or(self.deadline, |end| end.min(self.deadline))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.in_order {
            return;
        }
        // The message's fate is settled; a farewell that fails changes nothing.
        self.deadline = Instant::now() + FAREWELL;
        self.allow(FAREWELL);
        let _ = self.stream.write_all(Quit.to_string().as_bytes());
        if let Stream::Tls(tls) = &mut self.stream {
            tls.conn.send_close_notify();
            let _ = tls.flush();
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(wire) => wire.read(buffer),
            Self::Tls(tls) => tls.read(buffer),
            Self::Gone => Err(ErrorKind::NotConnected.into()),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(wire) => wire.write(buffer),
            Self::Tls(tls) => tls.write(buffer),
            Self::Gone => Err(ErrorKind::NotConnected.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(wire) => wire.flush(),
            Self::Tls(tls) => tls.flush(),
            Self::Gone => Ok(()),
        }
    }
}

/// The message with every leading dot doubled and the final dot after it (RFC 5321 §4.5.2); no line is added when it
/// ends with one.
fn transparent(content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(content.len() + 64);
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            bytes.push(b'.');
        }
        bytes.extend_from_slice(line);
    }
    if !bytes.ends_with(b"\r\n") {
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b".\r\n");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_dots_are_doubled_and_the_content_is_otherwise_untouched() {
        for (content, sent) in [
            ("a\r\n", "a\r\n.\r\n"),
            ("a", "a\r\n.\r\n"),
            (".\r\n..\r\na.b\r\n.x\r\n", "..\r\n...\r\na.b\r\n..x\r\n.\r\n"),
            ("a\n.\nb\r\n", "a\n..\nb\r\n.\r\n"),
        ] {
            assert_eq!(String::from_utf8(transparent(content.as_bytes())).unwrap(), sent);
        }
    }
}
