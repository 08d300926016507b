//! Use cases of the follow-up service: one file each, each owning its transactions.
