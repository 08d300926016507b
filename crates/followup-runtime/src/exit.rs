//! How a `main` ends.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use crate::telemetry::speaks_json;

/// Runs the main work. An error becomes one line on stderr, `error: …` with its causes (a line of the log where that is JSON), and exit
/// code 1; wrong usage ended the process before, with code 2 ([`crate::settings::parse`]).
pub fn run<E: Into<Box<dyn Error + Send + Sync>>>(work: impl FnOnce() -> Result<(), E>) -> ExitCode {
    match work() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let error = one_line(error.into().as_ref());
            if speaks_json() {
                tracing::error!("{error}");
            } else {
                // With stderr closed there is nobody left to tell; the exit code still says it.
                let _ = writeln!(std::io::stderr(), "error: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

/// The error and its causes in one line, each once: some errors repeat their cause in their own text.
pub fn one_line(error: &(dyn Error + 'static)) -> String {
    let mut line = unbroken(error);
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = unbroken(error);
        if !line.ends_with(&text) {
            line = format!("{line}: {text}");
        }
        cause = error.source();
    }
    line
}

fn unbroken(error: &dyn Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the store\n cannot be opened")]
    struct Outer(#[source] Middle);

    #[derive(Debug, thiserror::Error)]
    #[error("no connection: {0}")]
    struct Middle(#[source] io::Error);

    #[test]
    fn an_error_and_its_causes_are_one_line_and_each_is_said_once() {
        let error = Outer(Middle(io::Error::other("refused")));
        assert_eq!(one_line(&error), "the store cannot be opened: no connection: refused");
    }

    #[test]
    fn success_and_failure_have_their_exit_codes() {
        assert_eq!(run(|| Ok::<(), io::Error>(())), ExitCode::SUCCESS);
        assert_eq!(run(|| Err(io::Error::other("no"))), ExitCode::FAILURE);
    }
}
