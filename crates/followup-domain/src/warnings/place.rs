//! Where a value stands in a case.

use std::fmt;

use crate::case::CaseRecord;
use crate::case::PartialDate;
use crate::case::Scalar;

/// A list of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Products,
    Concomitants,
    Events,
}

impl List {
    fn name(self) -> &'static str {
        match self {
            Self::Products => "productos",
            Self::Concomitants => "concomitantes",
            Self::Events => "eventos",
        }
    }

    fn len(self, record: &CaseRecord) -> usize {
        match self {
            Self::Products => record.productos.len(),
            Self::Concomitants => record.concomitantes.len(),
            Self::Events => record.eventos.len(),
        }
    }
}

/// One field of a case, or of an object of one of its lists. Displayed as a request names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    item: Option<(List, usize)>,
    field: &'static str,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.item {
            Some((list, index)) => write!(formatter, "{}[{index}].{}", list.name(), self.field),
            None => formatter.write_str(self.field),
        }
    }
}

impl Place {
    /// A field of the case itself.
    pub(super) fn case(field: &'static str) -> Self {
        Self { item: None, field }
    }

    /// Another field of the same object.
    pub(super) fn with(&self, field: &'static str) -> Self {
        Self { field, ..*self }
    }

    fn every(list: List, field: &'static str, record: &CaseRecord) -> impl Iterator<Item = Self> {
        (0..list.len(record)).map(move |index| Self { item: Some((list, index)), field })
    }

    /// The same field by a name that stays when the product stands elsewhere.
    pub(super) fn lasting_name(&self, record: &CaseRecord) -> String {
        match self.item {
            Some((List::Products, index)) => match record.productos.get(index).and_then(|product| product.id) {
                Some(id) => format!("producto {id}.{}", self.field, id = id.0),
                None => self.to_string(),
            },
            _ => self.to_string(),
        }
    }

    fn value(&self, record: &CaseRecord) -> Option<Scalar> {
        match self.item {
            None => record.get(self.field),
            Some((List::Products, index)) => record.productos.get(index)?.get(self.field),
            Some((List::Concomitants, index)) => record.concomitantes.get(index)?.get(self.field),
            Some((List::Events, index)) => record.eventos.get(index)?.get(self.field),
        }
    }

    /// What stands there, as text.
    pub(super) fn shown(&self, record: &CaseRecord) -> String {
        match self.value(record) {
            None | Some(Scalar::Null) => String::new(),
            Some(Scalar::Text(text)) => text,
            Some(Scalar::Number(number)) => number.to_string(),
            Some(Scalar::Bool(value)) => value.to_string(),
        }
    }

    /// The date that stands there, if one does.
    pub(super) fn date(&self, record: &CaseRecord) -> Option<PartialDate> {
        match self.value(record)? {
            Scalar::Text(text) => PartialDate::parse(&text).ok(),
            _ => None,
        }
    }
}

/// A field of several objects at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// Of the case itself.
    Case(&'static str),
    /// Of every event, the one that the case itself describes first.
    Events(&'static str),
    /// Of every suspect product.
    Suspects(&'static str),
    /// Of every product, suspect or not.
    Products(&'static str),
}

impl Subject {
    /// Where it stands, in the order of the record.
    pub(super) fn places(self, record: &CaseRecord) -> Vec<Place> {
        match self {
            Self::Case(field) => vec![Place::case(field)],
            Self::Events(field) => std::iter::once(Place::case(field)).chain(Place::every(List::Events, field, record)).collect(),
            Self::Suspects(field) => Place::every(List::Products, field, record).collect(),
            Self::Products(field) => {
                Place::every(List::Products, field, record).chain(Place::every(List::Concomitants, field, record)).collect()
            }
        }
    }

    /// Each of its places beside that of another one: of the same object where both stand in lists of the same objects.
    pub(super) fn beside(self, other: Self, record: &CaseRecord) -> Vec<(Place, Place)> {
        let (mine, others) = (self.places(record), other.places(record));
        if std::mem::discriminant(&self) == std::mem::discriminant(&other) {
            return mine.into_iter().zip(others).collect();
        }
        mine.iter().flat_map(|one| others.iter().map(|other| (*one, *other))).collect()
    }
}
