//! Serving over TCP, within bounds that no client can move: so many connections at once, and none that stands still.
//!
//! actix-web bounds the first request's head, and how long a connection waits for the next one. What it waits for without end is the rest
//! of a later head, the end of a body that nobody reads, and a client that does not take its answer: see [`line`].

mod line;

use std::future::ready;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::time::Duration;

use actix_http::HttpService;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, map_config};
use actix_web::dev::{AppConfig, Server, fn_service};
use actix_web::rt::net::TcpStream;
use actix_web::{App, Error};
use tokio::net::TcpSocket;

use self::line::Guarded;
pub(crate) use self::line::{Line, LinePace};
use crate::routes::app_config;
use crate::state::HttpState;

/// Connections that the system keeps while all places are taken.
const BACKLOG: u32 = 1024;

/// After an answer that was given before the whole body came, so long more of it is taken, or a client would lose the answer.
const LINGER: Duration = Duration::from_secs(1);

/// Bounds of a server.
#[derive(Debug, Clone, Copy)]
pub struct ServeOptions {
    /// Connections at once; further ones wait until one ends. Each takes a file descriptor, so leave some for the database and for mail.
    pub connections: usize,
    /// Threads that answer; as many as there are cores unless told.
    pub workers: Option<usize>,
    /// Outside of a request that is being worked on, a connection may stand still for so long; after that it must move a kibibyte each
    /// second.
    pub patience: Duration,
    /// So long requests may go on after the server was told to stop.
    pub finish_within: Duration,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self { connections: 512, workers: None, patience: Duration::from_secs(15), finish_within: Duration::from_secs(30) }
    }
}

/// Listens on an address (port 0: any) and serves the application there; answers the address. Signals are the caller's to handle.
///
/// # Errors
/// The address cannot be listened on.
pub fn serve(address: SocketAddr, state: HttpState, options: ServeOptions) -> io::Result<(Server, SocketAddr)> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    let listener = socket.listen(BACKLOG)?.into_std()?;
    let address = listener.local_addr()?;
    let pace = LinePace { grace: options.patience, ..LinePace::default() };
    let workers = options.workers.or_else(|| std::thread::available_parallelism().ok().map(NonZeroUsize::get)).unwrap_or(2).max(1);
    let builder = Server::build()
        .workers(workers)
        .max_concurrent_connections((options.connections / workers).max(1))
        .shutdown_timeout(options.finish_within.as_secs())
        .disable_signals();
    let ending = builder.graceful_shutdown_signal();
    let builder = builder.listen("http", listener, move || {
        let app = App::new().configure(app_config(state.clone())).into_factory();
        let app = app.map_err(|error: Error| error.error_response());
        let ending = ending.clone();
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let ending = ending.clone();
                async move { ending.notified().await }
            })
            .client_disconnect_timeout(LINGER)
            .local_addr(address)
            .on_connect_ext(|stream: &Guarded<TcpStream>, extensions| drop(extensions.insert(stream.line())))
            .h1(map_config(app, |()| AppConfig::default()));
        let guarded = move |stream: TcpStream| {
            let peer = stream.peer_addr().ok();
            ready(Ok((Guarded::new(stream, pace), peer)))
        };
        fn_service(guarded).and_then(http)
    })?;
    Ok((builder.run(), address))
}
