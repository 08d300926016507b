//! The form in which a case is written: the same for a new case and for one that is changed.

pub(super) mod layout;
mod merge;
mod patch;
mod sheet;
mod view;

use layout::LISTS;

pub(super) use merge::{Change, changes, merged};
pub(super) use patch::{is_empty, patch};
pub(super) use sheet::Sheet;
pub(super) use view::{FormView, Hidden, Mistake, hidden, mistakes_of};

use crate::form::Form;

/// The case as it was when a form was opened is carried under names with this prefix.
pub(super) const BEFORE: &str = "antes.";

/// Which button was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// One more row in a list.
    Add(usize),
    /// One row less.
    Remove(usize, usize),
    /// To look at it once more.
    Look,
    /// To store it.
    Save,
}

impl Wish {
    /// What a form asks for.
    pub(super) fn of(form: &Form) -> Self {
        if let Some(list) = LISTS.iter().position(|list| form.has(list.add)) {
            return Self::Add(list);
        }
        match form.given("quitar").map(layout::taken_apart) {
            Some((Some((list, row)), _)) => Self::Remove(list, row),
            _ if form.has("revisar") => Self::Look,
            _ => Self::Save,
        }
    }

    /// Does it to what was typed; whether there is nothing to store.
    pub(super) fn follow(self, sheet: &mut Sheet) -> bool {
        match self {
            Self::Add(list) => sheet.add(list),
            Self::Remove(list, row) => sheet.remove(list, row),
            Self::Look => {}
            Self::Save => return false,
        }
        true
    }
}
