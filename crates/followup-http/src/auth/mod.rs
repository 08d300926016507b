//! Who calls, as the request tells it; what their roles allow is `followup-access`'s.

mod client_address;
mod extractor;

pub(crate) use client_address::client_address;
pub(crate) use extractor::{Caller, authenticate};
