//! Barriers in a page, as axe-core finds them (npm).

use std::fs;
use std::sync::OnceLock;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Browser;

/// WCAG 2.2, levels A and AA, as axe names their criteria.
const CRITERIA: &[&str] = &["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/// Of each barrier its rule, what is wrong, and where. The size of targets (WCAG 2.5.8) is looked at only when it is asked for.
const RUN: &str = "
const options = { runOnly: arguments[0], rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] };
return axe.run(document, options).then((found) => found.violations.flatMap((rule) => rule.nodes.map((node) =>
  `${rule.id}: ${rule.help}: ${node.html.slice(0, 300)} (${node.any.concat(node.all, node.none).map((check) => check.message).join('; ')})`)));";

impl Browser {
    /// What stands in somebody's way on the page that is open, by WCAG 2.2 A and AA; for pages that may run scripts.
    pub fn barriers(&self) -> Vec<String> {
        static AXE: OnceLock<String> = OnceLock::new();
        let axe = AXE.get_or_init(|| library().unwrap_or_else(|reason| panic!("{reason:#}")));
        let found = self.script(&format!("{axe};{RUN}"), &[json!(CRITERIA)]);
        found.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

/// From the folder that `cargo xtask test` makes beside what cargo builds.
fn library() -> Result<String> {
    let built = std::env::current_exe().context("asking where the tests are")?;
    let places = built.ancestors().map(|folder| folder.join("axe/node_modules/axe-core/axe.min.js"));
    let found = places.into_iter().find(|file| file.is_file()).context(
        "axe-core is not installed: `cargo xtask test` installs it (from npm, beside what cargo builds), also `cargo xtask test -p CRATE`",
    )?;
    fs::read_to_string(&found).with_context(|| found.display().to_string())
}
