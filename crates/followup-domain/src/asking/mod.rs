//! Asking a reporter: what a case lacks, in which words it is asked for, when, and when asking ends.

pub mod catalogue;
pub mod closing;
pub mod draft;
pub mod field_state;
mod frequency;
pub mod gate;
pub mod lanes;
pub mod letter_text;
pub mod missing;
pub mod next_contact;
pub mod plan;
pub mod reason;
pub mod request;
pub mod sample;
mod sections;
pub mod standing;
pub mod waiting;
pub mod window;
