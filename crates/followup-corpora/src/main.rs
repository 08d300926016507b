//! Measures how mail and texts with known answers are understood, by the code that the poller runs.
//!
//! A folder holds sets; of each, `SET.jsonl` has one JSON row a case: `id`, `file` (relative to the folder) and `expected`. What
//! `expected` may hold is told by the module that judges the set. Nothing is learnt from the cases: they are read and counted.
#![allow(clippy::print_stdout)] // A program whose purpose is to print.

mod bounces;
mod contacts;
mod mime;
mod score;
mod sets;
mod trimming;

use std::path::PathBuf;

use anyhow::{Context, Result};

use score::{Judged, Score};
use sets::Case;

const USAGE: &str = "usage: followup-corpora DIR [SET | CASE]…   measure every set of DIR, or these; a case is shown in full";

/// Judges one case.
type Judge = fn(&Case) -> Judged;

/// The sets that are known, and who judges a case of each.
const SETS: &[(&str, Judge)] = &[
    ("trimmer", trimming::judge),
    ("crisp", trimming::judge),
    ("talon", trimming::judge),
    ("edgetier", trimming::judge),
    ("unquotemail", trimming::judge),
    ("sisimai", bounces::judge_sisimai),
    ("flufl_bounce", bounces::judge_flufl),
    ("mime4j", mime::judge_leaves),
    ("stalwart", mime::judge_bodies),
    ("phones", contacts::judge_phones),
    ("addresses", contacts::judge_addresses),
];

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context(USAGE)?);
    let wanted: Vec<String> = arguments.collect();
    let mut measured = 0;
    for (name, judge) in SETS {
        let is_wanted = |wanted: &String| wanted == name || wanted.starts_with(&format!("{name}/"));
        if !wanted.is_empty() && !wanted.iter().any(is_wanted) {
            continue;
        }
        let Some(cases) = sets::load(&folder, name)? else { continue };
        let mut score = Score::default();
        for case in &cases {
            let judged = judge(case);
            if wanted.contains(&case.id) {
                println!("{}", judged.shown);
            }
            score.count(&case.id, judged);
        }
        print!("{}", score.told(name, cases.len()));
        measured += 1;
    }
    anyhow::ensure!(measured > 0, "{} holds none of the known sets, or none of those that were asked for", folder.display());
    Ok(())
}
