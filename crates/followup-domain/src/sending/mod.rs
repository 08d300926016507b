//! What becomes of handing a message to a transport.

pub mod breaker;
pub mod refusal;
