//! The transports of the deployment, and what goes wrong at them: files alone never fail.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use followup_domain::contact::{Failure, FailureReason, Permanence};
use followup_domain::ports::{Prepared, Sender};
use followup_domain::sending::{Parcel, Receipt, Refusal, SendError};

/// What the next message to an address meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The server knows nobody there.
    Refused,
    /// The connection broke after the letter was handed over.
    Lost,
}

/// By address; all channels share it.
#[derive(Clone, Default)]
pub(crate) struct Troubles(Arc<Mutex<BTreeMap<String, Trouble>>>);

impl Troubles {
    /// The next message to this address meets this.
    pub(crate) fn next(&self, address: &str, trouble: Trouble) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(address.to_owned(), trouble);
    }

    fn take(&self, address: &str) -> Option<Trouble> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(address)
    }
}

/// A transport with its troubles.
pub(crate) struct Troubled {
    /// The deployment's own.
    pub(crate) sender: Arc<dyn Sender>,
    /// What goes wrong.
    pub(crate) troubles: Troubles,
}

impl Sender for Troubled {
    fn provider(&self) -> &str {
        self.sender.provider()
    }

    fn longest_text(&self) -> Option<usize> {
        self.sender.longest_text()
    }

    fn prepare(&self, parcel: &Parcel, budget: Duration) -> Result<Box<dyn Prepared>, SendError> {
        match self.troubles.take(parcel.to()) {
            None => self.sender.prepare(parcel, budget),
            Some(Trouble::Refused) => {
                let failure = Failure { permanence: Permanence::Hard, reason: FailureReason::UnknownUser, status: Some("5.1.1".into()) };
                Err(SendError::Refused(Refusal::of_the_recipient("RCPT TO: 550 5.1.1 User unknown", failure)))
            }
            Some(Trouble::Lost) => Ok(Box::new(Lost(self.sender.prepare(parcel, budget)?))),
        }
    }
}

/// It is never written to the end, and nobody knows that.
struct Lost(Box<dyn Prepared>);

impl Prepared for Lost {
    fn content(&self) -> &[u8] {
        self.0.content()
    }

    fn transmit(self: Box<Self>) -> Result<Receipt, SendError> {
        Err(SendError::Uncertain("DATA: la conexión se cortó antes de la respuesta".into()))
    }
}
