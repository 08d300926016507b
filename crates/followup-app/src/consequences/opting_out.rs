//! Somebody asks by text message not to be written to any more.

use followup_domain::contact::E164;
use followup_domain::ports::{DoNotContact, StoreError};
use followup_words::trail::OPTED_OUT;

use crate::facts::reach::is_blocked;
use crate::moves::address;
use crate::step::Step;

/// The number is written to no more, by any channel; what a person said of it before stays.
pub(super) fn block(step: &mut Step<'_>, number: &E164) -> Result<(), StoreError> {
    if is_blocked(step, number.as_str())? {
        return Ok(());
    }
    let mut step = step.by_itself();
    let step = &mut step;
    let contact =
        DoNotContact { address: number.as_str().to_owned(), reason: OPTED_OUT.into(), actor: step.actor.to_string(), at: step.now };
    address::block(step, &contact)
}
