//! From a host name to a protected connection.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use async_imap::Client;
use async_imap::imap_proto::{Response, Status};
use rustls::pki_types::ServerName;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::config::{ImapConfig, ImapTls};
use crate::error::{Cause, PollError, Stage, network_cause, one_line};
use crate::idle_limit::IdleLimit;
use crate::login::server_words;
use crate::patience::Patience;

/// Bytes to and from the server, in clear text or not.
pub(crate) trait Transport: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Transport for T {}

/// The connection that IMAP is spoken over.
pub(crate) type Wire = Box<dyn Transport>;

/// Connects and protects the connection as configured.
///
/// # Errors
/// By stage; a server that does not offer TLS is refused, and so is one whose certificate is not trusted.
pub(crate) async fn connect(config: &ImapConfig, tls: &TlsConnector, patience: &Patience) -> Result<Client<Wire>, PollError> {
    let tcp = IdleLimit::new(open(config).await?, patience.clone());
    match config.tls {
        ImapTls::Implicit => {
            let mut client = Client::new(handshake(config, tls, Box::new(tcp)).await?);
            greeting(&mut client, config).await?;
            Ok(client)
        }
        ImapTls::StartTls => {
            let mut client = Client::new(Box::new(tcp) as Wire);
            greeting(&mut client, config).await?;
            start_tls(&mut client, config).await?;
            // What came in clear text after the answer, perhaps from somebody in between, is dropped with the client.
            Ok(Client::new(handshake(config, tls, client.into_inner()).await?))
        }
        ImapTls::None => {
            let mut client = Client::new(Box::new(tcp) as Wire);
            greeting(&mut client, config).await?;
            Ok(client)
        }
    }
}

/// The first of the host's addresses that answers.
async fn open(config: &ImapConfig) -> Result<TcpStream, PollError> {
    let patience = config.timeouts.connect;
    let failed = |cause| Stage::Connect.failed(cause);
    let found = match timeout(patience, lookup_host((config.host.as_str(), config.port))).await {
        Err(_) => return Err(failed(Cause::TimedOut(patience))),
        Ok(Err(error)) => return Err(failed(Cause::Network(one_line(&error.to_string())))),
        Ok(Ok(found)) => found,
    };
    let clear_text = config.tls == ImapTls::None;
    let addresses: Vec<SocketAddr> = found.filter(|address| !clear_text || address.ip().is_loopback()).collect();
    if clear_text && addresses.is_empty() {
        return Err(failed(Cause::Setting("without TLS only this machine itself may be the server".into())));
    }
    let mut last = Cause::Network("the host has no address".into());
    for address in addresses {
        match timeout(patience, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return prepared(stream),
            Ok(Err(error)) => last = Cause::Network(one_line(&error.to_string())),
            Err(_) => last = Cause::TimedOut(patience),
        }
    }
    Err(failed(last))
}

/// After so long without traffic the system asks whether the other side is still there, and keeps what lies in between from
/// forgetting the connection.
const ASK_AFTER: Duration = Duration::from_secs(60);
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(15);

/// The library writes a command in pieces, and each would wait for the acknowledgement of the one before.
fn prepared(stream: TcpStream) -> Result<TcpStream, PollError> {
    let keepalive = TcpKeepalive::new().with_time(ASK_AFTER).with_interval(ASK_AGAIN_AFTER);
    match stream.set_nodelay(true).and_then(|()| SockRef::from(&stream).set_tcp_keepalive(&keepalive)) {
        Ok(()) => Ok(stream),
        Err(error) => Err(Stage::Connect.failed(Cause::Network(one_line(&error.to_string())))),
    }
}

async fn handshake(config: &ImapConfig, tls: &TlsConnector, stream: Wire) -> Result<Wire, PollError> {
    let patience = config.timeouts.command;
    let name = ServerName::try_from(config.host.clone())
        .map_err(|_| Stage::Tls.failed(Cause::Setting("the host is no name that a certificate can carry".into())))?;
    match timeout(patience, tls.connect(name, stream)).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => Err(Stage::Tls.failed(network_cause(&error, config.timeouts.idle))),
        Err(_) => Err(Stage::Tls.failed(Cause::TimedOut(patience))),
    }
}

async fn greeting(client: &mut Client<Wire>, config: &ImapConfig) -> Result<(), PollError> {
    let patience = config.timeouts.command;
    let failed = |cause| Err(Stage::Connect.failed(cause));
    match timeout(patience, client.read_response()).await {
        Err(_) => failed(Cause::TimedOut(patience)),
        Ok(Err(error)) => failed(network_cause(&error, config.timeouts.idle)),
        Ok(Ok(None)) => failed(Cause::Lost),
        Ok(Ok(Some(answer))) => match answer.parsed() {
            Response::Data { status: Status::Ok, .. } => Ok(()),
            Response::Data { outcome, .. } => {
                failed(Cause::Farewell(one_line(outcome.information.as_deref().unwrap_or("no reason given"))))
            }
            _ => failed(Cause::Protocol("the server does not greet as an IMAP server".into())),
        },
    }
}

async fn start_tls(client: &mut Client<Wire>, config: &ImapConfig) -> Result<(), PollError> {
    let patience = config.timeouts.command;
    match timeout(patience, client.run_command_and_check_ok("STARTTLS", None)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Stage::StartTls.failed(server_words(error, config.timeouts.idle))),
        Err(_) => Err(Stage::StartTls.failed(Cause::TimedOut(patience))),
    }
}
