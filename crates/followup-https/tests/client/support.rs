//! A web server on loopback that plays what a test says, one connection after another.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What becomes of a connection.
#[derive(Clone)]
pub(crate) enum Play {
    /// The request is read and answered so.
    Answer(String),
    /// The request is read, and then this is written again and again until the client goes.
    Endless(&'static str, &'static str),
    /// The request is read, this is said, and then nothing until the client goes.
    Stall(&'static str),
    /// This is said, and nothing heard.
    Deaf(&'static str),
    /// The connection ends as soon as it is there.
    HangUp,
    /// The request is read, and the connection ends.
    HangUpAfterwards,
}

/// Longer than anything on loopback takes.
const LONG: Duration = Duration::from_secs(60);

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(play: Play) -> Self {
        Self::start_with(play, None)
    }

    pub(crate) fn start_with(play: Play, tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (heard, stop) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<AtomicBool>::default());
        let (log, end) = (heard.clone(), stop.clone());
        let thread = thread::spawn(move || {
            for stream in listener.incoming().map(Result::unwrap) {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                stream.set_read_timeout(Some(LONG)).unwrap();
                // Whatever goes wrong is the client's going.
                let _ = match &tls {
                    Some(config) if !matches!(play, Play::Deaf(_) | Play::HangUp) => {
                        serve(StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream), &play, &log)
                    }
                    _ => serve(stream, &play, &log),
                };
            }
        });
        Self { address, heard, stop, thread: Some(thread) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn secure_url(&self, host: &str) -> String {
        format!("https://{host}:{}/", self.address.port())
    }

    /// The requests that came, whole.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            assert!(thread.join().is_ok() || thread::panicking(), "the server panicked");
        }
    }
}

fn serve(stream: impl Read + Write, play: &Play, log: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    match play {
        Play::HangUp => return Ok(()),
        Play::Deaf(words) => {
            stream.get_mut().write_all(words.as_bytes())?;
            return wait_for_the_end(stream);
        }
        _ => {}
    }
    let request = read_request(&mut stream)?;
    log.lock().unwrap().push(request);
    match play {
        Play::Answer(text) => {
            stream.get_mut().write_all(text.as_bytes())?;
            stream.get_mut().flush()
        }
        Play::Endless(head, piece) => {
            stream.get_mut().write_all(head.as_bytes())?;
            loop {
                stream.get_mut().write_all(piece.as_bytes())?;
                stream.get_mut().flush()?;
                thread::sleep(Duration::from_millis(1));
            }
        }
        Play::Stall(head) => {
            stream.get_mut().write_all(head.as_bytes())?;
            stream.get_mut().flush()?;
            wait_for_the_end(stream)
        }
        Play::HangUpAfterwards | Play::Deaf(_) | Play::HangUp => Ok(()),
    }
}

fn wait_for_the_end(mut stream: impl Read) -> std::io::Result<()> {
    let mut unheard = [0; 4096];
    while stream.read(&mut unheard)? > 0 {}
    Ok(())
}

fn read_request(stream: &mut impl BufRead) -> std::io::Result<String> {
    let (mut text, mut length) = (String::new(), 0);
    loop {
        let start = text.len();
        if stream.read_line(&mut text)? == 0 || text[start..].trim().is_empty() {
            break;
        }
        if let Some(value) = text[start..].to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(text + &String::from_utf8_lossy(&body))
}

/// An answer that says how long it is.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Play {
    let length = body.len();
    Play::Answer(format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"))
}

/// An authority, and a server's configuration with a certificate of it for this name.
pub(crate) fn certified(name: &str) -> (Vec<u8>, Arc<ServerConfig>) {
    let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let pair = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&pair, &authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let private = PrivateKeyDer::try_from(pair.serialize_der()).unwrap();
    let config = config.with_single_cert(vec![certificate.der().clone()], private).unwrap();
    (authority.pem().into_bytes(), Arc::new(config))
}
