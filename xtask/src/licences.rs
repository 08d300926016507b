//! Licences and origins of the dependencies, against the lists in `deny.toml`.

use anyhow::{Context, Result, bail};

use crate::shell;

/// Packages whose licence `deny.toml` does not allow, or which come from elsewhere than crates.io.
///
/// # Errors
/// When cargo or the files cannot be read, or the allow-list is not found.
pub(crate) fn violations() -> Result<Vec<String>> {
    let read = |name: &str| std::fs::read_to_string(shell::workspace_root().join(name)).with_context(|| format!("reading {name}"));
    let allowed = allow_list(&read("deny.toml")?)?;
    let mut found = foreign_sources(&read("Cargo.lock")?);
    for (package, licence) in packages()? {
        if !is_allowed(&licence, &allowed) {
            found.push(format!("{package}: licence `{licence}` is not allowed by deny.toml"));
        }
    }
    Ok(found)
}

/// The quoted names of `allow = […]` under `[licenses]`.
fn allow_list(deny_toml: &str) -> Result<Vec<String>> {
    let section = deny_toml.split("\n[").find(|section| section.trim_start_matches('[').starts_with("licenses]"));
    let list = section.and_then(|section| section.split_once("\nallow = [")).and_then(|(_, rest)| rest.split_once(']'));
    let Some((list, _)) = list else {
        bail!("deny.toml has no `allow = [` under `[licenses]`");
    };
    let code = list.lines().filter_map(|line| line.split('#').next());
    let quoted = code.flat_map(|line| line.split('"').skip(1).step_by(2));
    Ok(quoted.map(str::to_owned).collect())
}

/// `name version` and licence expression of every package, for all targets and features.
fn packages() -> Result<Vec<(String, String)>> {
    let mut tree = shell::cargo();
    tree.args(["tree", "--quiet", "--locked", "--workspace"]);
    tree.args(["--all-features", "--target", "all"]);
    tree.args(["-e", "normal,build,dev", "--prefix", "none"]);
    let listing = shell::capture(tree.args(["--format", "{p}\t{l}\t"]))?;
    let mut packages: Vec<(String, String)> = listing
        .lines()
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let package = columns.next()?.splitn(3, ' ').take(2);
            Some((package.collect::<Vec<_>>().join(" "), columns.next()?.to_owned()))
        })
        .collect();
    packages.sort();
    packages.dedup();
    if packages.len() < 50 {
        bail!("the licence check is blind: it sees {} packages only", packages.len());
    }
    Ok(packages)
}

const CRATES_IO: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

fn foreign_sources(cargo_lock: &str) -> Vec<String> {
    let sources = cargo_lock.lines().filter(|line| line.starts_with("source = "));
    sources.filter(|line| *line != CRATES_IO).map(|line| format!("Cargo.lock: {line}: dependencies come from crates.io only")).collect()
}

/// Evaluates an SPDX expression; `/` is the older spelling of `OR`.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser { words: &words, allowed };
    parser.any_of() == Some(true) && parser.words.is_empty()
}

/// Recursive descent over `OR` of `AND` of names and groups; `None` is a malformed expression.
struct Parser<'a> {
    words: &'a [&'a str],
    allowed: &'a [String],
}

impl Parser<'_> {
    fn any_of(&mut self) -> Option<bool> {
        let mut verdict = self.all_of()?;
        while self.accept("OR") {
            verdict |= self.all_of()?;
        }
        Some(verdict)
    }

    fn all_of(&mut self) -> Option<bool> {
        let mut verdict = self.one()?;
        while self.accept("AND") {
            verdict &= self.one()?;
        }
        Some(verdict)
    }

    fn one(&mut self) -> Option<bool> {
        if self.accept("(") {
            let verdict = self.any_of()?;
            return self.accept(")").then_some(verdict);
        }
        let mut name = self.next()?.to_owned();
        if self.accept("WITH") {
            name = format!("{name} WITH {}", self.next()?);
        }
        Some(self.allowed.contains(&name))
    }

    fn accept(&mut self, word: &str) -> bool {
        let matches = self.words.first() == Some(&word);
        if matches {
            self.words = &self.words[1..];
        }
        matches
    }

    fn next(&mut self) -> Option<&str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn allows(expression: &str) -> bool {
        is_allowed(expression, &["MIT".to_owned(), "ISC".to_owned()])
    }

    #[test]
    fn one_allowed_alternative_is_enough() {
        assert!(allows("GPL-3.0-only OR MIT"));
        assert!(allows("Apache-2.0/MIT"));
    }

    #[test]
    fn every_part_of_a_conjunction_must_be_allowed() {
        assert!(allows("MIT AND ISC"));
        assert!(!allows("MIT AND OpenSSL"));
        assert!(!allows("(MIT OR Apache-2.0) AND GPL-3.0-only"));
        assert!(allows("ISC AND (MIT OR Apache-2.0)"));
    }

    #[test]
    fn no_licence_and_a_broken_expression_are_refused() {
        assert!(!allows(""));
        assert!(!allows("MIT OR"));
        assert!(!allows("(MIT"));
        assert!(!allows("MIT WITH some-exception"));
    }

    #[test]
    fn the_list_is_read_from_its_own_section() {
        let text = "[bans]\nallow = [\"no\"]\n\n[licenses]\nversion = 2\nallow = [\n  \"MIT\", # usual\n  \"ISC\",\n]\n";
        assert_eq!(allow_list(text).unwrap(), ["MIT", "ISC"]);
        assert!(allow_list("[bans]\nallow = [\"no\"]\n").is_err());
    }

    #[test]
    fn a_git_dependency_is_foreign() {
        let lock = format!("{CRATES_IO}\nsource = \"git+https://example.org/x\"\n");
        assert_eq!(foreign_sources(&lock).len(), 1);
    }
}
