//! What `mail-poller reconcile` tells.

use anyhow::bail;
use followup_imap::Comparison;

/// So many UIDs are written out.
const WRITTEN_OUT: usize = 50;

/// The outcome for people.
///
/// # Errors
/// The mailbox and the store differ in the end; the text is the outcome all the same.
pub(crate) fn told(compared: &Comparison) -> anyhow::Result<String> {
    let Comparison { was_missing, still_missing, found, .. } = compared;
    let counts = format!("{} en el buzón, {} registrados", found.in_mailbox, found.stored);
    if !still_missing.is_empty() {
        bail!("{counts}; faltan {}: UID {}", still_missing.len(), listed(still_missing));
    }
    if was_missing.is_empty() {
        return Ok(counts);
    }
    Ok(format!("{counts}; faltaban {} y se leyeron ahora: UID {}", was_missing.len(), listed(was_missing)))
}

fn listed(uids: &[u32]) -> String {
    let written: Vec<String> = uids.iter().take(WRITTEN_OUT).map(u32::to_string).collect();
    let more = if uids.len() > WRITTEN_OUT { " …" } else { "" };
    format!("{}{more}", written.join(", "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono::DateTime;
    use followup_domain::mail::mailbox_health::Reconciliation;
    use followup_imap::PollReport;

    use super::*;

    fn compared(was_missing: Vec<u32>, still_missing: Vec<u32>, stored: u64) -> Comparison {
        let found = Reconciliation { at: DateTime::UNIX_EPOCH, in_mailbox: 12, stored };
        Comparison { uid_validity: 7, was_missing, still_missing, found, report: PollReport::default() }
    }

    #[test]
    fn agreement_is_told_with_what_was_missing() {
        assert_eq!(told(&compared(vec![], vec![], 12)).unwrap(), "12 en el buzón, 12 registrados");
        let fetched = told(&compared(vec![3, 9], vec![], 12)).unwrap();
        assert_eq!(fetched, "12 en el buzón, 12 registrados; faltaban 2 y se leyeron ahora: UID 3, 9");
    }

    #[test]
    fn a_difference_is_an_error_that_names_what_is_missing() {
        let error = told(&compared(vec![3, 9], vec![9], 11)).unwrap_err();
        assert_eq!(error.to_string(), "12 en el buzón, 11 registrados; faltan 1: UID 9");
        let many = told(&compared(vec![], (1..=60).collect(), 0)).unwrap_err().to_string();
        assert!(many.ends_with(", 50 …"), "{many}");
    }
}
