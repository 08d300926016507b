//! Where what came in was put.

/// Where a message was put.
pub(crate) enum Placed {
    /// Into a case's thread.
    Case,
    /// Into the unassigned tray.
    Unassigned,
    /// Into the quarantine.
    Quarantine,
}
