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
    complaints.extend(outgoing_http(&tree(&["--workspace", "--invert", "ureq", "--depth", "1"])?, &tree(&["--workspace"])?));
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
            "followup-gateway",
            "followup-http",
            "followup-imap",
            "followup-letters",
            "followup-mail",
            "followup-meta",
            "followup-runtime",
            "followup-smtp",
            "followup-sns",
            "followup-twilio",
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
            "followup-gateway",
            "followup-http",
            "followup-imap",
            "followup-letters",
            "followup-mail",
            "followup-meta",
            "followup-smtp",
            "followup-sns",
            "followup-twilio",
            "lettre",
        ],
        reason: "process plumbing knows no adapter",
    },
    Rule {
        package: "followup-http",
        reach: Reach::Anywhere,
        present: &["followup-access", "followup-app", "actix-web"],
        absent: &[
            "async-imap",
            "diesel",
            "followup-diesel",
            "followup-gateway",
            "followup-imap",
            "followup-meta",
            "followup-smtp",
            "followup-sns",
            "followup-twilio",
            "libsqlite3-sys",
            "pq-sys",
        ],
        reason: "the REST adapter reaches storage and mail through use cases only",
    },
    Rule {
        package: "followup-https",
        reach: Reach::Anywhere,
        present: &["rustls", "ureq"],
        absent: &["actix-web", "diesel", "followup-app", "followup-domain", "followup-runtime", "tokio"],
        reason: "whoever speaks to a server elsewhere uses it, and it knows nobody",
    },
    Rule {
        package: "followup-access",
        reach: Reach::Anywhere,
        present: &["argon2", "followup-app", "followup-https", "jsonwebtoken"],
        absent: &["actix-web", "diesel", "followup-diesel", "followup-http", "followup-runtime", "utoipa"],
        reason: "every face asks the same door, which knows none of them",
    },
    Rule {
        package: "followup-web",
        reach: Reach::Anywhere,
        present: &["actix-web", "followup-access", "followup-answers", "followup-app", "minijinja"],
        absent: &[
            "async-imap",
            "diesel",
            "followup-diesel",
            "followup-gateway",
            "followup-http",
            "followup-imap",
            "followup-letters",
            "followup-mail",
            "followup-meta",
            "followup-runtime",
            "followup-smtp",
            "followup-sns",
            "followup-twilio",
            "lettre",
            "utoipa",
        ],
        reason: "a page calls use cases, never the REST interface, and knows no adapter",
    },
    Rule {
        package: "followup-answers",
        reach: Reach::Anywhere,
        present: &["followup-access", "followup-app", "followup-words"],
        absent: &[
            "actix-web",
            "async-imap",
            "diesel",
            "followup-diesel",
            "followup-gateway",
            "followup-http",
            "followup-imap",
            "followup-letters",
            "followup-mail",
            "followup-meta",
            "followup-runtime",
            "followup-smtp",
            "followup-sns",
            "followup-twilio",
            "lettre",
            "utoipa",
        ],
        reason: "what is refused is told in the same words by every face, and it knows none of them",
    },
    Rule {
        package: "followup-words",
        reach: Reach::Anywhere,
        present: &["followup-domain"],
        absent: &["actix-web", "diesel", "followup-access", "followup-app", "followup-http", "followup-runtime", "tokio"],
        reason: "words know the domain alone",
    },
    Rule {
        package: "followup-oauth",
        reach: Reach::Anywhere,
        present: &["followup-domain", "followup-https"],
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
        package: "followup-sqlite",
        reach: Reach::Anywhere,
        present: &["followup-diesel-shared", "libsqlite3-sys"],
        absent: &["actix-web", "followup-app", "followup-postgres", "pq-sys", "tokio"],
        reason: "each store is built without the other",
    },
    Rule {
        package: "followup-postgres",
        reach: Reach::Anywhere,
        present: &["followup-diesel-shared", "pq-sys"],
        absent: &["actix-web", "followup-app", "followup-sqlite", "libsqlite3-sys", "tokio"],
        reason: "each store is built without the other",
    },
    Rule {
        package: "followup-smtp",
        reach: Reach::Anywhere,
        present: &["followup-domain", "lettre"],
        absent: &["actix-web", "diesel", "followup-app", "tokio"],
        reason: "driven adapters know the domain's ports only, and are sync",
    },
    Rule {
        package: "followup-gateway",
        reach: Reach::Anywhere,
        present: &["followup-domain", "followup-https"],
        absent: &["actix-web", "diesel", "followup-app", "followup-http", "followup-runtime", "tokio"],
        reason: "driven adapters know the domain's ports only, and are sync",
    },
    Rule {
        package: "followup-sns",
        reach: Reach::Anywhere,
        present: &["followup-domain", "followup-https"],
        absent: &["actix-web", "diesel", "followup-app", "followup-http", "followup-runtime", "tokio"],
        reason: "driven adapters know the domain's ports only, and are sync",
    },
    Rule {
        package: "followup-carrier",
        reach: Reach::Anywhere,
        present: &["followup-domain", "followup-https"],
        absent: &["actix-web", "diesel", "followup-app", "followup-runtime", "followup-twilio", "followup-meta", "tokio"],
        reason: "what carriers' adapters share knows none of them",
    },
    Rule {
        package: "followup-twilio",
        reach: Reach::Anywhere,
        present: &["followup-domain", "followup-https"],
        absent: &["actix-web", "diesel", "followup-app", "followup-http", "followup-runtime", "tokio"],
        reason: "driven adapters know the domain's ports only, and are sync",
    },
    Rule {
        package: "followup-meta",
        reach: Reach::Anywhere,
        present: &["followup-domain", "followup-https"],
        absent: &["actix-web", "diesel", "followup-app", "followup-http", "followup-runtime", "tokio"],
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
        package: "followup-extract",
        reach: Reach::Anywhere,
        present: &["followup-domain", "regex"],
        absent: &[
            "actix-web",
            "diesel",
            "followup-app",
            "followup-mail",
            "followup-runtime",
            "getrandom",
            "lettre",
            "libsqlite3-sys",
            "rand",
            "rustls",
            "tokio",
            "ureq",
            "uuid",
        ],
        reason: "what a reply says is read by rules alone: no I/O, no clock, no chance",
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
    let depth: &[&str] = if rule.reach == Reach::Direct { &["--depth", "1"] } else { &[] };
    Ok(tree(&[&["-p", rule.package], depth].concat())?.split_off(1))
}

