//! The few SMTP commands (RFC 5321) that deliver one message.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Delivers `raw` to one recipient through a port that demands neither TLS nor AUTH.
///
/// # Errors
/// The server's refusal, code first; or a broken connection.
pub(crate) fn deliver(port: u16, from: &str, to: &str, raw: &[u8]) -> Result<()> {
    let mut session = Session::connect(port)?;
    session.expect("220")?;
    session.command("EHLO mx.clinic.test", "250")?;
    session.command(&format!("MAIL FROM:<{from}>"), "250")?;
    session.command(&format!("RCPT TO:<{to}>"), "250")?;
    session.command("DATA", "354")?;
    session.stream.write_all(&on_the_wire(raw))?;
    session.expect("250")?;
    session.command("QUIT", "221")
}

struct Session {
    stream: TcpStream,
    replies: BufReader<TcpStream>,
}

impl Session {
    fn connect(port: u16) -> Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).with_context(|| format!("connecting to port {port}"))?;
        // A hung server must fail the test rather than hang it.
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let replies = BufReader::new(stream.try_clone()?);
        Ok(Self { stream, replies })
    }

    fn command(&mut self, line: &str, expected: &str) -> Result<()> {
        self.stream.write_all(format!("{line}\r\n").as_bytes())?;
        self.expect(expected)
    }

    /// Reads one reply, which ends with the line whose code is followed by a space.
    fn expect(&mut self, code: &str) -> Result<()> {
        let mut reply = String::new();
        loop {
            let mut line = String::new();
            if self.replies.read_line(&mut line)? == 0 {
                bail!("the server closed the connection after `{}`", reply.trim());
            }
            reply.push_str(&line);
            if line.as_bytes().get(3) != Some(&b'-') {
                break;
            }
        }
        if !reply.starts_with(code) {
            bail!("{}", reply.trim());
        }
        Ok(())
    }
}

/// CRLF line ends, a dot doubled at the start of a line, and the final dot.
fn on_the_wire(raw: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(raw.len() + 64);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.starts_with(b".") {
            wire.push(b'.');
        }
        wire.extend_from_slice(text);
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leading_dot_does_not_end_the_message() {
        assert_eq!(on_the_wire(b"a\n.\r\n.b"), b"a\r\n..\r\n..b\r\n.\r\n");
    }
}
