//! A provider's message template as a message: WhatsApp.

use crate::published::published_enum;

published_enum! {
    /// What a provider says of a template.
    TemplateStatus {
        /// It may be sent.
        Approved = "approved",
        /// It waits to be looked at, or was never handed in.
        Pending = "pending",
        /// It was stopped for a while, because people complained of it.
        Paused = "paused",
        /// It may not be sent.
        Rejected = "rejected",
        /// It was approved once, and may not be sent any more; or it was taken away.
        Disabled = "disabled",
    }
}

/// An approved template with what its places are filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatsappTemplate {
    /// Its name with the provider.
    pub name: String,
    /// Its language, such as `es` or `es_PE`.
    pub language: String,
    /// One text for each place, in order; without line breaks, tabs and runs of blanks.
    pub parameters: Vec<String>,
    /// The provider's id of it ([`ApprovedTemplate::provider_id`](crate::sending::ApprovedTemplate::provider_id)), where its list is known.
    pub provider_id: Option<String>,
    /// The names of its places, one for each parameter; `1`, `2`, `3` and so on where its list is not known.
    pub places: Vec<String>,
}
