//! Arrows that must not exist between the rooms of the pure crates: an import is the only tie that a reader, and this check, can see.
//!
//! Each rule is shown to fire on a planted import whenever the check runs, so that it cannot go blind.

mod reading;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use crate::{shell, sources};
use reading::{code_of, hidden_methods, module_of, paths_in, traits_in, writes_in};
use rules::{APP, ARROWS, Arrow, DOMAIN, DOOR, LARGEST_PORT, NO_CIRCLES, NoCircle};

/// Every forbidden import, circle and write of the pure crates, and every port that is too large.
///
/// # Errors
/// When the sources cannot be read.
pub(crate) fn violations() -> Result<Vec<String>> {
    let mut found = Vec::new();
    for package in [APP, DOMAIN] {
        let rooms = Rooms::read(package)?;
        found.extend(ARROWS.iter().filter(|arrow| arrow.package == package).flat_map(|arrow| rooms.check_arrow(arrow)));
        found.extend(NO_CIRCLES.iter().filter(|rule| rule.package == package).flat_map(|rule| rooms.check_circles(rule)));
        if package == APP {
            found.extend(rooms.check_writers());
            found.extend(rooms.check_methods());
        } else {
            found.extend(rooms.check_ports());
        }
    }
    Ok(found)
}

/// The modules of a crate by path (`moves/queue`), with their code.
#[derive(Clone)]
struct Rooms {
    modules: BTreeMap<String, String>,
}

/// Two modules, by path.
type Tie = (String, String);

impl Rooms {
    fn read(package: &str) -> Result<Self> {
        let root = shell::workspace_root().join("crates").join(package).join("src");
        let mut modules = BTreeMap::new();
        for file in sources::rust_files(&root)? {
            let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            modules.insert(module_of(file.strip_prefix(&root).unwrap_or(&file)), code_of(&text));
        }
        Ok(Self { modules })
    }

    /// The same crate with one import more.
    fn with(&self, from: &str, to: &str) -> Self {
        let mut planted = self.clone();
        let import = format!("use crate::{}::planted;\n", to.replace('/', "::"));
        planted.modules.entry(from.to_owned()).or_default().insert_str(0, &import);
        planted.modules.entry(to.to_owned()).or_default();
        planted
    }

    fn ties(&self) -> BTreeSet<Tie> {
        let mut ties = BTreeSet::new();
        for (module, code) in &self.modules {
            for path in paths_in(code) {
                if let Some(target) = self.resolve(module, &path).filter(|target| target != module) {
                    ties.insert((module.clone(), target));
                }
            }
        }
        ties
    }

    /// The module that a path leads to.
    fn resolve(&self, module: &str, path: &str) -> Option<String> {
        let mut here: Vec<&str> = module.split('/').filter(|part| !part.is_empty()).collect();
        let mut parts = path.split("::").map(str::trim).peekable();
        match parts.peek().copied() {
            Some("crate") => {
                here.clear();
                parts.next();
            }
            Some("self") => drop(parts.next()),
            Some("super") => {
                while parts.next_if_eq(&"super").is_some() {
                    here.pop();
                }
            }
            _ => return None,
        }
        here.extend(parts);
        (1..=here.len()).rev().map(|length| here[..length].join("/")).find(|path| self.modules.contains_key(path))
    }

    fn check_arrow(&self, arrow: &Arrow) -> Vec<String> {
        let blind = arrow.to.iter().filter(|to| {
            let (from, to) = (format!("{}/planted_from", arrow.from), format!("{to}/planted_to"));
            let planted = self.with(&from, &to);
            !planted.forbidden(arrow).contains(&(from, to))
        });
        let blind = blind.map(|to| format!("{}: the check is blind: it does not see {} → {to}", arrow.package, arrow.from));
        let ties = self.forbidden(arrow);
        let found = ties.iter().map(|(from, to)| format!("{}: {from} must not import {to}: {}", arrow.package, arrow.reason));
        blind.chain(found).collect()
    }

    fn forbidden(&self, arrow: &Arrow) -> Vec<Tie> {
        let is_in = |module: &str, room: &str| module == room || module.strip_prefix(room).is_some_and(|rest| rest.starts_with('/'));
        let is_allowed = |(from, to): &Tie| arrow.except.iter().any(|(a, b)| from == a && to == b);
        let ties = self.ties().into_iter();
        let ties = ties.filter(|(from, to)| is_in(from, arrow.from) && arrow.to.iter().any(|room| is_in(to, room)));
        ties.filter(|tie| !is_allowed(tie)).collect()
    }

    fn check_circles(&self, rule: &NoCircle) -> Vec<String> {
        let mut found = Vec::new();
        if self.with(rule.planted.0, rule.planted.1).circle(rule.depth).is_none() {
            let (from, to) = rule.planted;
            found.push(format!("{}: the check is blind: {from} → {to} closes no circle", rule.package));
        }
        if let Some(circle) = self.circle(rule.depth) {
            found.push(format!("{}: a circle of imports: {}", rule.package, circle.join(" → ")));
        }
        found
    }

