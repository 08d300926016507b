//! Cases: the list, one case, and the form in which it is written.

mod edit;
mod list;
mod new;
mod view;

/// Text that would be code, an attribute's end or an entity where it is not escaped.
pub(crate) const HOSTILE: &str = "<script>alert(1)</script>\"' onmouseover=\"x\" &amp; </textarea>{{ 7*7 }}";
