//! HTTP as a rig speaks it: one exchange a connection, nothing clever.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// More than any answer: the screenshot of a long page.
const LARGEST: u64 = 64 << 20;

/// A request or an answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard {
    /// The request line or the status line.
    pub(super) first: String,
    /// The headers, names in lower case.
    pub(super) headers: Vec<(String, String)>,
    /// The body.
    pub(super) body: Vec<u8>,
}

impl Heard {
    /// The first header of this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Writes a request or an answer; `headers`: lines without their ends.
pub(super) fn write(mut stream: &TcpStream, first: &str, headers: &[&str], body: &[u8]) -> std::io::Result<()> {
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let head = format!("{first}\r\nHost: 127.0.0.1\r\n{lines}Content-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)
}

/// Reads a request or an answer whole.
pub(super) fn read(stream: &TcpStream) -> std::io::Result<Heard> {
    let mut reader = BufReader::new(stream.take(LARGEST));
    let mut read = Heard::default();
    reader.read_line(&mut read.first)?;
    read.first.truncate(read.first.trim_end().len());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or(std::io::ErrorKind::InvalidData)?;
        read.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = read.header("content-length").map_or(Ok(0), str::parse).map_err(|_| std::io::ErrorKind::InvalidData)?;
    read.body = vec![0; length];
    reader.read_exact(&mut read.body)?;
    Ok(read)
}
