//! REST server of the follow-up service.
fn main() {}
