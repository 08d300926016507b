//! How quickly the disk makes a small write durable: what bounds commits, whatever the database.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use crate::load::{Load, Sample};

/// Appends 4 KiB and waits for the disk, again and again.
pub(crate) fn run(folder: &Path, load: Load) -> Result<Sample> {
    let mut file = File::create(folder.join("sync"))?;
    let block = [0x5a_u8; 4096];
    let mut sample = Sample { body_bytes: block.len(), ..Sample::default() };
    let begin = Instant::now();
    while begin.elapsed() < load.duration && sample.micros.len() < load.most_per_connection {
        let write = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        sample.micros.push(u64::try_from(write.elapsed().as_micros())?);
    }
    sample.elapsed = begin.elapsed();
    Ok(sample)
}
