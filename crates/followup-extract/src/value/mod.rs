//! Readers of values: what stands in a piece of folded text, whatever field it may be for.

pub(crate) mod age;
pub(crate) mod calendar;
pub(crate) mod codes;
pub(crate) mod date;
pub(crate) mod dose;
pub(crate) mod frequency;
pub(crate) mod lot;
pub(crate) mod number;
pub(crate) mod pregnancy;
pub(crate) mod route;
pub(crate) mod weight;

use std::ops::Range;

use crate::proposal::{Conflict, Precision};

/// A value and where it stands in the text that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Read {
    pub(crate) range: Range<usize>,
    pub(crate) value: String,
    pub(crate) unit: Option<&'static str>,
    pub(crate) precision: Precision,
    pub(crate) computed: bool,
    pub(crate) conflict: Option<Conflict>,
}

impl Read {
    pub(crate) fn new(range: Range<usize>, value: impl Into<String>) -> Self {
        Self { range, value: value.into(), unit: None, precision: Precision::Exact, computed: false, conflict: None }
    }

    pub(crate) fn in_unit(self, unit: &'static str) -> Self {
        Self { unit: Some(unit), ..self }
    }

    /// The same where the piece stands in the whole text.
    pub(crate) fn moved(mut self, by: usize) -> Self {
        self.range = self.range.start + by..self.range.end + by;
        self
    }
}
