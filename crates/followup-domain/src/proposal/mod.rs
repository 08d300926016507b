//! What a reporter's answer says of the case's fields, as rules read it: proposed, with the words that say it, for a person to decide.

mod reader;
mod target;

use std::ops::Range;

use chrono::{DateTime, Utc};

use crate::ids::{CaseId, MessageId, ProposalId};
use crate::published::published_enum;

pub use reader::{AnswerReader, AnswerReading, AnswerToRead};
pub use target::FieldTarget;

published_enum! {
    /// How a proposal was found: how far it may be trusted.
    ProposalClass {
        /// Beside a label: "Peso: 68 kg".
        Labelled = "A",
        /// Beside a question of ours.
        BesideQuestion = "B",
        /// In a free sentence.
        FreeSentence = "C",
        /// In the questionnaire.
        Questionnaire = "Q",
    }

    /// What the reporter said of the field.
    SaidState {
        /// A value.
        Answered = "answered",
        /// That nobody knows.
        Unknown = "unknown",
        /// That it is not told.
        Withheld = "withheld",
        /// That it comes another day.
        Later = "later",
    }

    /// How exactly a value was told.
    Precision {
        /// As it stands.
        Exact = "exact",
        /// A date of which the year alone is known.
        Year = "year",
        /// A date of which year and month are known.
        Month = "month",
        /// A date with its day.
        Day = "day",
        /// "Unos 68 kilos".
        Approximate = "approximate",
    }

    /// Why a person must look twice. It is told, never decided.
    Conflict {
        /// The answer has another value for the same field.
        SeveralValues = "several_values",
        /// The case holds another value.
        DiffersFromCase = "differs_from_case",
        /// No patient or product has such a value.
        OutOfRange = "out_of_range",
        /// A date after the message.
        Future = "future",
        /// A date before the patient was born, or an age that the birth date contradicts.
        Birth = "birth",
        /// The end comes before the start.
        Order = "order",
        /// The case has several products, and the answer does not say which.
        WhichProduct = "which_product",
        /// Something was corrected, and the rules cannot tell to what.
        Corrected = "corrected",
    }

    /// What became of a proposal.
    ProposalStatus {
        /// Nobody has decided yet.
        Open = "open",
        /// A person took it over, as it was or edited.
        Accepted = "accepted",
        /// A person refused it.
        Rejected = "rejected",
        /// The case came to say the same by another way.
        Standing = "standing",
    }
}

/// What an answer says of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProposal {
    /// Of which field, of which product.
    pub target: FieldTarget,
    /// What was said.
    pub state: SaidState,
    /// The value in the form in which the case holds it; none unless `state` is [`SaidState::Answered`].
    pub value: Option<String>,
    /// Its unit, where it is a number.
    pub unit: Option<String>,
    /// How exactly it was told.
    pub precision: Precision,
    /// Whether it was worked out, from the message's date or from something else in the answer.
    pub computed: bool,
    /// The words that say it.
    pub words: String,
    /// Where they stood in the message's text when it was read, in bytes. How a text is divided into answer and quotation may change later.
    pub span: Range<usize>,
    /// The rule that read it, with its version: `weight/2`.
    pub rule: String,
    /// How it was found.
    pub class: ProposalClass,
    /// Why a person must look twice.
    pub conflicts: Vec<Conflict>,
}

/// A stored proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its number.
    pub id: ProposalId,
    /// Its case.
    pub case_id: CaseId,
    /// The answer that says it.
    pub message_id: MessageId,
    /// What it says.
    pub said: NewProposal,
    /// When it was read (UTC).
    pub read_at: DateTime<Utc>,
    /// What became of it.
    pub status: ProposalStatus,
    /// Who decided what; none while it is open.
    pub decision: Option<ProposalDecision>,
}

/// What was decided of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalDecision {
    /// Accepted, rejected or standing.
    pub status: ProposalStatus,
    /// Who decided.
    pub actor: String,
    /// When (UTC).
    pub at: DateTime<Utc>,
    /// The value that went into the case, where a person edited it.
    pub value: Option<String>,
    /// Why, in the person's words.
    pub reason: Option<String>,
}

impl NewProposal {
    /// The value as the case takes it: with its unit, where it is no kilogram.
    pub fn case_value(&self) -> Option<String> {
        let value = self.value.as_ref()?;
        Some(match self.unit.as_deref() {
            None | Some("kg") => value.clone(),
            Some(unit) => format!("{value} {unit}"),
        })
    }

    /// Whether it may be accepted together with others, unseen one by one: it contradicts nothing, and says a value.
    pub fn is_plain(&self) -> bool {
        self.conflicts.is_empty() && self.state == SaidState::Answered && self.target.is_decided()
    }
}
