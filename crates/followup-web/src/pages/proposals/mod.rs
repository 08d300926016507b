//! What answers say of the case's fields, for a person to accept, correct or refuse.

pub(crate) mod act;
pub(crate) mod view;
