//! What every stage needs of the reply: its folded text, its dates, the case.

use std::ops::Range;

use followup_domain::text::fold;

use crate::draft::Draft;
use crate::field::{Field, Kind, Target};
use crate::fold::Folded;
use crate::input::Context;
use crate::pattern::patterns;
use crate::products::Products;
use crate::proposal::{Class, Precision, Proposal, RuleId, State};
use crate::value::Read;
use crate::value::date::{self, Found, Reckoning};

patterns! {
    YOUNG = r"\b(?:rn|recien nacid[oa]|neonato|lactante|bebe|bb|newborn|nacer|dias de vida|prematur[oa])\b";
}

/// Rules that read something otherwise than an earlier version: raise it when a stored proposal would come out differently.
pub(crate) const VERSION: u16 = 1;

/// A reply that is being read.
pub(crate) struct Reading<'r> {
    pub(crate) original: &'r str,
    pub(crate) folded: &'r Folded,
    pub(crate) text: &'r str,
    pub(crate) context: &'r Context,
    pub(crate) products: &'r Products<'r>,
    pub(crate) reckoning: Reckoning,
    pub(crate) dates: Vec<Found>,
    young: bool,
    /// Beginnings of the words by which the case describes the event.
    event: Vec<String>,
}

impl<'r> Reading<'r> {
    pub(crate) fn new(original: &'r str, folded: &'r Folded, context: &'r Context, products: &'r Products<'r>) -> Self {
        let reckoning = Reckoning { today: context.today(), day_month: context.day_month };
        let dates = date::scan(&folded.text, reckoning);
        let young = YOUNG.regex().is_match(&folded.text);
        let event = fold(context.event.as_deref().unwrap_or_default());
        let words = event.split(|c: char| !c.is_ascii_lowercase()).filter(|word| word.len() >= 5);
        let event = words.map(|word| word[..word.len() - 1].to_owned()).take(20).collect();
        Self { original, folded, text: &folded.text, context, products, reckoning, dates, young, event }
    }

    /// Whether grams may be a weight.
    pub(crate) fn is_young(&self) -> bool {
        self.young
    }

    /// The dates within a piece, where they stand in the whole text.
    pub(crate) fn dates_in(&self, range: Range<usize>) -> &[Found] {
        let begin = self.dates.partition_point(|date| date.range.start < range.start);
        let end = self.dates.partition_point(|date| date.range.start < range.end);
        &self.dates[begin..end.max(begin)]
    }

    pub(crate) fn starts_with_date(&self, text: &str) -> bool {
        date::scan(&text[..text.len().min(40)], self.reckoning).first().is_some_and(|first| first.range.start == 0)
    }

    /// Whether words of the event's description stand in a piece of text.
    pub(crate) fn names_event(&self, text: &str) -> bool {
        self.event.iter().any(|word| text.contains(word.as_str()))
    }

    /// The last exact date before the answers' plain days: none is remembered here, so the last days count.
    pub(crate) fn last_date(&self) -> Option<crate::value::calendar::Date> {
        None
    }

    /// A piece as it was written.
    pub(crate) fn written(&self, range: Range<usize>) -> &'r str {
        &self.original[self.folded.original(range)]
    }

    /// A value that was read.
    pub(crate) fn draft(&self, target: Target, read: Read, class: Class, rule: &'static str) -> Draft {
        let span = self.folded.original(read.range.clone());
        let value = match target.field.kind() {
            // As it was written.
            Kind::Lot | Kind::Text | Kind::Product | Kind::Person | Kind::Phone | Kind::Email | Kind::Initials => {
                self.original[span.clone()].split_whitespace().collect::<Vec<_>>().join(" ")
            }
            _ => read.value,
        };
        let proposal = Proposal {
            target,
            value: Some(value),
            unit: read.unit,
            precision: read.precision,
            computed: read.computed,
            span,
            rule: RuleId { name: rule, version: VERSION },
            class,
            state: State::Answered,
            conflicts: read.conflict.into_iter().collect(),
        };
        Draft { proposal, at: read.range, corrects: false }
    }

    /// That somebody says nothing of it.
    pub(crate) fn state(&self, target: Target, state: State, at: Range<usize>, class: Class, rule: &'static str) -> Draft {
        let proposal = Proposal {
            target,
            value: None,
            unit: None,
            precision: Precision::Exact,
            computed: false,
            span: self.folded.original(at.clone()),
            rule: RuleId { name: rule, version: VERSION },
            class,
            state,
            conflicts: Vec::new(),
        };
        Draft { proposal, at, corrects: false }
    }

    /// Whether a free sentence may fill a field.
    pub(crate) fn is_open(&self, field: Field, product: Option<followup_domain::ids::ProductId>) -> bool {
        self.context.is_open(Target { field, product })
    }
}
