//! The hash chains of the audit trail: how an entry is sealed, how a chain is verified, and how it is exported.
//!
//! A row's hash covers commitments to its facts, `SHA-256(salt ‖ value)`, and never the facts: a value can be taken away without
//! breaking the chain, and nobody finds it by hashing what it may be. [`hash`] and [`commit`] say what exactly is hashed;
//! `docs/verify-audit.py` does the same with another language's standard library.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod canonical;
mod chain;
mod export;
mod facts;
mod trail;

pub use canonical::{commit, hash};
pub use chain::{BrokenChain, ChainVerifier, Problem, Tally};
pub use export::{ExportError, export, heads, heads_to_json};
pub use facts::{Unsealable, follow, open, seal};
pub use trail::{BrokenAudit, Verdict, verify};
