//! Waiting for another process, by asking it again until it answers.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How often the question is asked again.
const PAUSE: Duration = Duration::from_millis(10);

/// Asks `probe` until it returns a value, and returns that value at once.
///
/// # Errors
/// `probe`'s own error, or that nothing came within `limit`, naming `what` was waited for.
pub(crate) fn wait_until<T>(what: &str, limit: Duration, mut probe: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let begin = Instant::now();
    loop {
        if let Some(value) = probe()? {
            return Ok(value);
        }
        if begin.elapsed() > limit {
            bail!("not within {} s: {what}", limit.as_secs());
        }
        std::thread::sleep(PAUSE);
    }
}
