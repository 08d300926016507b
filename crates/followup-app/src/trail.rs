//! The audit trail as moves write it: of whom a row tells, and what.

use followup_domain::asking::reason::Why;
use followup_domain::audit::{AuditChain, AuditEntry, AuditFacts, AuditValue};
use followup_domain::ids::{AttemptId, CaseId, MessageId, PlanId};
use followup_domain::ports::StoreError;
use followup_words::reasons::{shown, told};

use crate::step::{Depth, Step};

/// Of whom an audit row tells.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject {
    /// A case.
    Case(CaseId),
    /// A message; one without a case stands in the system's chain.
    Message(Option<CaseId>, MessageId),
    /// A message that is being handed over: what its case stands at changes when that is over.
    Leaving(Option<CaseId>, MessageId),
    /// A message that left, of whose way more is known: its case moved, and stands where it stood.
    OnItsWay(Option<CaseId>, MessageId),
    /// An attempt of a case.
    Attempt(CaseId, AttemptId),
    /// A plan of a case.
    Plan(CaseId, PlanId),
    /// Something of no case: its kind and its number, 0 where it has none.
    System(&'static str, i64),
}

impl Subject {
    /// The case that it belongs to, and how much of what that stands at it may concern.
    fn touches(self) -> Option<(CaseId, Depth)> {
        match self {
            Self::Case(id) => Some((id, Depth::Everything)),
            Self::Message(case_id, _) => case_id.map(|id| (id, Depth::Dates)),
            Self::OnItsWay(case_id, _) => case_id.map(|id| (id, Depth::Moved)),
            Self::Attempt(id, _) | Self::Plan(id, _) => Some((id, Depth::Dates)),
            Self::Leaving(..) | Self::System(..) => None,
        }
    }

    /// Its chain, its kind and its number.
    fn place(self) -> (AuditChain, &'static str, i64) {
        match self {
            Self::Case(id) => (AuditChain::Case(id), "case", id.0),
            Self::Message(case_id, id) | Self::Leaving(case_id, id) | Self::OnItsWay(case_id, id) => {
                (case_id.map_or(AuditChain::System, AuditChain::Case), "message", id.0)
            }
            Self::Attempt(case_id, id) => (AuditChain::Case(case_id), "attempt", id.0),
            Self::Plan(case_id, id) => (AuditChain::Case(case_id), "plan", id.0),
            Self::System(kind, id) => (AuditChain::System, kind, id),
        }
    }
}

/// What an audit row tells: what happened, what was before and after, and why.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    action: &'static str,
    old: AuditFacts,
    new: AuditFacts,
    reason: Option<String>,
}

impl Told {
    /// Something happened, and this holds since.
    pub(crate) fn new(action: &'static str, new: AuditFacts) -> Self {
        Self { action, old: AuditFacts::new(), new, reason: None }
    }

    /// What held before.
    pub(crate) fn from(self, old: AuditFacts) -> Self {
        Self { old, ..self }
    }

    /// This holds since, too.
    pub(crate) fn with(mut self, name: &str, value: AuditValue) -> Self {
        self.new.insert(name.to_owned(), value);
        self
    }

    /// Why, in the words of whoever gave a reason.
    pub(crate) fn because(self, reason: Option<&str>) -> Self {
        Self { reason: reason.map(str::to_owned), ..self }
    }

    /// Why, in words, where somebody or something gave a reason.
    pub(crate) fn why(self, why: Option<&Why<'_>>) -> Self {
        Self { reason: why.map(told), ..self }
    }

    /// Why, in words, where a reason is stored.
    pub(crate) fn why_stored(self, stored: Option<&str>) -> Self {
        Self { reason: stored.map(shown), ..self }
    }
}

/// Appends a row in the name of whoever does the step.
pub(crate) fn tell(step: &mut Step<'_>, subject: Subject, told: Told) -> Result<(), StoreError> {
    let (chain, entity, entity_id) = subject.place();
    if let Some((case_id, depth)) = subject.touches() {
        step.touched.note(case_id, depth);
    }
    let Told { action, old, new, reason } = told;
    let entry = AuditEntry { chain, at: step.now, actor: step.actor.clone(), action, entity, entity_id, old, new, reason };
    step.tx.audit().append(&entry)
}
