//! System packages the tests need: finds what is absent and installs it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell;

/// Installs what is missing, when this process may; otherwise says exactly what to install.
///
/// # Errors
/// When something is missing and this process is not root, the machine has no `apt-get`, or the
/// installation fails.
pub(crate) fn ensure_installed() -> Result<()> {
    let missing = missing_packages();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    let by_hand = format!("apt-get install --no-install-recommends {names}");
    if !shell::is_root()? {
        bail!("the tests need these Debian packages: {names}\n  as root: {by_hand}");
    }
    if find_in_path("apt-get").is_none() {
        bail!("the tests need the programs of these Debian packages, and this machine has no apt-get: {names}");
    }
    shell::say(&format!("installing {names}"));
    let _quiet = ServicePolicy::forbid_starts()?;
    apt_get(&["update", "-q"])?;
    let mut install = vec!["install", "-q", "-y", "--no-install-recommends"];
    install.extend(&missing);
    apt_get(&install)?;
    let still = missing_packages();
    if still.is_empty() {
        return Ok(());
    }
    bail!("installed {names}, but the programs of these are still not found: {}", still.join(" "))
}

/// A package is present when one of its files is; looking for files rather than asking dpkg also
/// accepts a server installed by other means.
struct Requirement {
    package: &'static str,
    is_present: fn() -> bool,
}

const REQUIREMENTS: &[Requirement] = &[
    Requirement { package: "postgresql", is_present: has_postgres_server },
    Requirement { package: "postfix", is_present: || find_in_path("postfix").is_some() },
    Requirement { package: "dovecot-core", is_present: || find_in_path("dovecot").is_some() },
    Requirement { package: "dovecot-imapd", is_present: || any_exists(&["/usr/lib/dovecot/imap", "/usr/libexec/dovecot/imap"]) },
    Requirement { package: "dovecot-lmtpd", is_present: || any_exists(&["/usr/lib/dovecot/lmtp", "/usr/libexec/dovecot/lmtp"]) },
    Requirement { package: "dovecot-sieve", is_present: || find_in_path("sievec").is_some() },
    Requirement { package: "kannel", is_present: || find_in_path("bearerbox").is_some() && find_in_path("smsbox").is_some() },
    Requirement { package: "kannel-extras", is_present: || any_exists(&["/usr/lib/kannel/test/fakesmsc"]) },
    Requirement { package: "python3", is_present: || find_in_path("python3").is_some() },
    Requirement { package: "python3-venv", is_present: has_venv },
    Requirement { package: "chromium", is_present: || find_in_path("chromium").is_some() },
    Requirement { package: "chromium-driver", is_present: || find_in_path("chromedriver").is_some() },
    Requirement { package: "nodejs", is_present: || find_in_path("node").is_some() },
    Requirement { package: "npm", is_present: || find_in_path("npm").is_some() },
    Requirement { package: "curl", is_present: || find_in_path("curl").is_some() },
    Requirement { package: "openssl", is_present: || find_in_path("openssl").is_some() },
];

fn missing_packages() -> Vec<&'static str> {
    REQUIREMENTS.iter().filter(|requirement| !(requirement.is_present)()).map(|requirement| requirement.package).collect()
}

/// Debian's python3 has the module and not what it installs.
fn has_venv() -> bool {
    let asked = Command::new("python3").args(["-c", "import ensurepip, venv"]).output();
    asked.is_ok_and(|output| output.status.success())
}

fn has_postgres_server() -> bool {
    let versions = Path::new("/usr/lib/postgresql").read_dir();
    let packaged = versions.is_ok_and(|entries| entries.flatten().any(|version| version.path().join("bin/initdb").exists()));
    packaged || find_in_path("initdb").is_some()
}

fn any_exists(paths: &[&str]) -> bool {
    paths.iter().any(|path| Path::new(path).exists())
}

/// Looks in `PATH` and in the `sbin` folders, which a user's `PATH` may lack.
fn find_in_path(program: impl AsRef<OsStr>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")])
        .map(|folder| folder.join(program.as_ref()))
        .find(|candidate| candidate.is_file())
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    shell::run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// While it lives, package installation starts no service: the tests start their own servers, and
/// a machine-wide Postfix or Postgres would take the standard ports for nothing.
struct ServicePolicy {
    ours: bool,
}

const POLICY_FILE: &str = "/usr/sbin/policy-rc.d";
const POLICY: &str = "#!/bin/sh\n# Written by `cargo xtask test` while it installs packages.\nexit 101\n";

impl ServicePolicy {
    /// Leaves a policy that the machine's owner wrote as it is.
    fn forbid_starts() -> Result<Self> {
        let existing = std::fs::read_to_string(POLICY_FILE);
        if existing.is_ok_and(|text| text != POLICY) {
            return Ok(Self { ours: false });
        }
        std::fs::write(POLICY_FILE, POLICY).with_context(|| format!("writing {POLICY_FILE}"))?;
        shell::run(Command::new("chmod").args(["755", POLICY_FILE]))?;
        Ok(Self { ours: true })
    }
}

impl Drop for ServicePolicy {
    fn drop(&mut self) {
        if !self.ours {
            return;
        }
        if let Err(error) = std::fs::remove_file(POLICY_FILE) {
            shell::say(&format!("could not remove {POLICY_FILE}: {error}"));
        }
    }
}
