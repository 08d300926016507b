//! What every adapter of a carrier that is asked over HTTP must say alike: whether a message may have left, when the carrier gave no proper answer
//! to it, and what it means when the carrier refused. Said wrong once, a message goes twice, or a number that was never wrong is blocked.
#![warn(missing_docs)]

mod refusal;
mod silence;

pub use refusal::Says;
pub use silence::unanswered;
