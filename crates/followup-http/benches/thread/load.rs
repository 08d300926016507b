//! A load generator: some connections that stay open, each asking again as soon as it was answered.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer that takes longer is a failure of the run.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// How hard, and for how long at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) connections: usize,
    pub(crate) duration: Duration,
    /// No connection asks more often than this in one run, however quick the answers are.
    pub(crate) most_per_connection: usize,
}

/// What one run measured.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    /// Each answer's time, in microseconds.
    pub(crate) micros: Vec<u64>,
    pub(crate) elapsed: Duration,
    /// Of the last answer's body.
    pub(crate) body_bytes: usize,
}

impl Sample {
    pub(crate) fn per_second(&self) -> f64 {
        self.micros.len() as f64 / self.elapsed.as_secs_f64()
    }
}

/// Loads one server. Connection `n` sends the request `n`, modulo their number, and every answer must have `status`.
pub(crate) fn run(address: SocketAddr, requests: &[Vec<u8>], status: u16, load: Load) -> Result<Sample> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut streams = Vec::new();
        for _ in 0..load.connections {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            streams.push(stream);
        }
        let begin = Instant::now();
        let clients = streams.into_iter().zip(requests.iter().cycle());
        let clients = clients.map(|(stream, request)| client(stream, request, status, begin + load.duration, load.most_per_connection));
        let measured = futures::future::try_join_all(clients).await?;
        let mut whole = Sample { elapsed: begin.elapsed(), ..Sample::default() };
        for (micros, body_bytes) in measured {
            whole.micros.extend(micros);
            whole.body_bytes = body_bytes;
        }
        Ok(whole)
    })
}

async fn client(mut stream: TcpStream, request: &[u8], status: u16, until: Instant, most: usize) -> Result<(Vec<u64>, usize)> {
    let mut micros = Vec::new();
    let mut buffer = Vec::with_capacity(64 * 1024);
    let mut body_bytes = 0;
    while micros.len() < most && (micros.is_empty() || Instant::now() < until) {
        let begin = Instant::now();
        stream.write_all(request).await?;
        body_bytes = tokio::time::timeout(ANSWER_LIMIT, answer(&mut stream, &mut buffer, status)).await.context("no answer in time")??;
        micros.push(u64::try_from(begin.elapsed().as_micros())?);
    }
    Ok((micros, body_bytes))
}

/// Reads one answer and gives the size of its body.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>, status: u16) -> Result<usize> {
    buffer.clear();
    let mut head = None;
    loop {
        ensure!(stream.read_buf(buffer).await? > 0, "the server closed the connection");
        if head.is_none() {
            head = parse_head(buffer, status)?;
        }
        if let Some((head, body)) = head
            && buffer.len() >= head + body
        {
            ensure!(buffer.len() == head + body, "more came than was asked for");
            return Ok(body);
        }
    }
}

/// Sizes of head and body, once the head is there.
fn parse_head(bytes: &[u8], status: u16) -> Result<Option<(usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&bytes[..end])?;
    if head.split(' ').nth(1) != Some(status.to_string().as_str()) {
        bail!("expected {status}, got: {}", String::from_utf8_lossy(bytes));
    }
    let lengths = head.lines().filter_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("content-length")));
    let length = lengths.map(|(_, value)| value).next().context("an answer without Content-Length")?;
    Ok(Some((end + 4, length.parse()?)))
}
