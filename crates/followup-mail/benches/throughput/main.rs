//! Mails per second that are read on one core, beside the bare MIME library, in one run and in turn.
//!
//! Figures are to be compared with the baseline of their own run, never with another machine's.
#![allow(clippy::print_stdout, reason = "the figures are this program's output")]
#![allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]

mod mails;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use followup_domain::contact::EmailAddress;
use followup_domain::mail::inbound::MailReader;
use followup_mail::MimeReader;
use mail_parser::MessageParser;

/// Each subject is measured so long, in rounds that alternate with the baseline's.
const TIME: Duration = Duration::from_millis(1200);
const ROUNDS: u32 = 4;

fn main() -> Result<(), String> {
    let own = EmailAddress::parse("pv@example.org").map_err(|error| error.to_string())?;
    let reader = MimeReader::new([own]);
    println!("{:>28} {:>7} {:>10} {:>12} {:>12} {:>7}", "", "mails", "KiB each", "read /s", "bare /s", "ratio");
    let kinds = mails::kinds();
    for (name, mails) in &kinds {
        measure(name, mails, &reader);
    }
    let mix: Vec<Vec<u8>> = kinds.into_iter().flat_map(|(_, mails)| mails).collect();
    measure("all of these", &mix, &reader);
    // `cargo bench` adds a flag of its own.
    for folder in std::env::args().skip(1).filter(|argument| !argument.starts_with("--")) {
        let mails = in_folder(Path::new(&folder))?;
        measure(&folder, &mails, &reader);
    }
    Ok(())
}

fn measure(name: &str, mails: &[Vec<u8>], reader: &MimeReader) {
    let (mut read, mut bare) = (0.0, 0.0);
    for _ in 0..ROUNDS {
        bare += per_second(mails, |raw| {
            black_box(MessageParser::default().parse(raw));
        });
        read += per_second(mails, |raw| {
            let _ = black_box(reader.read(raw));
        });
    }
    let (read, bare) = (read / f64::from(ROUNDS), bare / f64::from(ROUNDS));
    let size = mails.iter().map(Vec::len).sum::<usize>() as f64 / mails.len() as f64 / 1024.0;
    let name: String = name.chars().rev().take(28).collect::<Vec<_>>().into_iter().rev().collect();
    println!("{name:>28} {:>7} {size:>10.1} {read:>12.0} {bare:>12.0} {:>7.1}", mails.len(), bare / read);
}

fn per_second(mails: &[Vec<u8>], mut take: impl FnMut(&[u8])) -> f64 {
    let begin = Instant::now();
    let mut count = 0_u32;
    while begin.elapsed() < TIME / ROUNDS {
        for raw in mails {
            take(raw);
        }
        count += u32::try_from(mails.len()).unwrap_or(u32::MAX);
    }
    f64::from(count) / begin.elapsed().as_secs_f64()
}

/// Every file below the folder that looks like a mail.
fn in_folder(folder: &Path) -> Result<Vec<Vec<u8>>, String> {
    let mut mails = Vec::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let raw = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                mails.extend(Some(raw).filter(|raw| MimeReader::default().read(raw).is_ok()));
            }
        }
    }
    if mails.is_empty() { Err(format!("no mail in {}", folder.display())) } else { Ok(mails) }
}