    /// Rooms that import each other, if there are such.
    fn circle(&self, depth: usize) -> Option<Vec<String>> {
        let room = |module: &str| module.split('/').take(depth).collect::<Vec<_>>().join("/");
        let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in self.ties() {
            let (from, to) = (room(&from), room(&to));
            if from != to && !from.is_empty() {
                arrows.entry(from).or_default().insert(to);
            }
        }
        // What nothing more leads out of is in no circle; what stays when no such room is left, is or leads into one.
        loop {
            let ends: Vec<String> =
                arrows.iter().filter(|(_, to)| !to.iter().any(|to| arrows.contains_key(to))).map(|(from, _)| from.clone()).collect();
            if ends.is_empty() {
                break;
            }
            ends.iter().for_each(|end| drop(arrows.remove(end)));
        }
        let mut path = vec![arrows.keys().next()?.clone()];
        loop {
            let next = arrows[path.last()?].iter().find(|to| arrows.contains_key(*to))?.clone();
            if let Some(begin) = path.iter().position(|room| *room == next) {
                path.push(next);
                return Some(path.split_off(begin));
            }
            path.push(next);
        }
    }

    /// Writing ports are called by moves alone.
    fn check_writers(&self) -> Vec<String> {
        let (moves, others): (Vec<_>, Vec<_>) = self.modules.iter().partition(|(module, _)| module.starts_with("moves/"));
        let mut found = Vec::new();
        if moves.iter().all(|(_, code)| writes_in(code).is_empty()) {
            found.push(format!("{APP}: the check is blind: it sees no move that writes"));
        }
        for (module, code) in others.into_iter().filter(|(module, _)| *module != "trail") {
            found.extend(writes_in(code).into_iter().map(|write| format!("{APP}: {module} must not call {write}: moves alone write")));
        }
        found
    }

    fn check_ports(&self) -> Vec<String> {
        let ports: Vec<(String, usize)> = self.modules.values().flat_map(|code| traits_in(code)).collect();
        let (doors, ports): (Vec<_>, Vec<_>) = ports.into_iter().partition(|(name, _)| name == DOOR);
        let mut found = Vec::new();
        if doors.iter().all(|(_, methods)| *methods <= LARGEST_PORT) {
            found.push(format!("{DOMAIN}: the check is blind: it does not see how large {DOOR} is"));
        }
        let large = ports.into_iter().filter(|(_, methods)| *methods > LARGEST_PORT);
        found.extend(large.map(|(name, methods)| format!("{DOMAIN}: {name} has {methods} methods: divide it, {LARGEST_PORT} are enough")));
        found
    }

    /// The application's methods are its use cases.
    fn check_methods(&self) -> Vec<String> {
        let hidden = |module: &str, code: &str| -> Vec<String> {
            let hidden = hidden_methods(code).into_iter();
            hidden
                .map(|name| format!("{APP}: {module}: {name} must be a function of a module: the application has public methods only"))
                .collect()
        };
        self.modules.iter().flat_map(|(module, code)| hidden(module, code)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rooms(modules: &[(&str, &str)]) -> Rooms {
        Rooms { modules: modules.iter().map(|(path, code)| ((*path).to_owned(), (*code).to_owned())).collect() }
    }

    #[test]
    fn every_rule_fires_on_a_planted_import_and_on_nothing_that_stands() {
        assert_eq!(violations().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_forbidden_import_is_found_however_it_is_written() {
        for import in [
            "use crate::moves::queue;",
            "use crate::{facts::reach, moves::{queue, attempt}};",
            "pub(crate) use crate::{\n    facts::reach,\n    moves::queue::{self, enter},\n};",
            "use super::super::moves::queue::enter;",
            "fn f() { crate::moves::queue::enter() }",
            "pub(crate) use crate::moves::queue as q;",
        ] {
            let rooms = rooms(&[("facts/held", import), ("moves/queue", ""), ("moves/attempt", ""), ("facts/reach", ""), ("facts", "")]);
            let arrow = ARROWS.iter().find(|arrow| arrow.from == "facts").unwrap();
            assert!(rooms.forbidden(arrow).contains(&("facts/held".into(), "moves/queue".into())), "{import}");
        }
    }

    #[test]
    fn an_exception_is_one_arrow_and_not_its_return() {
        let rooms = rooms(&[("moves/queue", "use super::attempt::change;"), ("moves/attempt", "use super::queue::skip;"), ("moves", "")]);
        let arrow = ARROWS.iter().find(|arrow| arrow.from == "moves" && arrow.to == ["moves"]).unwrap();
        assert_eq!(rooms.forbidden(arrow), [("moves/attempt".to_owned(), "moves/queue".to_owned())]);
    }

    #[test]
    fn a_circle_is_named_and_what_only_leads_into_it_is_not() {
        let rooms = rooms(&[("a", "use crate::b::x;"), ("b", "use crate::c::x;"), ("c", "use crate::b::x;"), ("d", "")]);
        assert_eq!(rooms.circle(1).unwrap(), ["b", "c", "b"]);
    }

    #[test]
    fn a_branch_beside_another_is_no_import_of_their_parent() {
        let rooms = rooms(&[
            ("moves", "pub(crate) use self::queue::enter;"),
            ("moves/queue", "use super::{attempt, plan};"),
            ("moves/attempt", ""),
            ("moves/plan", ""),
        ]);
        assert_eq!(rooms.circle(9), None);
    }

    #[test]
    fn a_write_is_seen_across_lines_and_a_read_is_none() {
        assert_eq!(writes_in("step\n.tx\n.messages()\n.insert_call(&call)?"), ["messages().insert_call"]);
        assert!(writes_in("step.tx.messages().holds_lease(id, token)? && step.tx.cases().find(id)?").is_empty());
    }

    #[test]
    fn a_method_that_is_not_public_is_found() {
        let code = "\nimpl App {\n    pub fn seen(&self) {\n        fn inner() {}\n    }\n\n    fn hidden(&self) {}\n    pub(crate) fn shared(&self) {}\n}\n";
        assert_eq!(hidden_methods(code), ["hidden", "shared"]);
    }
}
