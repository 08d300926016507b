//! Reading a mailbox from the disk, so that the rig needs no IMAP client.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The messages of a Maildir's inbox, oldest first; none when nothing was ever delivered.
///
/// # Errors
/// When a message cannot be read.
pub(crate) fn read(maildir: &Path) -> Result<Vec<Vec<u8>>> {
    loop {
        let mut files = Vec::new();
        for part in ["new", "cur"] {
            files.extend(list(&maildir.join(part))?);
        }
        files.sort_by_key(|file| arrival(file));
        if let Some(messages) = read_all(&files)? {
            return Ok(messages);
        }
    }
}

fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).context("listing the mailbox"),
    };
    entries.map(|entry| Ok(entry.context("listing the mailbox")?.path())).collect()
}

/// `None` when the IMAP server renamed a message meanwhile: the caller lists again.
fn read_all(files: &[PathBuf]) -> Result<Option<Vec<Vec<u8>>>> {
    let mut messages = Vec::new();
    for file in files {
        match std::fs::read(file) {
            Ok(bytes) => messages.push(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).context("reading a message"),
        }
    }
    Ok(Some(messages))
}

/// Seconds and microseconds of arrival, from the name `seconds.MmicrosecondsP…`.
fn arrival(file: &Path) -> (u64, u64) {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_default();
    let mut parts = name.splitn(3, '.');
    let seconds = parts.next().and_then(|text| text.parse().ok());
    let unique = parts.next().and_then(|text| text.strip_prefix('M'));
    let digits = unique.map(|text| text.split(|c: char| !c.is_ascii_digit()).next());
    let microseconds = digits.flatten().and_then(|text| text.parse().ok());
    (seconds.unwrap_or(0), microseconds.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_one_second_come_in_order_of_arrival() {
        let early = Path::new("new/1700000000.M9P5.host,S=1");
        let late = Path::new("cur/1700000000.M10P5.host,S=1:2,S");
        assert!(arrival(early) < arrival(late));
    }
}
