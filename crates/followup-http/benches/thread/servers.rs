//! The servers under load: a plain "hello" and the service, started as `api-server` starts it.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpServer, web};
use anyhow::{Context, Result};
use followup_http::{HttpState, ServeOptions, serve};

/// A running server; it stops with the value.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    handle: ServerHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        // The command is on its way when this returns; the process ends soon after.
        drop(self.handle.stop(false));
    }
}

/// What the HTTP library does alone.
pub(crate) fn hello() -> Result<Running> {
    in_a_thread(|| {
        let server = HttpServer::new(|| App::new().route("/hello", web::get().to(async || "hello")));
        let server = server.disable_signals().bind(("127.0.0.1", 0))?;
        Ok((server.addrs()[0], server.run()))
    })
}

/// The service.
pub(crate) fn service(state: HttpState) -> Result<Running> {
    in_a_thread(move || {
        let (server, address) = serve(SocketAddr::from(([127, 0, 0, 1], 0)), state, ServeOptions::default())?;
        Ok((address, server))
    })
}

fn in_a_thread(start: impl FnOnce() -> Result<(SocketAddr, Server)> + Send + 'static) -> Result<Running> {
    let (started, start_of) = mpsc::channel();
    thread::spawn(move || -> Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async move {
            let (address, server) = start()?;
            started.send((address, server.handle()))?;
            Ok(server.await?)
        })
    });
    let (address, handle) = start_of.recv().context("a server did not start")?;
    Ok(Running { address, handle })
}
