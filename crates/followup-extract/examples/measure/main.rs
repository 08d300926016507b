//! Measures the extractor on replies with known answers. `cargo xtask extract DIR` calls it.
//!
//! `DIR/replies.jsonl` has one reply a line with what it says, `DIR/meddocan.jsonl` clinical texts with the places of ages, sexes and
//! dates. Nothing is learnt from them: they are read and counted.
#![allow(clippy::print_stdout, reason = "a program whose purpose is to print")]

mod cases;
mod places;
mod score;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

const USAGE: &str = "usage: measure DIR [--json] [--wrong] [ID]…";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (flags, words): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|argument| argument.starts_with("--"));
    let folder = PathBuf::from(words.first().context(USAGE)?);
    let has = |flag: &str| flags.iter().any(|known| *known == flag);
    let ids: Vec<&str> = words[1..].iter().map(|id| id.as_str()).collect();
    let cases = cases::load(&folder.join("replies.jsonl"))?;
    if has("--json") {
        for case in &cases {
            println!("{}", cases::told(case, &case.read()));
        }
        return Ok(());
    }
    let mut score = score::Score::default();
    for case in cases.iter().filter(|case| ids.is_empty() || ids.contains(&case.id.as_str())) {
        let wrong = score.count(case, &case.read());
        if has("--wrong") || !ids.is_empty() {
            wrong.iter().for_each(|line| println!("{line}"));
        }
    }
    print!("{}", score.told());
    let mut missed = score.missed_bars();
    missed.extend(measure_places(&folder)?);
    if missed.is_empty() { Ok(()) } else { bail!("bars that were missed: {}", missed.join("; ")) }
}

/// Ages, sexes and dates in clinical texts: figures without a bar.
fn measure_places(folder: &Path) -> Result<Vec<String>> {
    let path = folder.join("meddocan.jsonl");
    if !path.exists() {
        return Ok(Vec::new());
    }
    print!("{}", places::measure(&path)?);
    Ok(Vec::new())
}
