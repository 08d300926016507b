//! In which words people read what the service stores as codes. Nothing here decides anything, and nothing else may read these words.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod answers;
pub mod board;
pub mod breakers;
pub mod deadlines;
pub mod failures;
pub mod fields;
pub mod files;
pub mod letters;
pub mod mailboxes;
pub mod matching;
pub mod notices;
pub mod people;
pub mod proposals;
pub mod reasons;
pub mod roles;
pub mod states;
pub mod to_the_unit;
pub mod trail;
pub mod warnings;
pub mod whatsapp;
pub mod worklist;
