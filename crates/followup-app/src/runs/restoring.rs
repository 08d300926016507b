//! What waits for an address goes on where that works again.

use followup_domain::contact::failure_key;
use followup_domain::ids::CaseId;
use followup_domain::message::Channel;
use followup_domain::ports::{StoreError, Tx};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::step;
use crate::transaction;

/// So many cases are looked at in one transaction.
pub(crate) const PAGE: i64 = 200;

/// Lists cases of which something waits, page by page.
pub(crate) type ListCases<'a> = dyn Fn(&mut dyn Tx, Option<CaseId>) -> Result<Vec<CaseId>, StoreError> + 'a;

/// What waits for any address goes on where that works again.
pub(crate) fn restore_all(app: &App, stop: &dyn Fn() -> bool, errors: &mut u32) -> Result<(), StoreError> {
    restore_listed(app, stop, errors, &|tx, after| tx.held_letters().list_restorable_cases(after, PAGE))
}

/// What waits for one address that was cleared goes on.
pub(crate) fn restore_for(app: &App, channel: Channel, address: &str) -> Result<(), StoreError> {
    let key = failure_key(channel, address);
    restore_listed(app, &|| false, &mut 0, &|tx, after| tx.held_letters().list_cases_held_for((&key, address), after, PAGE))
}

fn restore_listed(app: &App, stop: &dyn Fn() -> bool, errors: &mut u32, list: &ListCases<'_>) -> Result<(), StoreError> {
    let mut after = None;
    while !stop() {
        let cases = step::read::<_, StoreError>(app, |step| list(step.tx, after))?;
        let Some(last) = cases.last() else { break };
        after = Some(*last);
        for case_id in cases {
            let restored = transaction::write_itself::<_, StoreError>(app, |step| match step.tx.cases().find_for_update(case_id)? {
                Some(case) => follow(step, Event::AddressFree(&case)),
                None => Ok(()),
            });
            match restored {
                Err(StoreError::Refused(reason)) => {
                    tracing::error!(icsr_id = case_id.0, reason, "what waited for an address could not be restored");
                    *errors += 1;
                }
                other => other?,
            }
        }
    }
    Ok(())
}
