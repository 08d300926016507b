//! Who calls us in a provider's name.

// Of `core`: an address is a value, and there are no sockets.
use core::net::IpAddr;

/// A call to one of our addresses, as it arrived.
#[derive(Clone, Copy)]
pub struct ProviderCall<'c> {
    /// `GET` or `POST`.
    pub method: &'c str,
    /// Who called; behind a proxy on this machine, whom the proxy names. None where that is not known.
    pub peer: Option<IpAddr>,
    /// The path and query that were called.
    pub path_and_query: &'c str,
    /// The headers that stand there once, names in any case.
    pub headers: &'c [(&'c str, &'c str)],
    /// The body.
    pub body: &'c [u8],
}

/// Neither address nor content: either may hold a secret or a number.
impl std::fmt::Debug for ProviderCall<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ProviderCall").field("method", &self.method).field("length", &self.body.len()).finish_non_exhaustive()
    }
}

impl<'c> ProviderCall<'c> {
    /// The header of this name.
    pub fn header(&self, name: &str) -> Option<&'c str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// Tells a provider's calls from everybody else's; implemented by the provider's adapter.
pub trait CallbackDoor: Send + Sync {
    /// Whose calls they are, as its [`EventReader`](crate::sending::EventReader) names itself.
    fn scope(&self) -> &str;

    /// The bytes to keep of a call that proves to be the provider's, as its reader takes them; none of any other. Nothing else is done before.
    fn admit(&self, call: &ProviderCall<'_>) -> Option<Vec<u8>>;

    /// What the provider wants to hear once its call is stored: media type and body.
    fn answer(&self) -> (&'static str, &'static str);

    /// Bytes of the largest call. A text message and its particulars take a few thousand.
    fn largest_call(&self) -> usize {
        64 * 1024
    }

    /// What is answered to a provider that asks, by GET and before it calls, whether this address is ours: none to anybody else.
    fn greeting(&self, _path_and_query: &str) -> Option<String> {
        None
    }
}
