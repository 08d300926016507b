//! Sending, in two steps, so that "may have left" is stored between them.

use std::time::Duration;

use crate::sending::{Parcel, Receipt, SendError};

/// A channel's transport.
pub trait Sender: Send + Sync {
    /// Who takes the messages, as a name without secrets: `smtp:smtp.example.org`. What fails for all messages of a provider is
    /// counted under it; one that serves two channels has a name for each, so that the outage of one holds up no other.
    fn provider(&self) -> &str;

    /// The longest text that it takes, in UTF-16 units; none where the channel alone bounds it.
    fn longest_text(&self) -> Option<usize> {
        None
    }

    /// Composes the message and goes as far as the transport allows without handing it over (SMTP: connect, TLS, AUTH, MAIL,
    /// RCPT; an HTTP provider: the request is written, and nobody is asked). Takes no longer than `budget`, and leaves what remains
    /// of it to [`Prepared::transmit`]. A parcel of another channel is refused.
    ///
    /// # Errors
    /// [`SendError`]; never uncertain.
    fn prepare(&self, parcel: &Parcel, budget: Duration) -> Result<Box<dyn Prepared>, SendError>;
}

/// A message that the transport is ready to take.
pub trait Prepared: Send {
    /// The exact bytes that [`Prepared::transmit`] hands over, without secrets: of an e-mail the mail, of an HTTP provider the body
    /// of the request.
    fn content(&self) -> &[u8];

    /// Hands it over.
    ///
    /// # Errors
    /// [`SendError`]; that it did not leave only when the transport said so, or nothing of it was given away yet: every other silence
    /// is [`SendError::Uncertain`].
    fn transmit(self: Box<Self>) -> Result<Receipt, SendError>;
}