/// The packages of a `cargo tree` over normal edges, the root first.
fn tree(selection: &[&str]) -> Result<Vec<String>> {
    let mut tree = shell::cargo();
    tree.args(["tree", "--quiet", "--locked"]).args(selection);
    tree.args(["-e", "normal", "--target", "all", "--prefix", "none", "--format", "{p}"]);
    let listing = shell::capture(&mut tree)?;
    Ok(listing.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

/// The one crate through which requests leave.
const OUTGOING: &str = "followup-https";
/// Other ways to make requests.
const CLIENTS: &[&str] = &["attohttpc", "awc", "curl", "hyper", "isahc", "minreq", "reqwest", "surf"];

/// Requests leave through one crate, which tells whether they may have arrived: nobody else depends on its library (`users` is that
/// library and who names it), and no other library is there.
fn outgoing_http(users: &[String], all: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    if !users.iter().any(|name| name == OUTGOING) || !all.iter().any(|name| name == OUTGOING) {
        found.push(format!("outgoing HTTP: the check is blind or out of date: it should see {OUTGOING} and does not"));
    }
    let others = users.iter().filter(|name| !["ureq", OUTGOING].contains(&name.as_str()));
    found.extend(others.map(|name| format!("{name} must not depend on ureq: requests leave through {OUTGOING}")));
    let further = CLIENTS.iter().filter(|client| all.iter().any(|name| name == *client));
    found.extend(further.map(|client| format!("{client} must not be used: requests leave through {OUTGOING}")));
    found
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
    fn a_second_way_out_is_reported_and_a_check_that_sees_none_fails() {
        let (users, all) = (names(&["ureq", OUTGOING]), names(&["api-server", OUTGOING]));
        assert!(outgoing_http(&users, &all).is_empty());
        let found = outgoing_http(&names(&["ureq", OUTGOING, "followup-sms"]), &names(&[OUTGOING, "reqwest"]));
        assert_eq!(
            found,
            [
                "followup-sms must not depend on ureq: requests leave through followup-https",
                "reqwest must not be used: requests leave through followup-https"
            ]
        );
        assert_eq!(outgoing_http(&names(&["ureq"]), &all).len(), 1);
    }

    #[test]
    fn a_name_that_only_begins_alike_is_another_package() {
        assert!(violations(&RULE, &names(&["seen", "outer-space"])).is_empty());
    }
}
