//! What is proposed for a case, beside what it says now.

use std::collections::BTreeMap;
use std::ops::Range;

use followup_domain::case::{Case, Scalar};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::Message;
use followup_domain::ports::StoreError;
use followup_domain::proposal::Proposal;

use crate::app::App;
use crate::errors::NotFoundOr;
use crate::step;

/// So many decided ones are shown.
const DECIDED: i64 = 100;

/// What is proposed for a case.
#[derive(Debug, Clone)]
pub struct Proposals {
    /// The case, with its version.
    pub case: Case,
    /// Those that wait for a decision, in the order in which they were read.
    pub open: Vec<OpenProposal>,
    /// The latest decided ones, the last decision first.
    pub decided: Vec<Proposal>,
    /// Of each answer, the words that no rule understood.
    pub unread: BTreeMap<MessageId, Vec<Range<usize>>>,
    /// The answers that are spoken of.
    pub answers: BTreeMap<MessageId, Message>,
}

/// A proposal that waits, beside the case.
#[derive(Debug, Clone)]
pub struct OpenProposal {
    /// What is proposed.
    pub proposal: Proposal,
    /// Where it stands in the case now (`productos[0].dosis`); none where nobody can say.
    pub path: Option<String>,
    /// What the case says there now.
    pub now: Option<Scalar>,
    /// Other open ones say something else of the same field.
    pub is_contested: bool,
}

impl App {
    /// What is proposed for a case, with the answers that say it.
    ///
    /// # Errors
    /// [`NotFoundOr`].
    pub fn proposals(&self, case_id: CaseId) -> Result<Proposals, NotFoundOr> {
        step::read(self, |step| {
            let case = step.tx.cases().find(case_id)?.ok_or(NotFoundOr::NotFound)?;
            let open = step.tx.proposals().open(case_id)?;
            let decided = step.tx.proposals().decided(case_id, DECIDED)?;
            let unread: BTreeMap<_, _> =
                step.tx.read_answers().unread(case_id)?.into_iter().filter(|(_, words)| !words.is_empty()).collect();
            let mut answers = BTreeMap::new();
            for id in open.iter().chain(&decided).map(|proposal| proposal.message_id).chain(unread.keys().copied()) {
                if !answers.contains_key(&id)
                    && let Some(message) = step.tx.messages().find(id)?
                {
                    answers.insert(id, message);
                }
            }
            let open = open.iter().map(|proposal| beside(&case, proposal, &open)).collect();
            Ok(Proposals { case, open, decided, unread, answers })
        })
    }

    /// How many proposals of these cases wait for a decision; cases without any are left out.
    ///
    /// # Errors
    /// The store cannot be reached.
    pub fn count_proposals(&self, case_ids: &[CaseId]) -> Result<BTreeMap<CaseId, i64>, StoreError> {
        step::read(self, |step| Ok(step.tx.proposals().count_open(case_ids)?.into_iter().collect()))
    }
}

fn beside(case: &Case, proposal: &Proposal, open: &[Proposal]) -> OpenProposal {
    let target = &proposal.said.target;
    let says_otherwise = |other: &Proposal| {
        let (one, other) = (&proposal.said, &other.said);
        other.target == one.target && (other.state != one.state || other.case_value() != one.case_value())
    };
    OpenProposal {
        path: target.path(&case.record),
        now: target.get(&case.record).filter(|value| *value != Scalar::Null),
        is_contested: open.iter().any(says_otherwise),
        proposal: proposal.clone(),
    }
}
