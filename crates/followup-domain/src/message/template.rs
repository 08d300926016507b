//! A provider's message template as a message: WhatsApp.

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
