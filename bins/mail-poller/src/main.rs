//! Reads the unit's mailbox into the store.
fn main() {}
