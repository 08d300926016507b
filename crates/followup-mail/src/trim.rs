//! What the sender wrote, apart from what is quoted.

/// Splits a mail's text.
pub fn split_reply(text: &str) -> (String, Option<String>) {
    (text.to_owned(), None)
}
