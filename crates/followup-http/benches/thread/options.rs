//! What can be asked for on the command line.

use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::load::Load;

const USAGE: &str = "options: --rounds N (1-100)  --seconds S (0.1-60, of one run)  --connections C (1-256)  --only reads|writes";

/// The options, each with a default that ends within two minutes.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) rounds: usize,
    pub(crate) load: Load,
    pub(crate) reads: bool,
    pub(crate) writes: bool,
}

impl Options {
    /// From the arguments of the process; cargo adds `--bench`, which says nothing.
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self> {
        let load = Load { connections: 16, duration: Duration::from_secs(2), most_per_connection: 100_000 };
        let mut options = Self { rounds: 5, load, reads: true, writes: true };
        let mut arguments = arguments.filter(|argument| argument != "--bench");
        while let Some(name) = arguments.next() {
            let value = arguments.next().context(USAGE)?;
            match name.as_str() {
                "--rounds" => options.rounds = value.parse::<usize>().context(USAGE)?.clamp(1, 100),
                "--seconds" => options.load.duration = Duration::from_secs_f64(value.parse::<f64>().context(USAGE)?.clamp(0.1, 60.0)),
                "--connections" => options.load.connections = value.parse::<usize>().context(USAGE)?.clamp(1, 256),
                "--only" => (options.reads, options.writes) = (value != "writes", value != "reads"),
                _ => bail!(USAGE),
            }
        }
        Ok(options)
    }
}
