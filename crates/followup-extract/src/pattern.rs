//! Patterns are written with the names of concepts in braces; the words come from every language's table.

use std::sync::OnceLock;

use regex::{Regex, RegexSet, SetMatches};

use crate::words;

/// A pattern of a rule, compiled when it is first needed.
pub(crate) struct Pattern {
    source: &'static str,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    pub(crate) const fn new(source: &'static str) -> Self {
        Self { source, compiled: OnceLock::new() }
    }

    /// The regular expression.
    pub(crate) fn regex(&self) -> &Regex {
        #[cfg(test)]
        uses::count(self.source);
        self.compiled.get_or_init(|| {
            #[expect(clippy::expect_used, reason = "every pattern is compiled by a test")]
            Regex::new(&plain(&expand(self.source))).expect("patterns are constants")
        })
    }

    /// What it matches at the very beginning.
    pub(crate) fn at_start(&self, text: &str) -> Option<usize> {
        self.regex().find(text).filter(|found| found.start() == 0).map(|found| found.end())
    }
}

/// Which of several patterns a text has at all, in one pass.
pub(crate) struct Set(OnceLock<RegexSet>);

impl Set {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The numbers of those that match; `patterns` are the same each time.
    pub(crate) fn matches(&self, patterns: impl Iterator<Item = &'static Pattern>, text: &str) -> SetMatches {
        let set = self.0.get_or_init(|| {
            #[expect(clippy::expect_used, reason = "every pattern is compiled by a test")]
            RegexSet::new(patterns.map(|pattern| plain(&expand(pattern.source)))).expect("patterns are constants")
        });
        set.matches(text)
    }
}

/// Folded text is ASCII: boundaries and classes need no table of Unicode, which keeps the automata small.
fn plain(pattern: &str) -> String {
    let ascii = pattern.replace(r"\b", r"(?-u:\b)").replace(r"\w", "[0-9a-z_]");
    let ascii = ascii.replace(".{", "[^\\n]{").replace(".*", "[^\\n]*");
    let mut plain = String::with_capacity(ascii.len() + 64);
    let mut rest = ascii.as_str();
    while let Some((before, after)) = rest.split_once("[^") {
        let (class, behind) = after.split_once(']').unwrap_or((after, ""));
        plain.push_str(before);
        plain.push_str(r"[\x00-\x7f&&[^");
        plain.push_str(class);
        plain.push_str("]]");
        rest = behind;
    }
    plain.push_str(rest);
    plain
}

/// Writes the words of every language in the place of the concepts; a quantifier such as `{1,3}` stays.
pub(crate) fn expand(source: &str) -> String {
    let mut pattern = String::with_capacity(source.len() * 4);
    let mut rest = source;
    while let Some((before, after)) = rest.split_once('{') {
        pattern.push_str(before);
        match after.split_once('}') {
            Some((name, behind)) if name.starts_with(|first: char| first.is_ascii_lowercase()) => {
                let alternatives: Vec<&str> = words::all(name).collect();
                assert!(!alternatives.is_empty(), "no table knows {name}");
                pattern.push_str("(?:");
                // A word may be written with other concepts.
                pattern.push_str(&expand(&alternatives.join("|")));
                pattern.push(')');
                rest = behind;
            }
            _ => {
                pattern.push('{');
                rest = after;
            }
        }
    }
    pattern.push_str(rest);
    pattern
}

/// Declares patterns, and a list of them for the test that compiles each.
macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $source:expr;)+) => {
        $($(#[$doc])* pub(crate) static $name: crate::pattern::Pattern = crate::pattern::Pattern::new($source);)+

        #[cfg(test)]
        #[test]
        fn every_pattern_compiles() {
            $($name.regex();)+
        }
    };
}
pub(crate) use patterns;

/// How often patterns are used: what a test can count of the work that a text costs.
#[cfg(test)]
pub(crate) mod uses {
    use std::cell::RefCell;
    use std::collections::HashMap;

    thread_local! {
        static USES: RefCell<HashMap<&'static str, usize>> = RefCell::default();
    }

    pub(super) fn count(source: &'static str) {
        USES.with_borrow_mut(|uses| *uses.entry(source).or_default() += 1);
    }

    /// The uses since it was asked last, by pattern.
    pub(crate) fn take() -> HashMap<&'static str, usize> {
        USES.take()
    }
}
