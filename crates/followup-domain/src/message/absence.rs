//! Why the bytes of a file are not there that came with a message.

use crate::published::published_enum;

published_enum! {
    /// Why the bytes of a file are not there.
    Absence {
        /// It is still to be fetched.
        Waiting = "waiting",
        /// The provider does not have it any more, or never had it.
        Expired = "expired",
        /// It is larger than what is fetched.
        TooLarge = "too_large",
        /// It is said to lie on a server that is none of the provider's: nobody was asked there.
        Foreign = "foreign",
        /// What the provider gives is not what it said it would be.
        Altered = "altered",
        /// The provider was asked for days, and did not give it.
        Unreachable = "unreachable",
    }
}
