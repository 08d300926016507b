//! A connection that must move. While a request is worked on, nothing is asked of it: there the body has its own pace, and the work its own
//! limit. At any other time (a head that comes, the end of a body that nobody reads, an answer on its way) so many bytes must go in or
//! out, or the connection ends.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// How slow a connection may be between requests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinePace {
    /// For so long it may stand still.
    pub(crate) grace: Duration,
    /// Then so many bytes must have moved for each second.
    pub(crate) bytes_per_second: u64,
    /// No more than so many of those that come in count: a head is not longer, and what is read to be thrown away is no progress.
    pub(crate) most_read: u64,
}

impl Default for LinePace {
    fn default() -> Self {
        Self { grace: Duration::from_secs(15), bytes_per_second: 1024, most_read: 256 * 1024 }
    }
}

/// What a connection is at, as its stream and its requests know it. Both live on one thread.
#[derive(Debug)]
pub(crate) struct Line {
    pace: LinePace,
    is_working: Cell<bool>,
    since: Cell<Instant>,
    read: Cell<u64>,
    written: Cell<u64>,
}

/// A request is being worked on, until this is dropped.
pub(crate) struct Working(Rc<Line>);

impl Line {
    fn new(pace: LinePace) -> Self {
        Self { pace, is_working: Cell::new(false), since: Cell::new(Instant::now()), read: Cell::new(0), written: Cell::new(0) }
    }

    /// A request has arrived and is worked on.
    pub(crate) fn work(self: &Rc<Self>) -> Working {
        self.is_working.set(true);
        Working(Rc::clone(self))
    }

    /// Until when the next byte must have moved; none while a request is worked on.
    fn deadline(&self) -> Option<Instant> {
        let moved = self.written.get().saturating_add(self.read.get().min(self.pace.most_read));
        let earned = Duration::from_secs(moved / self.pace.bytes_per_second.max(1));
        (!self.is_working.get()).then(|| self.since.get() + self.pace.grace + earned)
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        let line = &self.0;
        line.is_working.set(false);
        line.since.set(Instant::now());
        line.read.set(0);
        line.written.set(0);
    }
}

/// A stream that ends when it stands still.
pub(crate) struct Guarded<S> {
    stream: S,
    line: Rc<Line>,
    timer: Pin<Box<Sleep>>,
}

impl<S> Guarded<S> {
    pub(crate) fn new(stream: S, pace: LinePace) -> Self {
        let line = Rc::new(Line::new(pace));
        let timer = Box::pin(sleep_until(line.since.get() + pace.grace));
        Self { stream, line, timer }
    }

    pub(crate) fn line(&self) -> Rc<Line> {
        Rc::clone(&self.line)
    }

    /// What is answered when nothing can move now: wait, or give up.
    fn wait<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        while let Some(deadline) = self.line.deadline() {
            if deadline <= Instant::now() {
                return Poll::Ready(Err(io::Error::from(io::ErrorKind::TimedOut)));
            }
            if self.timer.deadline() != deadline {
                self.timer.as_mut().reset(deadline);
            }
            ready!(self.timer.as_mut().poll(context));
        }
        Poll::Pending
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let Poll::Ready(done) = Pin::new(&mut self.stream).poll_read(context, buffer) else { return self.wait(context) };
        let came = buffer.filled().len().saturating_sub(before) as u64;
        self.line.read.set(self.line.read.get().saturating_add(came));
        Poll::Ready(done)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Poll::Ready(done) = Pin::new(&mut self.stream).poll_write(context, bytes) else { return self.wait(context) };
        let went = done.as_ref().map_or(0, |count| *count as u64);
        self.line.written.set(self.line.written.get().saturating_add(went));
        Poll::Ready(done)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::{sleep, timeout};

    use super::*;

    const PACE: LinePace = LinePace { grace: Duration::from_secs(10), bytes_per_second: 10, most_read: 100 };

    fn line() -> (Guarded<DuplexStream>, DuplexStream) {
        let (ours, theirs) = duplex(64);
        (Guarded::new(ours, PACE), theirs)
    }

    async fn read_until_it_ends(mut stream: Guarded<DuplexStream>) -> (u64, io::ErrorKind) {
        let begun = Instant::now();
        loop {
            if let Err(error) = stream.read_u8().await {
                return (begun.elapsed().as_secs(), error.kind());
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_says_nothing_ends_after_the_grace() {
        let (stream, _theirs) = line();
        assert_eq!(read_until_it_ends(stream).await, (10, io::ErrorKind::TimedOut));
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_dribbles_ends_although_a_byte_comes_every_second() {
        let (stream, mut theirs) = line();
        tokio::spawn(async move {
            while theirs.write_u8(b'x').await.is_ok() {
                sleep(Duration::from_secs(1)).await;
            }
        });
        assert_eq!(read_until_it_ends(stream).await, (11, io::ErrorKind::TimedOut));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_read_without_end_is_no_progress() {
        let (stream, mut theirs) = line();
        tokio::spawn(async move {
            while theirs.write_all(&[b'x'; 20]).await.is_ok() {
                sleep(Duration::from_secs(1)).await;
            }
        });
        assert_eq!(read_until_it_ends(stream).await, (20, io::ErrorKind::TimedOut));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_may_take_as_long_as_it_moves() {
        let (mut stream, mut theirs) = line();
        tokio::spawn(async move {
            let mut bytes = [0; 20];
            for _ in 0..100 {
                sleep(Duration::from_secs(1)).await;
                theirs.read_exact(&mut bytes).await.unwrap();
            }
            sleep(Duration::from_secs(3600)).await;
        });
        let begun = Instant::now();
        let error = stream.write_all(&[b'x'; 20_000]).await.unwrap_err();
        // 2,000 bytes and what fits between the two are worth some two hundred seconds.
        assert_eq!((error.kind(), begun.elapsed().as_secs()), (io::ErrorKind::TimedOut, 216));
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_asked_while_a_request_is_worked_on_and_all_again_after_it() {
        let (mut stream, _theirs) = line();
        let working = stream.line().work();
        assert!(timeout(Duration::from_secs(3600), stream.read_u8()).await.is_err(), "it still waits");
        drop(working);
        assert_eq!(read_until_it_ends(stream).await, (10, io::ErrorKind::TimedOut));
    }
}
