//! Why a follow-up ended.

use crate::published::published_enum;
published_enum! {
    /// Why a follow-up is closed.
    ClosureReason {
        /// All that was missing came in, or is documented as not to be had.
        Complete = "complete",
        /// No answer after the planned attempts.
        MaxAttempts = "max_attempts",
        /// The reporter declined.
        Declined = "declined",
        /// The reporter cannot be reached.
        Unreachable = "unreachable",
        /// The case itself is closed: duplicate, invalid.
        CaseClosed = "case_closed",
    }
}
