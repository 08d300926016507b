//! To which case a mail of the tray may belong: a guess with its reason, for a person to judge.

use std::sync::LazyLock;

use regex::Regex;

use crate::ids::CaseId;
use crate::message::Confidence;

/// A guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The case.
    pub case_id: CaseId,
    /// Why, in Spanish.
    pub reason: String,
    /// How probable.
    pub confidence: Confidence,
}

/// The number that our subjects carry (`ICSR #123`), as far as people and programs leave it alone.
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\bICSR\s*(?:#|n[°ºo]\.?)?\s*([0-9]{1,18})\b").ok());

/// The case that a subject names.
pub fn case_in_subject(subject: &str) -> Option<CaseId> {
    let number = NUMBER.as_ref()?.captures(subject)?.get(1)?.as_str().parse().ok()?;
    (number > 0).then_some(CaseId(number))
}

/// One suggestion for each case, best first. Two reasons for one case make it surer.
pub fn combined(all: Vec<Suggestion>) -> Vec<Suggestion> {
    let mut combined: Vec<Suggestion> = Vec::new();
    for suggestion in all {
        match combined.iter_mut().find(|known| known.case_id == suggestion.case_id) {
            Some(known) => {
                known.reason = format!("{}; {}", known.reason, suggestion.reason);
                let weakest = known.confidence.max(suggestion.confidence);
                known.confidence = if weakest == Confidence::Low { known.confidence.min(suggestion.confidence) } else { Confidence::High };
            }
            None => combined.push(suggestion),
        }
    }
    combined.sort_by_key(|suggestion| (suggestion.confidence, suggestion.case_id));
    combined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_however_the_subject_was_handled() {
        for (subject, number) in [
            ("Re: [VIGIA] Solicitud de información - ICSR #123", Some(123)),
            ("RV: icsr#45 (urgente)", Some(45)),
            ("ICSR Nº 7", Some(7)),
            ("ICSR 7", Some(7)),
            ("ICSR #0", None),
            ("ICSR #99999999999999999999999", None),
            ("Consulta", None),
            ("MICSR #5", None),
        ] {
            assert_eq!(case_in_subject(subject), number.map(CaseId), "{subject}");
        }
    }

    #[test]
    fn two_reasons_for_one_case_are_one_surer_suggestion() {
        let suggestion = |id, reason: &str, confidence| Suggestion { case_id: CaseId(id), reason: reason.into(), confidence };
        let all = vec![suggestion(9, "x", Confidence::Low), suggestion(5, "a", Confidence::Medium), suggestion(5, "b", Confidence::Medium)];
        assert_eq!(combined(all), [suggestion(5, "a; b", Confidence::High), suggestion(9, "x", Confidence::Low)]);
    }
}
