//! Dependency edges that must be absent, so that the architecture's layers stay layers.

use anyhow::{Result, bail};

use crate::{licences, rooms, shell, sources};

/// Checks the dependency rules, the rooms and the forbidden words of the pure crates, licences and sources.
///
/// # Errors
/// All violations at once, each with its reason; or a control that failed, which means that the
/// check itself no longer sees anything.
pub(crate) fn check() -> Result<()> {
    let mut complaints = Vec::new();
    for rule in RULES {
        complaints.extend(violations(rule, &dependencies(rule)?));
    }
    complaints.extend(rooms::violations()?);
    complaints.extend(sources::violations()?);
    complaints.extend(licences::violations()?);
    if complaints.is_empty() {
        shell::say(&format!("{} dependency rules, sources and licences hold", RULES.len()));
        return Ok(());
    }
    bail!("{}", complaints.join("\n"))
}

/// What one package may not depend on through normal (not dev, not build) edges.
struct Rule {
    package: &'static str,
    reach: Reach,
    /// The control: these edges must exist, or the check looks at the wrong thing.
    present: &'static [&'static str],
    absent: &'static [&'static str],
    reason: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Named in the package's own `Cargo.toml`.
    Direct,
    /// Reached through any chain of dependencies.
    Anywhere,
}

const RULES: &[Rule] = &[
    Rule {
        package: "followup-domain",
        reach: Reach::Anywhere,
        present: &["chrono", "thiserror", "unicode-normalization"],
        absent: &[
            "actix-web",
            "async-imap",
            "diesel",
            "getrandom",
            "lettre",
            "libsqlite3-sys",
            "mio",
            "pq-sys",
            "rand",
            "reqwest",
            "rustls",
            "tokio",
            "tracing-subscriber",
            "ureq",
            "uuid",
        ],
        reason: "the domain does no I/O, reads no clock, makes no ids and has no async",
    },
    // A numbering-plan library may bring serde in for its own data, hence only the direct edge.
    Rule {
        package: "followup-domain",
        reach: Reach::Direct,
        present: &["chrono"],
        absent: &["serde", "serde_derive", "serde_json"],
        reason: "domain types are neither rows nor DTOs",
    },
    Rule {
        package: "followup-app",
        reach: Reach::Anywhere,
        present: &["followup-domain", "thiserror"],
        absent: &[
            "actix-web",
            "async-imap",
            "diesel",
            "followup-diesel",
            "followup-http",
            "followup-imap",
            "followup-letters",
            "followup-mail",
            "followup-runtime",
            "followup-smtp",
            "getrandom",
            "lettre",
            "rustls",
            "tokio",
            "uuid",
        ],
        reason: "use cases know ports, not adapters, and run on the caller's thread",
    },
    Rule {
        package: "followup-app",
        reach: Reach::Direct,
        present: &["followup-domain"],
        absent: &["serde", "serde_derive", "serde_json"],
        reason: "use cases speak domain types",
    },
    Rule {
        package: "followup-runtime",
        reach: Reach::Anywhere,
        present: &["followup-domain", "clap"],
        absent: &[
            "actix-web",
            "async-imap",
            "diesel",
            "followup-app",
            "followup-diesel",
            "followup-http",
            "followup-imap",
            "followup-letters",
            "followup-mail",
            "followup-smtp",
            "lettre",
        ],
        reason: "process plumbing knows no adapter",
    },
    Rule {
        package: "followup-http",
        reach: Reach::Anywhere,
        present: &["followup-app", "actix-web"],
        absent: &["async-imap", "diesel", "followup-diesel", "followup-imap", "followup-smtp", "libsqlite3-sys", "pq-sys"],
        reason: "the REST adapter reaches storage and mail through use cases only",
    },
    Rule {
        package: "followup-oauth",
        reach: Reach::Anywhere,
        present: &["followup-domain", "ureq"],
        absent: &["actix-web", "diesel", "followup-app", "followup-http", "followup-imap", "followup-runtime", "followup-smtp", "tokio"],
        reason: "tokens are had by a port, whoever signs in with them",
    },
    Rule {
        package: "followup-imap",
        reach: Reach::Anywhere,
        present: &["followup-app", "async-imap"],
        absent: &["actix-web", "diesel", "followup-diesel", "followup-http", "followup-smtp", "libsqlite3-sys", "pq-sys"],
        reason: "the poller reaches storage through use cases only",
    },
    Rule {
        package: "followup-audit",
        reach: Reach::Anywhere,
        present: &["followup-domain", "serde_json_canonicalizer", "sha2"],
        absent: &["actix-web", "diesel", "followup-app", "followup-diesel", "followup-runtime", "getrandom", "tokio", "uuid"],
        reason: "what an inspector checks depends on no database, no process and no random numbers of its own",
    },
    Rule {
        package: "followup-diesel",
        reach: Reach::Anywhere,
        present: &["followup-domain", "diesel"],
        absent: &["actix-web", "async-imap", "followup-app", "lettre", "tokio"],
        reason: "driven adapters know the domain's ports only, and are sync",
    },
    Rule {
        package: "followup-smtp",
        reach: Reach::Anywhere,
        present: &["followup-domain", "lettre"],
        absent: &["actix-web", "diesel", "followup-app", "tokio"],
        reason: "driven adapters know the domain's ports only, and are sync",
    },
    Rule {
        package: "followup-mail",
        reach: Reach::Anywhere,
        present: &["followup-domain", "mail-parser"],
        absent: &["actix-web", "diesel", "followup-app", "tokio"],
        reason: "driven adapters know the domain's ports only, and are sync",
    },
    Rule {
        package: "followup-letters",
        reach: Reach::Anywhere,
        present: &["followup-domain", "minijinja"],
        absent: &["actix-web", "diesel", "followup-app", "lettre", "tokio"],
        reason: "driven adapters know the domain's ports only, and are sync",
    },
    Rule {
        package: "api-server",
        reach: Reach::Anywhere,
        present: &["followup-wiring", "pq-sys", "rustls"],
        absent: &["aws-lc-sys", "followup-testkit", "mockall", "native-tls", "openssl-sys", "proptest"],
        reason: "the default build needs a C compiler alone, and carries no test code",
    },
];

