//! By which name a request stands in the log.

/// The name of the request that is being handled, in its extensions: a page that failed shows it, so that it can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);
