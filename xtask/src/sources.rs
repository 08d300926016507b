//! Words that the pure crates' sources must not contain.
//!
//! `clippy.toml` bans the constructors of instants and ids everywhere, but an `#[allow]` silences
//! it; in the domain and the use cases no `#[allow]` is right, so here the text itself is read.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::shell;

const PURE_CRATES: &[&str] = &["followup-domain", "followup-app"];

const FORBIDDEN: &[&str] = &[
    "Utc::now",
    "Local::now",
    "SystemTime::now",
    "Instant::now",
    "Uuid::new",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "async fn",
];

/// The crate that knows channels, and none of those who carry them.
const APP: &str = "followup-app";

/// Protocols and providers, in any spelling: a new channel is an adapter, settings and wiring.
const CARRIERS: &[&str] = &["smtp", "imap", "twilio", "kannel", "amazonaws", "facebook", "followup_meta", "wamid", "testtext"];

/// Every use of a forbidden word, as `file:line`; comment lines may speak of them.
///
/// # Errors
/// When the sources cannot be read.
pub(crate) fn violations() -> Result<Vec<String>> {
    let mut found = Vec::new();
    for name in PURE_CRATES {
        let root = shell::workspace_root().join("crates").join(name).join("src");
        let files = rust_files(&root)?;
        if !files.iter().any(|file| file.ends_with("lib.rs")) {
            found.push(format!("{name}: the check is blind: it sees no lib.rs"));
        }
        for file in files {
            let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            let shown = file.strip_prefix(shell::workspace_root()).unwrap_or(&file);
            if name == &APP {
                let named = carriers(&text).into_iter();
                found.extend(
                    named.map(|(line, word)| format!("{}:{line}: `{word}`: use cases know channels, and no carrier", shown.display())),
                );
            }
            found.extend(
                forbidden_words(&text)
                    .into_iter()
                    .map(|(line, word)| format!("{}:{line}: `{word}`: pure crates get time, ids and I/O from outside", shown.display())),
            );
        }
    }
    Ok(found)
}

/// What tests of a file do, which stand at its end, is their own: they may run threads.
fn forbidden_words(text: &str) -> Vec<(usize, &'static str)> {
    words_in(text.split("\n#[cfg(test)]").next().unwrap_or_default(), FORBIDDEN)
}

fn carriers(text: &str) -> Vec<(usize, &'static str)> {
    words_in(&text.to_lowercase(), CARRIERS)
}

/// In the code: a comment may speak of them.
fn words_in(text: &str, words: &'static [&'static str]) -> Vec<(usize, &'static str)> {
    let code = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    code.flat_map(|(index, line)| {
        let found: Vec<_> = words.iter().filter(|word| line.contains(**word)).map(|word| (index + 1, *word)).collect();
        found
    })
    .collect()
}

pub(crate) fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder).with_context(|| format!("listing {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_read_is_found_with_its_line() {
        let text = "fn f() {\n    let now = chrono::Utc::now();\n}\n";
        assert_eq!(forbidden_words(text), [(2, "Utc::now")]);
        let tested = format!("{text}\n#[cfg(test)]\nmod tests {{\n    use std::thread;\n}}\n");
        assert_eq!(forbidden_words(&tested), [(2, "Utc::now")]);
    }

    #[test]
    fn a_carrier_is_found_in_any_spelling_and_a_channel_is_none() {
        let text = "// SMTP says so\nuse followup_smtp::SmtpSender;\nlet sender = TwilioSender::new();\nlet channel = Channel::Sms;\n";
        assert_eq!(carriers(text), [(2, "smtp"), (3, "twilio")]);
    }

    #[test]
    fn a_comment_may_name_what_is_forbidden() {
        assert!(forbidden_words("    // never Utc::now here\n").is_empty());
    }
}
