//! What the rules give.

use std::ops::Range;

use crate::field::Target;

/// How a value was found: how far it may be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Beside a label: "Peso: 68 kg".
    A,
    /// Beside a question of ours.
    B,
    /// In a free sentence.
    C,
}

/// What was said of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// A value.
    Answered,
    /// That nobody knows.
    Unknown,
    /// That it is not told.
    Withheld,
    /// That it comes another day.
    Later,
}

/// How exactly a value was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// As it stands.
    Exact,
    /// A date of which the year alone is known.
    Year,
    /// A date of which year and month are known.
    Month,
    /// A date with its day.
    Day,
    /// "Unos 68 kilos".
    Approximate,
}

/// A rule, and the version of it that read the value: what a later version reads otherwise can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId {
    /// Its name.
    pub name: &'static str,
    /// Rises when the rule reads something otherwise.
    pub version: u16,
}

/// Why a value must be decided by a person. It is told, never decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Conflict {
    /// The reply has another value for the same field.
    SeveralValues,
    /// No patient or product has such a value.
    OutOfRange,
    /// A date after the message.
    Future,
    /// A date before the patient was born, or an age that the birth date contradicts.
    Birth,
    /// The end comes before the start.
    Order,
    /// The case has several products, and the reply does not say which.
    WhichProduct,
    /// Something was corrected, and the rules cannot tell to what.
    Corrected,
}

/// What a reply says of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Of which field, of which product.
    pub target: Target,
    /// The value in the form in which the case holds it; none unless `state` is [`State::Answered`].
    pub value: Option<String>,
    /// Its unit, where it is a number.
    pub unit: Option<&'static str>,
    /// How exactly it was told.
    pub precision: Precision,
    /// Whether it was worked out, from the message's date or from something else in the reply.
    pub computed: bool,
    /// The words that say it: bytes of the text that was read.
    pub span: Range<usize>,
    /// What read it.
    pub rule: RuleId,
    /// How it was found.
    pub class: Class,
    /// What was said.
    pub state: State,
    /// Why a person must decide; empty where nothing contradicts it.
    pub conflicts: Vec<Conflict>,
}

/// Everything that a reply says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extraction {
    /// In the order of the text.
    pub proposals: Vec<Proposal>,
    /// The reporter's own words that no rule understood: bytes of the text, in order, apart from each other.
    pub unread: Vec<Range<usize>>,
}
