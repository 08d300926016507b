//! A TCP proxy between a client and a server of this machine that does harm where a test says.
//!
//! Harm is done on the way from the server to the client, at an exact byte: nothing behind that byte reaches the client
//! before it. What the client sends passes on, unless the connection is frozen.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// A proxy on a loopback port of its own. Connections end with their client or server, or when the proxy goes.
#[derive(Debug)]
pub struct FaultyProxy {
    /// Where clients connect.
    pub port: u16,
    shared: Arc<Shared>,
}

/// What happens to one connection, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Behind which byte of what the server sends.
    pub place: Place,
    /// What happens there.
    pub harm: Harm,
}

/// A place in what the server sends over a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Behind this many bytes.
    Byte(usize),
    /// So many bytes behind the last of these texts, each looked for behind the one before.
    Behind(Vec<&'static str>, usize),
}

/// What a fault does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Harm {
    /// Ends the connection in both directions.
    Cut,
    /// Nothing passes any more in either direction, and the connection stays open: dead without a FIN.
    Freeze,
    /// Holds back what follows for so long, once.
    Delay(Duration),
    /// From here on each byte comes alone.
    Dribble,
}

#[derive(Debug, Default)]
struct Shared {
    faults: Mutex<VecDeque<Option<Fault>>>,
    open: Mutex<Vec<Arc<Connection>>>,
    accepted: AtomicUsize,
    refusing: AtomicBool,
    silent: AtomicBool,
    ended: AtomicBool,
}

#[derive(Debug)]
struct Connection {
    client: TcpStream,
    server: TcpStream,
    frozen: AtomicBool,
    passed: AtomicUsize,
}

impl FaultyProxy {
    /// A proxy in front of a server's port.
    ///
    /// # Panics
    /// When there is no free port.
    #[allow(clippy::expect_used)] // To panic is to fail the test.
    pub fn start(server_port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accept(&listener, server_port, &accepting));
        Self { port, shared }
    }

    /// The next connections meet these faults, in this order; `None` is a connection without one, as all later ones are.
    pub fn plan(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        lock(&self.shared.faults).extend(faults);
    }

    /// How many connections were made so far.
    pub fn accepted(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// How many bytes of the server reached the client of the newest connection.
    pub fn passed(&self) -> usize {
        lock(&self.shared.open).last().map_or(0, |connection| connection.passed.load(Ordering::SeqCst))
    }

    /// Ends every open connection.
    pub fn cut(&self) {
        for connection in lock(&self.shared.open).drain(..) {
            connection.cut();
        }
    }

    /// Freezes every open connection: neither side hears from the other again, and no FIN is sent.
    pub fn freeze(&self) {
        for connection in lock(&self.shared.open).iter() {
            connection.frozen.store(true, Ordering::SeqCst);
        }
    }

    /// Freezes every open connection, and each new one as soon as it is accepted, as a network does that swallows; or serves new ones again.
    pub fn swallow(&self, swallowing: bool) {
        self.shared.silent.store(swallowing, Ordering::SeqCst);
        if swallowing {
            self.freeze();
        }
    }

    /// New connections are ended at once, or served again.
    pub fn refuse(&self, refusing: bool) {
        self.shared.refusing.store(refusing, Ordering::SeqCst);
    }
}

impl Drop for FaultyProxy {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        self.cut();
        // Wakes the thread that accepts.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

/// What a panicking test leaves is as good as ever.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn accept(listener: &TcpListener, server_port: u16, shared: &Shared) {
    for client in listener.incoming() {
        if shared.ended.load(Ordering::SeqCst) {
            return;
        }
        let Ok(client) = client else { continue };
        shared.accepted.fetch_add(1, Ordering::SeqCst);
        if shared.refusing.load(Ordering::SeqCst) {
            continue;
        }
        let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server_port)) else { continue };
        // One byte must not wait for the next.
        let _ = client.set_nodelay(true).and_then(|()| server.set_nodelay(true));
        let frozen = AtomicBool::new(shared.silent.load(Ordering::SeqCst));
        let connection = Arc::new(Connection { client, server, frozen, passed: AtomicUsize::new(0) });
        let fault = lock(&shared.faults).pop_front().flatten();
        lock(&shared.open).push(Arc::clone(&connection));
        let upward = Arc::clone(&connection);
        thread::spawn(move || upward.pass_up());
        thread::spawn(move || connection.pass_down(fault));
    }
}