fn dependencies(rule: &Rule) -> Result<Vec<String>> {
    let mut tree = shell::cargo();
    tree.args(["tree", "--quiet", "--locked", "-p", rule.package]);
    tree.args(["-e", "normal", "--target", "all", "--prefix", "none", "--format", "{p}"]);
    if rule.reach == Reach::Direct {
        tree.args(["--depth", "1"]);
    }
    let listing = shell::capture(&mut tree)?;
    let names = listing.lines().filter_map(|line| line.split(' ').next());
    Ok(names.skip(1).map(str::to_owned).collect())
}

fn violations(rule: &Rule, dependencies: &[String]) -> Vec<String> {
    let has = |name: &&&str| dependencies.iter().any(|found| found == **name);
    let package = rule.package;
    let blind = rule
        .present
        .iter()
        .filter(|name| !has(name))
        .map(|name| format!("{package}: the check is blind or out of date: it should see {name} and does not"));
    let forbidden = rule.absent.iter().filter(has).map(|name| format!("{package} must not depend on {name}: {}", rule.reason));
    blind.chain(forbidden).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule { package: "inner", reach: Reach::Anywhere, present: &["seen"], absent: &["outer"], reason: "layers" };

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_forbidden_edge_is_reported_with_its_reason() {
        let found = violations(&RULE, &names(&["seen", "outer"]));
        assert_eq!(found, ["inner must not depend on outer: layers"]);
    }

    #[test]
    fn a_check_that_sees_nothing_fails() {
        assert_eq!(violations(&RULE, &[]).len(), 1);
    }

    #[test]
    fn a_name_that_only_begins_alike_is_another_package() {
        assert!(violations(&RULE, &names(&["seen", "outer-space"])).is_empty());
    }
}
