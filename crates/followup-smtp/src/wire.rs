//! A TCP connection on which every wait ends at a deadline.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// The connection. A server that sends a byte now and then does not prolong anything, as it would with a plain read
/// timeout.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    /// Until when the current step may wait.
    pub(crate) deadline: Instant,
}

impl Wire {
    /// Connects to the first address of the host that takes the connection.
    pub(crate) fn connect(host: &str, port: u16, deadline: Instant) -> io::Result<Self> {
        let addresses = resolve(host, port, deadline)?;
        let mut failure = io::Error::new(ErrorKind::NotFound, "el nombre del servidor no tiene dirección");
        for (index, address) in addresses.iter().enumerate() {
            // What is left is shared, so that a silent address leaves time for the next.
            let share = remaining(deadline)? / u32::try_from(addresses.len() - index).unwrap_or(1);
            match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    return Ok(Self { stream, deadline });
                }
                Err(error) => failure = in_time(error),
            }
        }
        Err(failure)
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.stream.set_read_timeout(Some(remaining(self.deadline)?))?;
            match self.stream.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => return result.map_err(in_time),
            }
        }
    }
}

impl Write for Wire {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        loop {
            self.stream.set_write_timeout(Some(remaining(self.deadline)?))?;
            match self.stream.write(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => return result.map_err(in_time),
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

fn remaining(deadline: Instant) -> io::Result<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(left) }
}

/// The system calls a passed timeout "would block".
fn in_time(error: io::Error) -> io::Error {
    if error.kind() == ErrorKind::WouldBlock { ErrorKind::TimedOut.into() } else { error }
}

/// The resolver of the system knows no deadline, so it is asked in a thread that may outlive the wait.
fn resolve(host: &str, port: u16, deadline: Instant) -> io::Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let (answer, question) = mpsc::channel();
    let host = host.to_owned();
    thread::Builder::new().name("resolve".into()).spawn(move || {
        let addresses = (host.as_str(), port).to_socket_addrs().map(Iterator::collect);
        // Nobody listens any more when the deadline has passed.
        let _ = answer.send(addresses);
    })?;
    question.recv_timeout(remaining(deadline)?).map_err(|_| io::Error::from(ErrorKind::TimedOut))?
}
