//! The follow-up of a case at a glance: one consistent view.

use followup_domain::asking::missing::{MissingItem, compute_missing};
use followup_domain::asking::next_contact::ProposedContact;
use followup_domain::asking::plan::{Attempt, Plan};
use followup_domain::case::Case;
use followup_domain::case::deadlines::CaseClock;
use followup_domain::contact::{Channels, EmailAddress};
use followup_domain::ids::CaseId;
use followup_domain::ports::{AnsweredField, DocumentedField};

use crate::app::App;
use crate::errors::NotFoundOr;
use crate::facts::asked::{AskState, answered_fields, ask_state};
use crate::facts::attempts::attempts_of;
use crate::facts::closing::closing_is_due;
use crate::facts::exchanges::clock_of;
use crate::facts::offers::{RescheduleOffer, proposed_block, proposed_contact, reschedule_offer};
use crate::facts::open_items::documented_fields;
use crate::facts::reach::channels;
use crate::step;

/// A missing item and whether it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingWithState {
    /// The item.
    pub item: MissingItem,
    /// Whether it was asked for.
    pub state: AskState,
}

/// The follow-up of a case at a glance.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowupSummary {
    /// The case.
    pub case: Case,
    /// What is missing.
    pub missing: Vec<MissingWithState>,
    /// How the reporter can be reached.
    pub channels: Channels,
    /// The plan that was applied last.
    pub plan: Option<Plan>,
    /// All attempts.
    pub attempts: Vec<Attempt>,
    /// Human replies that wait for a decision and that the reader has not read.
    pub unread: i64,
    /// Human replies about which nobody has decided.
    pub unattended: i64,
    /// The fields that a person documented as not to be had.
    pub documented: Vec<DocumentedField>,
    /// The fields that were asked for and are answered, with the messages that asked and answered.
    pub answered: Vec<AnsweredField>,
    /// Days since what matters, and when reports fall due.
    pub clock: CaseClock,
    /// Nobody answered for so long that closing as `max_attempts` is proposed.
    pub closing_proposed: bool,
    /// Another way to the reporter, where letters to his address came back.
    pub proposed_contact: Option<ProposedContact>,
    /// Another date for the next letter, where the reporter is away.
    pub reschedule_offer: Option<RescheduleOffer>,
    /// An address at which somebody complained of our mail: to be written to no more, if a person says so.
    pub block_proposed: Option<EmailAddress>,
}

impl App {
    /// The follow-up of a case at a glance.
    ///
    /// # Errors
    /// The case does not exist, or the store failed.
    pub fn followup_summary(&self, id: CaseId, reader: &str) -> Result<FollowupSummary, NotFoundOr> {
        step::read(self, |step| {
            let case = step.tx.cases().find(id)?.ok_or(NotFoundOr::NotFound)?;
            let asked = step.tx.requests().asked(id)?;
            let missing = compute_missing(&case.record, &step.policy().required);
            let missing = missing.into_iter().map(|item| MissingWithState { state: ask_state(&item, &asked, &case), item }).collect();
            let attempts = attempts_of(step, id)?;
            let exchanges = step.tx.exchanges().list(id)?;
            Ok(FollowupSummary {
                proposed_contact: proposed_contact(step, &case)?,
                reschedule_offer: reschedule_offer(step, &case, &attempts)?,
                block_proposed: proposed_block(step, &case, &exchanges)?,
                channels: channels(step.policy(), &case.record),
                missing,
                plan: step.tx.plans().find_latest(id)?,
                attempts,
                unread: step.tx.answers().count_unread(&[id], reader)?.first().map_or(0, |(_, count)| *count),
                unattended: step.tx.answers().count_unattended(id)?,
                documented: documented_fields(step, &case)?,
                answered: answered_fields(step, &case)?,
                clock: clock_of(step, &case, &exchanges)?,
                closing_proposed: closing_is_due(step, &case)?,
                case,
            })
        })
    }
}