impl Connection {
    fn cut(&self) {
        for stream in [&self.client, &self.server] {
            // It may be closed already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// From the client to the server. The client's end is the connection's end, frozen or not.
    fn pass_up(&self) {
        let mut buffer = [0; 16 * 1024];
        while let Ok(count @ 1..) = (&self.client).read(&mut buffer) {
            if !self.frozen.load(Ordering::SeqCst) && (&self.server).write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        self.cut();
    }

    /// From the server to the client, up to the fault.
    fn pass_down(&self, fault: Option<Fault>) {
        let mut way = Way { fault, ..Way::default() };
        let mut buffer = [0; 16 * 1024];
        while let Ok(count @ 1..) = (&self.server).read(&mut buffer) {
            if !self.pass(&mut way, &buffer[..count]) {
                break;
            }
        }
        if !self.frozen.load(Ordering::SeqCst) {
            self.cut();
        }
    }

    /// Passes a piece on; false when the connection has ended.
    fn pass(&self, way: &mut Way, piece: &[u8]) -> bool {
        way.seen.extend_from_slice(piece);
        let piece_begins = way.seen.len() - piece.len();
        let Some(at) = way.place().filter(|at| *at < way.seen.len()) else { return self.send(way, piece) };
        let (before, behind) = piece.split_at(at.saturating_sub(piece_begins));
        if !self.send(way, before) {
            return false;
        }
        match way.fault.take().map(|fault| fault.harm) {
            Some(Harm::Cut) => {
                self.cut();
                return false;
            }
            Some(Harm::Freeze) => self.frozen.store(true, Ordering::SeqCst),
            Some(Harm::Delay(time)) => thread::sleep(time),
            Some(Harm::Dribble) => way.dribbling = true,
            None => {}
        }
        self.send(way, behind)
    }

    fn send(&self, way: &Way, bytes: &[u8]) -> bool {
        let step = if way.dribbling { 1 } else { bytes.len().max(1) };
        bytes.chunks(step).all(|piece| {
            if self.frozen.load(Ordering::SeqCst) {
                return true;
            }
            self.passed.fetch_add(piece.len(), Ordering::SeqCst);
            (&self.client).write_all(piece).is_ok()
        })
    }
}

/// What came down a connection so far, and the fault that lies ahead.
#[derive(Default)]
struct Way {
    seen: Vec<u8>,
    fault: Option<Fault>,
    dribbling: bool,
}

impl Way {
    /// The number of bytes in front of the fault, once it is known.
    fn place(&self) -> Option<usize> {
        match &self.fault.as_ref()?.place {
            Place::Byte(at) => Some(*at),
            Place::Behind(texts, more) => {
                let end = texts.iter().try_fold(0, |from, text| find(&self.seen[from..], text.as_bytes()).map(|end| from + end))?;
                Some(end + more)
            }
        }
    }
}

/// Where the text ends in the bytes.
fn find(bytes: &[u8], text: &[u8]) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text).map(|begin| begin + text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    /// A server that sends this to everybody and then waits for the other side to end.
    fn server(text: &'static [u8]) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                thread::spawn(move || {
                    let _ = stream.write_all(text);
                    let _ = stream.read(&mut [0]);
                });
            }
        });
        port
    }

    fn connect(proxy: &FaultyProxy) -> TcpStream {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port)).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream
    }

    fn read_to_end(mut stream: TcpStream) -> Vec<u8> {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_connection_is_cut_behind_the_byte_that_was_named() {
        let proxy = FaultyProxy::start(server(b"* OK {12}\r\nliteral"));
        let cut = |place| Some(Fault { place, harm: Harm::Cut });
        proxy.plan([cut(Place::Byte(0)), cut(Place::Byte(3)), cut(Place::Behind(vec!["{", "\r"], 0)), cut(Place::Behind(vec!["\n"], 2))]);
        let seen: Vec<Vec<u8>> = (0..4).map(|_| read_to_end(connect(&proxy))).collect();
        assert_eq!(seen, [b"".as_slice(), b"* O", b"* OK {12}\r", b"* OK {12}\r\nli"]);
    }

    #[test]
    fn a_frozen_connection_stays_open_and_silent() {
        let proxy = FaultyProxy::start(server(b"0123456789"));
        proxy.plan([Some(Fault { place: Place::Byte(4), harm: Harm::Freeze })]);
        let mut stream = connect(&proxy);
        let mut four = [0; 4];
        stream.read_exact(&mut four).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        assert!(matches!(stream.read(&mut [0]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut));
        assert_eq!(&four, b"0123");
    }

    #[test]
    fn slow_ways_bring_every_byte() {
        let proxy = FaultyProxy::start(server(b"0123456789"));
        for harm in [Harm::Dribble, Harm::Delay(Duration::from_millis(1))] {
            proxy.plan([Some(Fault { place: Place::Byte(2), harm })]);
            let mut ten = [0; 10];
            connect(&proxy).read_exact(&mut ten).unwrap();
            assert_eq!(&ten, b"0123456789");
        }
    }
}
