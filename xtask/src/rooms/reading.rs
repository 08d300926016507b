//! What a source says: its module, its imports, its writes and its traits.

use std::path::Path;

use super::rules::{READERS, WRITERS};

/// `moves/queue.rs` → `moves/queue`, `moves/mod.rs` → `moves`, `lib.rs` → nothing.
pub(super) fn module_of(file: &Path) -> String {
    let path = file.with_extension("").to_string_lossy().replace('\\', "/");
    let path = path.strip_suffix("/mod").unwrap_or(&path);
    if path == "lib" { String::new() } else { path.to_owned() }
}

/// Without comment lines, and without the file's own tests.
pub(super) fn code_of(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = before_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Every path that begins with `crate`, `super` or `self`: of use trees, and within code.
pub(super) fn paths_in(code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for statement in code.split(';') {
        let Some(at) = statement.rfind("use ").filter(|at| statement[..*at].chars().next_back().is_none_or(char::is_whitespace)) else {
            continue;
        };
        expand(statement[at + 4..].trim(), "", &mut paths);
    }
    for root in ["crate::", "super::"] {
        for (at, _) in code.match_indices(root) {
            let path: String = code[at..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
            // The trunk of a use tree alone names nothing; its branches were taken above.
            if path.len() > root.len() {
                paths.push(path.trim_end_matches(':').to_owned());
            }
        }
    }
    paths
}

/// Unfolds a use tree into its paths.
pub(super) fn expand(tree: &str, prefix: &str, paths: &mut Vec<String>) {
    let Some((head, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default().trim();
        if !path.is_empty() {
            paths.push(format!("{prefix}{path}"));
        }
        return;
    };
    let prefix = format!("{prefix}{}", head.trim());
    let inner = rest.strip_suffix('}').unwrap_or(rest);
    let (mut depth, mut begin) = (0, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(inner[begin..at].trim(), &prefix, paths);
                begin = at + 1;
            }
            _ => {}
        }
    }
    expand(inner[begin..].trim(), &prefix, paths);
}

/// Calls of writing ports: `tx.messages().insert_outbound`.
pub(super) fn writes_in(code: &str) -> Vec<String> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let calls = code.match_indices("tx.").filter_map(|(at, _)| {
        let repository = name(&code[at + 3..]);
        let rest = code[at + 3 + repository.len()..].strip_prefix("().")?;
        let method = name(rest);
        let writes = WRITERS.iter().any(|writer| method.starts_with(writer)) && !READERS.contains(&method.as_str());
        writes.then(|| format!("{repository}().{method}"))
    });
    calls.collect()
}

/// The public traits of a file, each with how many methods it has.
pub(super) fn traits_in(code: &str) -> Vec<(String, usize)> {
    let blocks = code.split("pub trait ").skip(1).map(|block| block.split("\n}").next().unwrap_or_default());
    let name = |block: &str| block.chars().take_while(|c| c.is_alphanumeric()).collect();
    blocks.map(|block| (name(block), block.matches("\n    fn ").count())).collect()
}

/// Methods of the application that are not public.
pub(super) fn hidden_methods(code: &str) -> Vec<String> {
    let blocks = code.split("\nimpl ").skip(1).filter(|block| APPLICATIONS.iter().any(|name| block.starts_with(name)));
    let lines = blocks.flat_map(|block| block.split("\n}").next().unwrap_or_default().lines());
    let hidden = lines.filter_map(|line| {
        let line = line.strip_prefix("    ")?;
        let rest = line.strip_prefix("fn ").or_else(|| line.strip_prefix("pub(crate) fn "))?;
        Some(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
    });
    hidden.collect()
}

/// How the block of the application's methods begins.
pub(super) const APPLICATIONS: &[&str] = &["App {"];
