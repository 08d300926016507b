//! A person accepts what answers say: the case, the ledger of its fields and the trail change together, and what asked for it completes.

use std::collections::{BTreeMap, BTreeSet};

use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::missing::FieldPath;
use followup_domain::audit::Actor;
use followup_domain::case::{Case, CaseRecord, FieldError, Scalar};
use followup_domain::ids::{CaseId, MessageId, ProductId, ProposalId};
use followup_domain::ports::{AnswerProof, AnsweredField, AskedItem, DocumentedField, StoreError};
use followup_domain::proposal::{FieldTarget, Proposal, ProposalStatus, SaidState};
use followup_words::proposals::said_so;

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::ProposalError;
use crate::facts::asked::last_asked;
use crate::facts::open_items::documented_fields;
use crate::facts::proposing::open_one;
use crate::moves::{case as case_moves, field, proposal};
use crate::step::Step;
use crate::transaction;

/// A person decides at most so many at once: all that may be open.
pub const MOST_AT_ONCE: usize = 500;

/// A proposal that a person accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Which.
    pub id: ProposalId,
    /// The value in place of the one that was read, as the case takes it.
    pub value: Option<String>,
    /// The product that is meant, where the answer does not say.
    pub product: Option<ProductId>,
}

impl Acceptance {
    /// As it was read.
    pub fn of(id: ProposalId) -> Self {
        Self { id, value: None, product: None }
    }
}

/// One that is accepted: what it says, of which field, and the value.
struct Accepted {
    proposal: Proposal,
    target: FieldTarget,
    value: Option<String>,
    edited: Option<String>,
}

impl App {
    /// Accepts proposals: all of them, or none. With `expected_version`, only if the case still has it.
    ///
    /// # Errors
    /// [`ProposalError`]; nothing is changed then.
    pub fn accept_proposals(
        &self,
        actor: &Actor,
        case_id: CaseId,
        accepted: &[Acceptance],
        expected_version: Option<i64>,
    ) -> Result<Case, ProposalError> {
        transaction::write(self, actor, |step| {
            let mut case = step.tx.cases().find_for_update(case_id)?.ok_or(ProposalError::CaseNotFound)?;
            if expected_version.is_some_and(|expected| expected != case.version) {
                return Err(ProposalError::Stale { current: case.version });
            }
            // Named twice, it is accepted once.
            let mut seen = BTreeSet::new();
            let named = accepted.iter().filter(|one| seen.insert(one.id));
            let accepted = named.map(|one| meant(step, &case, one)).collect::<Result<Vec<_>, _>>()?;
            refuse_contradictions(&accepted)?;
            let record = with_values(&case.record, &accepted)?;
            let asked = last_asked(step, &case)?;
            if record != case.record && !case_moves::update(step, &mut case, record)? {
                return Err(ProposalError::Stale { current: case.version });
            }
            for one in &accepted {
                if !proposal::decide(step, &one.proposal, ProposalStatus::Accepted, one.edited.as_deref(), None)? {
                    return Err(ProposalError::Decided(one.proposal.id));
                }
                settle_field(step, &case, one, &asked)?;
            }
            follow(step, Event::Decided(&case))?;
            follow(step, Event::CaseChanged(&case))?;
            Ok(case)
        })
    }
}

fn meant(step: &mut Step<'_>, case: &Case, one: &Acceptance) -> Result<Accepted, ProposalError> {
    let proposal = open_one(step, case.id, one.id)?;
    let said = &proposal.said;
    let target =
        FieldTarget { product: said.target.product.or(one.product.filter(|_| said.target.is_of_product())), ..said.target.clone() };
    if !target.is_decided() {
        let which = FieldError::new(&target.field, "Diga de qué producto es");
        return Err(ProposalError::Invalid(vec![which]));
    }
    let read = said.case_value();
    let typed = one.value.as_deref().map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
    let edited = typed.filter(|value| said.state == SaidState::Answered && Some(value) != read.as_ref());
    let value = edited.clone().or(read);
    Ok(Accepted { target, value, edited, proposal })
}

/// Two values for one field are never decided by their order.
fn refuse_contradictions(accepted: &[Accepted]) -> Result<(), ProposalError> {
    let mut by_target: BTreeMap<&FieldTarget, Vec<&Accepted>> = BTreeMap::new();
    for one in accepted {
        by_target.entry(&one.target).or_default().push(one);
    }
    let differs =
        |all: &&Vec<&Accepted>| all.iter().any(|one| (one.proposal.said.state, &one.value) != (all[0].proposal.said.state, &all[0].value));
    let contradicting: Vec<ProposalId> = by_target.values().filter(differs).flatten().map(|one| one.proposal.id).collect();
    if contradicting.is_empty() { Ok(()) } else { Err(ProposalError::Contradicting(contradicting)) }
}

fn with_values(before: &CaseRecord, accepted: &[Accepted]) -> Result<CaseRecord, ProposalError> {
    let (mut record, mut refused) = (before.clone(), Vec::new());
    for one in accepted {
        match (one.proposal.said.state, &one.value) {
            (SaidState::Answered, Some(value)) => refused.extend(one.target.set(&mut record, Scalar::Text(value.clone())).err()),
            (SaidState::Unknown | SaidState::Withheld, _) if one.is_answered(before) => {
                refused.push(FieldError::new(&one.target.field, "El caso ya tiene este dato"));
            }
            _ => {}
        }
    }
    if refused.is_empty() { Ok(record) } else { Err(ProposalError::Invalid(refused)) }
}

impl Accepted {
    fn is_answered(&self, record: &CaseRecord) -> bool {
        self.target.item(record).is_some_and(|path| path.is_answered(record))
    }
}

/// Writes into the ledger what became of the field that a proposal is about.
fn settle_field(step: &mut Step<'_>, case: &Case, one: &Accepted, asked: &BTreeMap<FieldPath, MessageId>) -> Result<(), StoreError> {
    let said = &one.proposal.said;
    // What no letter asks for stands in the case and in the trail.
    let Some(path) = one.target.item(&case.record) else { return Ok(()) };
    let item = AskedItem::of(&case.record, path);
    let state = match said.state {
        SaidState::Answered => {
            let proof = one.value.clone().map(|value| AnswerProof { value, span: said.span.clone(), actor: step.actor.to_string() });
            let asked_by = asked.get(&item.path).copied();
            let answered = AnsweredField { item, asked_by, answered_by: Some(one.proposal.message_id), proof, at: step.now };
            return field::answer(step, case.id, &answered);
        }
        SaidState::Unknown => FieldState::Unknown,
        SaidState::Withheld => FieldState::Withheld,
        SaidState::Later => return Ok(()),
    };
    let before = documented_fields(step, case)?.into_iter().find(|field| field.item.path == item.path);
    let documented =
        DocumentedField { item, state, reason: said_so(&said.words, one.proposal.message_id), actor: step.actor.to_string(), at: step.now };
    field::document(step, case.id, &documented, before.as_ref())
}
