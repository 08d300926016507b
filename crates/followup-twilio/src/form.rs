//! Forms as Twilio posts them.

pub(crate) use followup_https::form_pairs as parse;
