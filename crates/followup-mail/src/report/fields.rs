//! The machine-readable part: groups of fields (RFC 3464 §2, RFC 5965 §3), which also stand in the prose of some servers.

use followup_domain::mail::report::ReportAction;

use super::address::{self, Known};
use super::texts::Texts;
use super::{MOST_RECIPIENTS, Sighting, prose};

/// Values of Action; "failure" and the others that are not in the RFC are in mails. The beginning counts.
const ACTIONS: &[(&str, ReportAction)] = &[
    ("fail", ReportAction::Failed),
    ("error", ReportAction::Failed),
    ("undeliver", ReportAction::Failed),
    ("delayed", ReportAction::Delayed),
    ("deferred", ReportAction::Delayed),
    ("deliver", ReportAction::Delivered),
    ("relayed", ReportAction::Relayed),
    ("expanded", ReportAction::Expanded),
];

/// Fields that name who was tried, best first.
const TRIED: &[&str] = &["final-recipient", "original-recipient", "x-actual-recipient", "removal-recipient"];
/// Fields that name to whom the mail was sent.
const ORIGINAL: &[&str] = &["original-recipient", "original-rcpt-to", "x-original-recipient"];
/// Fields each of which begins a recipient's group where no empty line does.
const FIRST: &[&str] = &["final-recipient", "original-recipient"];

/// The recipients that fields name; none if no field names anybody.
pub(super) fn sightings(texts: &Texts, known: &Known) -> Option<Vec<Sighting>> {
    let in_part = groups(&texts.status);
    let groups = if in_part.iter().any(Group::names_somebody) { in_part } else { groups(&texts.report) };
    let mut sightings: Vec<Sighting> = groups.iter().flat_map(|group| group.sightings(texts)).take(MOST_RECIPIENTS).collect();
    if sightings.is_empty() {
        return None;
    }
    sightings.retain(|sighting| !known.is_never(&sighting.address));
    for sighting in &mut sightings {
        sighting.said.extend(prose::said_of(texts, &sighting.address));
        if let Some(original) = sighting.original_address.as_deref() {
            sighting.said.extend(prose::said_of(texts, original));
        }
    }
    Some(sightings)
}

/// Fields that belong together; names in lower case, values unfolded.
#[derive(Default)]
struct Group(Vec<(String, String)>);

impl Group {
    fn values<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        names.iter().flat_map(|name| self.0.iter().filter(move |(field, _)| field == name)).map(|(_, value)| value.as_str())
    }

    fn names_somebody(&self) -> bool {
        self.values(TRIED).chain(self.values(ORIGINAL)).next().is_some()
    }

    fn sightings(&self, texts: &Texts) -> Vec<Sighting> {
        // A feedback report names each in a field of its own, in one group.
        let complained: Vec<String> = self.values(&["original-rcpt-to"]).filter_map(address::of_field).collect();
        if !complained.is_empty() && self.values(&["final-recipient"]).next().is_none() {
            return complained.into_iter().map(|address| Sighting { address, ..Sighting::default() }).collect();
        }
        if !self.names_somebody() {
            return Vec::new();
        }
        // A name that only the reporting host understands (`user@mailstore3`) is nobody's address.
        let is_of_internet = |address: &String| address.rsplit('@').next().is_some_and(|domain| domain.contains('.'));
        let known = || self.values(TRIED).filter_map(address::of_field);
        let tried = known().find(is_of_internet).or_else(|| known().next());
        let in_header = || texts.failed_header.iter().find_map(|value| address::of_field(value));
        let Some(address) = tried.or_else(in_header) else { return Vec::new() };
        let original = self.values(ORIGINAL).find_map(address::of_field).filter(|original| !original.eq_ignore_ascii_case(&address));
        let status = self.values(&["status"]).next().map(str::to_owned);
        vec![Sighting {
            original_address: original,
            action: self.values(&["action"]).find_map(action).or_else(|| status.as_deref().and_then(action_by_status)),
            status,
            diagnostic: self.values(&["diagnostic-code", "x-diagnostic-code", "x-smtp-reply", "x-notes"]).next().map(str::to_owned),
            said: self.values(&["x-supplementary-info", "x-display-name", "remote-mta"]).map(str::to_owned).collect(),
            address,
        }]
    }
}

fn action(value: &str) -> Option<ReportAction> {
    let value = value.trim().to_ascii_lowercase();
    ACTIONS.iter().find(|(beginning, _)| value.starts_with(beginning)).map(|(_, action)| *action)
}

fn action_by_status(status: &str) -> Option<ReportAction> {
    match status.trim().bytes().next()? {
        b'5' => Some(ReportAction::Failed),
        b'4' => Some(ReportAction::Delayed),
        b'2' => Some(ReportAction::Delivered),
        _ => None,
    }
}

/// Lines of fields, cut into groups at empty lines; a recipient's fields that an empty line tears apart are joined again.
fn groups(text: &str) -> Vec<Group> {
    let mut groups = vec![Group::default()];
    let mut torn = false;
    for line in text.lines() {
        let Some(group) = groups.last_mut() else { break };
        if line.trim().is_empty() {
            torn = !group.0.is_empty();
        } else if line.starts_with([' ', '\t']) && !torn && !group.0.is_empty() && !is_field(line.trim_start()) {
            if let Some((_, value)) = group.0.last_mut().filter(|(_, value)| value.len() < 4000) {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = field(line) {
            let has = |wanted: &[&str]| group.0.iter().any(|(name, _)| wanted.contains(&name.as_str()));
            let repeats = FIRST.contains(&name.as_str()) && has(&[name.as_str()]);
            let goes_on = !has(&["action"]) && has(TRIED) && !FIRST.contains(&name.as_str());
            if (torn && !goes_on) || repeats {
                groups.push(Group::default());
            }
            torn = false;
            if let Some(group) = groups.last_mut() {
                group.0.push((name, value));
            }
        }
    }
    groups
}

fn is_field(line: &str) -> bool {
    field(line).is_some_and(|(name, _)| FIRST.contains(&name.as_str()) || matches!(name.as_str(), "action" | "status" | "diagnostic-code"))
}

fn field(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim().trim_start_matches(['>', '|', ' ']);
    let is_name = !name.is_empty() && name.len() < 60 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_name.then(|| (name.to_ascii_lowercase(), value.trim().to_owned()))
}
