//! Sends what is due, once, and exits.
fn main() {}
