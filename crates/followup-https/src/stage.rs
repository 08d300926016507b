//! Tells failures before a request's first byte from later ones.
//!
//! The library resolves, connects and shakes hands in its resolver and its connector, and writes the request on what the connector gave.
//! So whatever fails in one of these two is marked on its way out; all else may have come after the first byte.

use std::fmt;

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport};

use crate::public::is_public;

/// Where a server may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Wherever its name leads.
    Anywhere,
    /// On the Internet, whatever its name says.
    Outside,
}

/// The library's resolver.
#[derive(Debug)]
pub(crate) struct MarkingResolver {
    inner: DefaultResolver,
    reach: Reach,
}

impl MarkingResolver {
    pub(crate) fn of(reach: Reach) -> Self {
        Self { inner: DefaultResolver::default(), reach }
    }
}

impl Resolver for MarkingResolver {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let resolved = self.inner.resolve(uri, config, timeout);
        // The system's resolver tells a name that does not exist as trouble of input and output.
        let resolved = resolved.map_err(|error| if let Error::Io(_) = error { marked(Error::HostNotFound) } else { marked(error) })?;
        // A proxy stands where the operator put it, and finds the server itself.
        let is_proxy = config.proxy().is_some_and(|proxy| Some(proxy.host()) == uri.host());
        if self.reach == Reach::Anywhere || is_proxy {
            return Ok(resolved);
        }
        let mut outside = self.inner.empty();
        resolved.iter().filter(|address| is_public(address.ip())).for_each(|address| outside.push(*address));
        if outside.is_empty() { Err(marked(Error::HostNotFound)) } else { Ok(outside) }
    }
}

/// The library's connector: proxy, TCP and TLS.
#[derive(Debug, Default)]
pub(crate) struct MarkingConnector(DefaultConnector);

impl Connector for MarkingConnector {
    type Out = Box<dyn Transport>;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<()>) -> Result<Option<Self::Out>, Error> {
        self.0.connect(details, chained).map_err(marked)
    }
}

/// An error of the time before the request.
#[derive(Debug)]
struct BeforeSending(Error);

impl fmt::Display for BeforeSending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("before the request was sent")
    }
}

impl std::error::Error for BeforeSending {}

fn marked(error: Error) -> Error {
    Error::Other(Box::new(BeforeSending(error)))
}

/// The error itself, if it is marked: behind a proxy, once for each connection. Err: as it was.
pub(crate) fn before_sending(error: Error) -> Result<Error, Error> {
    let Error::Other(other) = error else { return Err(error) };
    match other.downcast::<BeforeSending>() {
        Ok(marked) => before_sending(marked.0).or_else(Ok),
        Err(other) => Err(Error::Other(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_was_marked_for_each_connection_on_the_way_is_found_and_no_other() {
        let refused = || Error::ConnectProxyFailed("403".into());
        for error in [marked(refused()), marked(marked(refused()))] {
            assert!(matches!(before_sending(error), Ok(Error::ConnectProxyFailed(_))));
        }
        for error in [refused(), Error::Other("x".into()), Error::Io(std::io::ErrorKind::ConnectionReset.into())] {
            assert!(before_sending(error).is_err());
        }
    }
}
