//! A demonstration: an empty store becomes that of a unit that has worked for four months, with invented people, and every state that a case, a
//! message, a plan or a mail may be in.
//!
//! All of it is made by the use cases, as people and machines would have made it, by a clock that is moved from then to now: nothing is written
//! past them. `data/casos.csv` says who the cases are about, `courses.rs` what becomes of each, `strays.rs` which mail belongs to none.
//! The same instant gives the same unit, but for ids.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod clock;
mod courses;
mod deeds;
mod doing;
mod letters;
mod phrases;
mod stories;
mod strays;
mod transport;
mod unit;

pub use unit::Demonstration;
