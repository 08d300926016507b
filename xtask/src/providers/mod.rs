//! The providers' own documents and libraries beside our adapters: whether what we send is valid by them, whether we take the calls that they
//! would sign, and whether nothing that they tell gets lost.

mod prism;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use self::prism::Prism;
use crate::{python, shell};

/// From PyPI, into an environment of their own.
const LIBRARIES: &str = "twilio==9.13.0\npywa==4.5.0\npyyaml==6.0.4\n";
/// Calls that are signed by each provider's library.
const CALLS: &str = "10000";
/// Where the providers' documents lie in the folder.
const TWILIO: &str = "twilio/messages.json";
const META: &str = "meta/business-messaging-api_v23.0.yaml";
const UPDATES: &str = "whatsapp_updates";

/// What was compared, and what came out.
type Row = (&'static str, Result<String>);

/// Compares all of it with the documents of this folder, and tells a short table.
///
/// # Errors
/// Something cannot be installed, built or read, or anything differs.
pub(crate) fn run(folder: &str) -> Result<()> {
    let given = fs::canonicalize(folder).with_context(|| folder.to_owned())?;
    let work = Work::prepare(&given)?;
    let rows = [
        ("requests to Twilio", work.requests("followup-twilio", "twilio_requests", "twilio.json")),
        ("requests to Meta", work.requests("followup-meta", "meta_requests", "meta.json")),
        ("calls signed by Twilio", work.signatures("followup-twilio", "twilio_signatures", "twilio")),
        ("calls signed by Meta", work.signatures("followup-meta", "meta_signatures", "meta")),
        ("payloads of Meta", work.payloads(&given.join(UPDATES))),
    ];
    verdict(rows.into())
}

/// Tells the table.
fn verdict(rows: Vec<Row>) -> Result<()> {
    let width = rows.iter().map(|(what, _)| what.len()).max().unwrap_or(0);
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    for (what, outcome) in rows {
        let said = match outcome {
            Ok(said) => said,
            Err(error) => {
                wrong.push(what);
                format!("DIFFERS: {error:#}")
            }
        };
        lines.push(format!("{what:width$}  {said}"));
    }
    shell::say(&format!("\n{}", lines.join("\n")));
    if wrong.is_empty() { Ok(()) } else { bail!("{} differ from the providers' own", wrong.join(", ")) }
}

/// What all of it shares: our scripts, the environment of the libraries, and a folder for what they write.
struct Work {
    folder: PathBuf,
    python: PathBuf,
    scripts: PathBuf,
}

impl Work {
    /// Installs the libraries, and makes of the documents what is asked of them.
    fn prepare(given: &Path) -> Result<Self> {
        let folder = shell::target_folder()?.join("providers");
        let environment = folder.join("venv");
        python::environment(&environment, LIBRARIES)?;
        let scripts = shell::workspace_root().join("xtask/providers");
        let work = Self { folder, python: environment.join("bin/python"), scripts };
        let mut documents = work.script("documents.py");
        shell::run(documents.arg(given.join(TWILIO)).arg(given.join(META)).arg(&work.folder))?;
        Ok(work)
    }

    fn script(&self, name: &str) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(self.scripts.join(name));
        command
    }

    /// Our real senders ask a server that takes what is valid by the document.
    fn requests(&self, package: &str, example: &str, document: &str) -> Result<String> {
        let prism = Prism::start(&self.folder.join("prism"), &self.folder.join(document))?;
        let asked = told(example_of(package, example).arg(&prism.url));
        let violations = prism.violations();
        if !violations.is_empty() {
            bail!("not valid by the document:\n  {}", violations.join("\n  "));
        }
        asked
    }

    /// The provider's library signs calls, and right and wrong ones come to our door.
    fn signatures(&self, package: &str, example: &str, provider: &str) -> Result<String> {
        let calls = self.folder.join(format!("{provider}_calls.jsonl"));
        shell::run(self.script("signatures.py").args([provider, CALLS]).arg(&calls))?;
        told(example_of(package, example).arg(&calls))
    }

    /// What others published of Meta's calls, and the examples of its own document.
    fn payloads(&self, updates: &Path) -> Result<String> {
        let mut files = vec![self.folder.join("meta_examples.json")];
        for entry in fs::read_dir(updates).with_context(|| updates.display().to_string())? {
            files.push(entry?.path());
        }
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort_unstable();
        told(example_of("followup-meta", "read_calls").args(files))
    }
}

fn example_of(package: &str, example: &str) -> Command {
    let mut cargo = shell::cargo();
    cargo.args(["run", "--quiet", "--locked", "-p", package, "--example", example, "--"]);
    cargo
}

/// Runs an example of ours, shows all it says, and gives its last line, which sums up.
fn told(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    shell::say(said.trim_end());
    shell::say(errors.trim_end());
    let last = said.trim_end().lines().last().unwrap_or("it said nothing").to_owned();
    if output.status.success() { Ok(last) } else { bail!("{last} ({})", output.status) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_difference_fails_the_whole_and_is_named() {
        assert!(verdict(vec![("a", Ok("1 of 1".into())), ("b", Ok("2 of 2".into()))]).is_ok());
        let error = verdict(vec![("a", Ok("1 of 1".into())), ("b", Err(anyhow::anyhow!("1 of 2")))]).unwrap_err();
        assert_eq!(error.to_string(), "b differ from the providers' own");
    }

    #[test]
    fn an_example_that_fails_is_a_difference_even_when_it_sums_up() {
        assert_eq!(told(Command::new("echo").arg("10 of 10")).unwrap(), "10 of 10");
        assert!(told(Command::new("sh").args(["-c", "echo 9 of 10; exit 1"])).unwrap_err().to_string().starts_with("9 of 10"));
    }
}
