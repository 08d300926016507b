//! Developer commands: tests with everything they need, every check of continuous integration, and benchmarks.

mod bans;
mod bench;
mod chaos;
mod ci;
mod contract;
mod fuzz;
mod licences;
mod node;
mod packages;
mod providers;
mod python;
mod rooms;
mod shell;
mod sources;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask <command>

  test [ARGS]  install what the tests need, then run every test of the workspace;
               ARGS go to `cargo test` in place of `--workspace`
  ci           formatting, lints, documentation, dependency bans, then test
  bans         dependency edges, licences and constructors that must be absent
  bench [ARGS] requests per second beside a plain hello; ARGS: --rounds N --seconds S
               --connections C --only reads|writes
  chaos [SEED] [--kills N]
               the fault suites with 200 kills each, or N, and chances of their own or those of SEED
  bench mail [DIR]…
               mails per second that are read on one core, beside the bare MIME library
  bench lists
               the first page of each list among 100,000 cases, beside 1,000
  bench letters
               letters per second under 64 writers, beside a run in which nothing else happens
  bench events [--messages N]
               signed status calls per second through the real server's webhook, and how long until
               all are understood: three calls about each of 2000 messages, or N
  bench page [--rounds N]
               the page of a thread of 500 messages beside one of 20: time and compressed size
  fuzz [TARGET] [SECONDS]
               libFuzzer on one target, or on each in turn, 60 seconds long if nothing is told
  contract [SEED] [--examples N]
               a fuzzer reads the served OpenAPI document and asks the real service what it promises:
               40 examples of each call, or N
  providers FOLDER
               our requests, doors and readers of Twilio and Meta beside the providers' own documents, which
               lie in FOLDER, and their libraries
  extract DIR [--json | --wrong] [ID]…
               how answers are understood: precision and recall by field and class on DIR/replies.jsonl; ages,
               sexes and dates on DIR/meddocan.jsonl; fails when a bar is missed. --json: what is proposed, a line a reply
  bench extract
               replies per second whose values are read on one core, beside the mail reader
  corpora DIR [SET | CASE]…
               how mail with known answers is understood, set by set
  size         release build: time, sizes of the binaries, number of dependencies";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["test", rest @ ..] => ci::test(rest),
        ["ci"] => ci::run(),
        ["bans"] => bans::check(),
        ["bench", "mail", rest @ ..] => bench::mail(rest),
        ["bench", "lists", rest @ ..] => bench::lists(rest),
        ["bench", "letters", rest @ ..] => bench::letters(rest),
        ["bench", "page", rest @ ..] => bench::page(rest),
        ["bench", "extract", rest @ ..] => bench::extraction(rest),
        ["bench", "events", rest @ ..] => bench::events(rest),
        ["bench", rest @ ..] => bench::speed(rest),
        ["fuzz", rest @ ..] => fuzz::run(rest),
        ["chaos", rest @ ..] => chaos::run(rest),
        ["contract", rest @ ..] => contract::run(rest),
        ["providers", folder] => providers::run(folder),
        ["extract", rest @ ..] => bench::extract(rest),
        ["corpora", rest @ ..] => bench::corpora(rest),
        ["size"] => bench::size(),
        [] | ["help" | "-h" | "--help"] => {
            shell::say(USAGE);
            Ok(())
        }
        other => bail!("unknown command: {}\n\n{USAGE}", other.join(" ")),
    }
}
