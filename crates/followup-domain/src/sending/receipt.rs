//! A transport's acceptance.

/// The name that a message has elsewhere, such as a Message-ID or a provider's own id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExternalName {
    /// Who gives such names: [`ExternalName::RFC5322`], or a provider.
    pub scope: String,
    /// The name, unique within its scope.
    pub name: String,
}

impl ExternalName {
    /// The scope of Message-IDs (RFC 5322 §3.6.4).
    pub const RFC5322: &'static str = "rfc5322";

    /// A name in a scope.
    pub fn new(scope: impl Into<String>, name: impl Into<String>) -> Self {
        Self { scope: scope.into(), name: name.into() }
    }
}

/// That a transport took a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Its own words, such as `250 2.0.0 Ok: queued as 4F1`.
    pub words: String,
    /// Under which name the message goes on, where the transport said so: replies and events may use it.
    pub provider_id: Option<ExternalName>,
    /// Into how many parts it was divided (SMS).
    pub parts: Option<u16>,
}

impl Receipt {
    /// An acceptance that tells nothing but its words.
    pub fn with_words(words: impl Into<String>) -> Self {
        Self { words: words.into(), ..Self::default() }
    }
}
