//! An issuer of tokens: keys made for the test, and a server on loopback that gives its key set.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::rand_core::OsRng;
use rsa::traits::PublicKeyParts;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

/// A key that signs.
pub(super) struct SigningKey {
    algorithm: Algorithm,
    private: EncodingKey,
    pub(super) pem: String,
    jwk: Value,
}

/// One RSA key for all tests: making one takes a second.
pub(super) static RSA: LazyLock<SigningKey> = LazyLock::new(|| rsa_key(2048));

pub(super) fn rsa_key(bits: usize) -> SigningKey {
    let private = rsa::RsaPrivateKey::new(&mut OsRng, bits).unwrap();
    let number = |number: &rsa::BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
    SigningKey {
        algorithm: Algorithm::RS256,
        private: EncodingKey::from_rsa_der(private.to_pkcs1_der().unwrap().as_bytes()),
        pem: private.to_public_key().to_public_key_pem(LineEnding::LF).unwrap(),
        jwk: json!({"kty": "RSA", "n": number(private.n()), "e": number(private.e())}),
    }
}

pub(super) fn ec_key() -> SigningKey {
    let pair = rcgen::KeyPair::generate().unwrap();
    let (x, y) = pair.public_key_raw()[1..].split_at(32);
    SigningKey {
        algorithm: Algorithm::ES256,
        private: EncodingKey::from_ec_der(&pair.serialize_der()),
        pem: pair.public_key_pem(),
        jwk: json!({"kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y)}),
    }
}

impl SigningKey {
    pub(super) fn sign(&self, kid: Option<&str>, claims: &Value) -> String {
        self.sign_with(&Header { kid: kid.map(str::to_owned), ..Header::new(self.algorithm) }, claims)
    }

    pub(super) fn sign_with(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.private).unwrap()
    }

    /// The key as a member of a set, with further members.
    pub(super) fn jwk(&self, further: &Value) -> Value {
        let mut jwk = self.jwk.clone();
        jwk.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
        jwk
    }
}

pub(super) fn set(keys: &[Value]) -> String {
    json!({"keys": keys}).to_string()
}

/// What the server answers now; `None` breaks the connection off.
pub(super) type Script = Option<(u16, String)>;

/// The server of the key set.
pub(super) struct Issuer {
    address: SocketAddr,
    script: Arc<Mutex<Script>>,
    asked: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Issuer {
    pub(super) fn start(keys: &[Value]) -> Self {
        Self::start_with(keys, None)
    }

    pub(super) fn start_with(keys: &[Value], tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let script = Arc::new(Mutex::new(Some((200, set(keys)))));
        let (asked, stop) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let served = (script.clone(), asked.clone(), stop.clone());
        let thread = thread::spawn(move || {
            let (script, asked, stop) = served;
            for stream in listener.incoming().map(Result::unwrap) {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                asked.fetch_add(1, Ordering::SeqCst);
                let script = script.lock().unwrap().clone();
                // A client that does not trust the certificate goes away in the middle.
                let _ = match &tls {
                    None => answer(stream, script),
                    Some(config) => answer(StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream), script),
                };
            }
        });
        Self { address, script, asked, stop, thread: Some(thread) }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/jwks.json", self.address)
    }

    pub(super) fn https_url(&self) -> String {
        format!("https://localhost:{}/jwks.json", self.address.port())
    }

    pub(super) fn publish(&self, keys: &[Value]) {
        self.answer(200, &set(keys));
    }

    pub(super) fn answer(&self, status: u16, body: &str) {
        *self.script.lock().unwrap() = Some((status, body.to_owned()));
    }

    pub(super) fn break_down(&self) {
        *self.script.lock().unwrap() = None;
    }

    /// Nobody is answered until what this gives is dropped.
    pub(super) fn hold(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    /// How many times it was asked so far.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || thread::panicking(), "the issuer panicked");
        }
    }
}

fn answer(stream: impl Read + Write, script: Script) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line)? > 0 && line != "\r\n" {
        line.clear();
    }
    let Some((status, body)) = script else { return Ok(()) };
    let location = if status == 302 { "Location: /elsewhere\r\n" } else { "" };
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n{location}\r\n");
    stream.get_mut().write_all(format!("{head}{body}").as_bytes())?;
    stream.get_mut().flush()
}
