//! The table of reporting deadlines.

use followup_domain::case::deadlines::DeadlineScope;

/// To which cases a deadline applies.
pub fn scope(scope: DeadlineScope) -> &'static str {
    match scope {
        DeadlineScope::Serious => "Casos graves",
        DeadlineScope::NotSerious => "Casos no graves",
        DeadlineScope::Any => "Todos los casos",
    }
}
