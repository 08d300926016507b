//! Closing a follow-up: the five reasons and the checks that must hold.

use crate::asking::missing::FieldPath;
use crate::case::ClosureReason;
use crate::warnings::WarningCode;

/// A serious case without answer is not given up before so many documented attempts.
pub const SERIOUS_ATTEMPTS: usize = 2;

/// What the checks look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosureFacts {
    /// The reason given.
    pub reason: ClosureReason,
    /// The notes given.
    pub notes: String,
    /// Fields that are missing and not documented as unknown, withheld or unobtainable.
    pub undocumented: Vec<FieldPath>,
    /// Attempts to reach the reporter that are documented: messages that the transport took, and logged calls.
    pub attempts: usize,
    /// Whether the case is serious.
    pub serious: bool,
    /// What contradicts itself, bars closing, and was neither mended nor set aside.
    pub contradictions: Vec<WarningCode>,
}

/// A check that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnmetCheck {
    /// Notes are demanded.
    Notes,
    /// `complete`, but these fields are open.
    Missing(Vec<FieldPath>),
    /// Contradictions that a person has to settle.
    Contradictions(Vec<WarningCode>),
    /// `max_attempts` on a serious case after too few attempts.
    Attempts {
        /// How many are documented.
        documented: usize,
    },
}

/// The checks that do not hold; none means that the follow-up may be closed without an override.
pub fn unmet_checks(facts: &ClosureFacts) -> Vec<UnmetCheck> {
    let mut unmet = Vec::new();
    if facts.notes.trim().is_empty() {
        unmet.push(UnmetCheck::Notes);
    }
    if facts.reason == ClosureReason::Complete && !facts.undocumented.is_empty() {
        unmet.push(UnmetCheck::Missing(facts.undocumented.clone()));
    }
    if !facts.contradictions.is_empty() {
        unmet.push(UnmetCheck::Contradictions(facts.contradictions.clone()));
    }
    if facts.reason == ClosureReason::MaxAttempts && facts.serious && facts.attempts < SERIOUS_ATTEMPTS {
        unmet.push(UnmetCheck::Attempts { documented: facts.attempts });
    }
    unmet
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(reason: ClosureReason) -> ClosureFacts {
        ClosureFacts {
            reason,
            notes: "Sin respuesta".into(),
            undocumented: Vec::new(),
            attempts: 2,
            serious: true,
            contradictions: Vec::new(),
        }
    }

    #[test]
    fn notes_are_demanded_for_every_reason() {
        for reason in ClosureReason::ALL {
            assert_eq!(unmet_checks(&ClosureFacts { notes: " \n".into(), ..facts(*reason) }), [UnmetCheck::Notes]);
        }
    }

    #[test]
    fn a_contradiction_is_settled_before_closing_for_whatever_reason() {
        let contradictions = vec![WarningCode::NotSeriousButFatal];
        for reason in ClosureReason::ALL {
            let unmet = unmet_checks(&ClosureFacts { contradictions: contradictions.clone(), ..facts(*reason) });
            assert_eq!(unmet, [UnmetCheck::Contradictions(contradictions.clone())]);
        }
    }

    #[test]
    fn complete_needs_every_field_answered_or_documented() {
        let open = vec![FieldPath::parse("paciente_peso").unwrap()];
        let unmet = unmet_checks(&ClosureFacts { undocumented: open.clone(), ..facts(ClosureReason::Complete) });
        assert_eq!(unmet, [UnmetCheck::Missing(open.clone())]);
        assert_eq!(unmet_checks(&ClosureFacts { undocumented: open, ..facts(ClosureReason::Declined) }), []);
    }

    #[test]
    fn a_serious_case_is_not_given_up_after_one_attempt() {
        let once = ClosureFacts { attempts: 1, ..facts(ClosureReason::MaxAttempts) };
        assert_eq!(unmet_checks(&once), [UnmetCheck::Attempts { documented: 1 }]);
        assert_eq!(unmet_checks(&ClosureFacts { serious: false, ..once }), []);
    }
}
