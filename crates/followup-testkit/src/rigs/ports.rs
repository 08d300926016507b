//! Loopback ports that stay ours, also while the server behind them is down.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::wait::wait_until;

/// Below the range from which Linux takes the local ports of outgoing connections (32768 and
/// up), so no client takes the port of a server that a test has stopped for a while.
const FIRST: u16 = 15_000;
const COUNT: u16 = 15_000;

/// A process that another thread starts has a copy of every socket until it runs its program, so a
/// listener that was closed may go on listening for a moment.
const COPIES_LAST: Duration = Duration::from_secs(10);

/// A port reserved among all test processes of this machine by a lock on a file, which the kernel
/// releases when the process ends.
#[derive(Debug)]
pub(crate) struct ReservedPort {
    pub(crate) number: u16,
    _lock: File,
}

impl ReservedPort {
    /// Listens on it, as soon as no copy of an earlier listener does.
    ///
    /// # Errors
    /// When the port cannot be had.
    pub(crate) fn listen(&self) -> Result<TcpListener> {
        wait_until("the port is free", COPIES_LAST, || match TcpListener::bind((Ipv4Addr::LOCALHOST, self.number)) {
            Ok(listener) => Ok(Some(listener)),
            Err(error) if error.kind() == ErrorKind::AddrInUse => Ok(None),
            Err(error) => Err(error).context("listening"),
        })
    }

    /// Waits until connections to it are refused: the listener was closed before.
    ///
    /// # Errors
    /// When somebody still listens.
    pub(crate) fn wait_closed(&self) -> Result<()> {
        wait_until("the port is closed", COPIES_LAST, || Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, self.number)).is_err().then_some(())))
    }
}

/// Reserves a port on which nothing listens.
///
/// # Errors
/// When the lock files cannot be made or no port is free.
pub(crate) fn reserve() -> Result<ReservedPort> {
    let folder = lock_folder()?;
    let start = u16::try_from(std::process::id() % u32::from(COUNT)).unwrap_or(0);
    for step in 0..COUNT {
        let number = FIRST + (start.wrapping_mul(7) % COUNT + step) % COUNT;
        let path = folder.join(number.to_string());
        let lock = File::create(&path).with_context(|| format!("opening {}", path.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => continue,
            Err(TryLockError::Error(error)) => return Err(error).context("locking a port"),
        }
        if TcpListener::bind((Ipv4Addr::LOCALHOST, number)).is_ok() {
            return Ok(ReservedPort { number, _lock: lock });
        }
    }
    bail!("no free port between {FIRST} and {}", FIRST + COUNT)
}

/// One per user, because one user cannot open another's lock files.
fn lock_folder() -> Result<PathBuf> {
    let user = tempfile::tempfile().and_then(|file| file.metadata()).context("asking who runs this")?.uid();
    let folder = PathBuf::from(format!("/tmp/followup-rig-ports-{user}"));
    std::fs::create_dir_all(&folder).context("making the folder of port locks")?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserved_port_is_not_given_twice() {
        let first = reserve().unwrap();
        let second = reserve().unwrap();
        assert_ne!(first.number, second.number);
    }
}
