//! A stream that fails when the other side falls silent.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::patience::Patience;

/// Wraps a stream: a read or a write that makes no progress for as long as `limit` says fails with `TimedOut`. Only while one
/// is awaited does time run, so an unused connection may rest as long as it likes. Another limit begins anew.
#[derive(Debug)]
pub(crate) struct IdleLimit<S> {
    inner: S,
    limit: Patience,
    reading: Option<Timer>,
    writing: Option<Timer>,
}

/// A wait that has begun, and the limit that it began with.
#[derive(Debug)]
struct Timer {
    limit: Duration,
    over: Pin<Box<Sleep>>,
}

impl<S> IdleLimit<S> {
    pub(crate) fn new(inner: S, limit: Patience) -> Self {
        Self { inner, limit, reading: None, writing: None }
    }
}

/// Passes progress on; without it, lets the timer run.
fn bounded<T>(progress: Poll<io::Result<T>>, timer: &mut Option<Timer>, limit: Duration, context: &mut Context<'_>) -> Poll<io::Result<T>> {
    if progress.is_ready() {
        *timer = None;
        return progress;
    }
    if timer.as_ref().is_some_and(|timer| timer.limit != limit) {
        *timer = None;
    }
    let timer = timer.get_or_insert_with(|| Timer { limit, over: Box::pin(sleep(limit)) });
    timer.over.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
}

impl<S: AsyncRead + Unpin> AsyncRead for IdleLimit<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let progress = Pin::new(&mut this.inner).poll_read(context, buffer);
        bounded(progress, &mut this.reading, this.limit.get(), context)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for IdleLimit<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let progress = Pin::new(&mut this.inner).poll_write(context, bytes);
        bounded(progress, &mut this.writing, this.limit.get(), context)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let progress = Pin::new(&mut this.inner).poll_flush(context);
        bounded(progress, &mut this.writing, this.limit.get(), context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let progress = Pin::new(&mut this.inner).poll_shutdown(context);
        bounded(progress, &mut this.writing, this.limit.get(), context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const SHORT: Duration = Duration::from_millis(5);

    #[tokio::test]
    async fn a_read_that_gets_nothing_fails_and_one_that_gets_something_does_not() {
        let (mut far, near) = duplex(64);
        let mut near = IdleLimit::new(near, Patience::new(SHORT));
        far.write_all(b"a").await.unwrap();
        assert_eq!(near.read_u8().await.unwrap(), b'a');
        assert_eq!(near.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn another_limit_begins_anew() {
        let (mut far, near) = duplex(64);
        let patience = Patience::new(SHORT * 10_000);
        let mut near = IdleLimit::new(near, patience.clone());
        assert!(tokio::time::timeout(SHORT, near.read_u8()).await.is_err());
        patience.set(SHORT);
        assert_eq!(near.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        patience.set(SHORT * 10_000);
        far.write_all(b"a").await.unwrap();
        assert_eq!(near.read_u8().await.unwrap(), b'a');
    }

    #[tokio::test]
    async fn a_write_that_nobody_takes_fails() {
        let (_far, near) = duplex(1);
        let mut near = IdleLimit::new(near, Patience::new(SHORT));
        assert_eq!(near.write_all(b"ab").await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
