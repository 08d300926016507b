//! What a delivery report says (RFC 3464 §2.3).

/// What became of the message for the recipients that a report names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// At least one recipient was not reached.
    Failed,
    /// Delayed, delivered, relayed or expanded.
    NotFailed,
}

/// Values of Action; "failure" is not in the RFC, but in mails.
const ACTIONS: &[(&str, Outcome)] = &[
    ("failed", Outcome::Failed),
    ("failure", Outcome::Failed),
    ("delayed", Outcome::NotFailed),
    ("delivered", Outcome::NotFailed),
    ("relayed", Outcome::NotFailed),
    ("expanded", Outcome::NotFailed),
];

/// Classes of Status (RFC 3463), for reports without a known Action.
const STATUS: &[(&str, Outcome)] = &[("5", Outcome::Failed), ("4", Outcome::NotFailed), ("2", Outcome::NotFailed)];

/// The outcome of the `message/delivery-status` text; a report that does not say is a failure, for that is what they are for.
pub(super) fn outcome(delivery_status: &str) -> Outcome {
    told(delivery_status, "action", ACTIONS).or_else(|| told(delivery_status, "status", STATUS)).unwrap_or(Outcome::Failed)
}

/// The worst that the fields of this name tell, if they tell anything known.
fn told(text: &str, name: &str, values: &[(&str, Outcome)]) -> Option<Outcome> {
    let fields = text.lines().filter_map(|line| line.split_once(':')).filter(|(field, _)| field.trim().eq_ignore_ascii_case(name));
    let known = |value: &str| {
        let value = value.trim().to_ascii_lowercase();
        values.iter().find(|(beginning, _)| value.starts_with(beginning)).map(|(_, outcome)| *outcome)
    };
    let mut found = None;
    for outcome in fields.filter_map(|(_, value)| known(value)) {
        if outcome == Outcome::Failed {
            return Some(Outcome::Failed);
        }
        found = Some(outcome);
    }
    found
}
