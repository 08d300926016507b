//! A unit that sends text messages by a provider, and what comes back.

use std::sync::Arc;

use chrono::Duration;
use followup_app::{EventReaders, SendMessageError, SendRequest};
use followup_domain::ids::CaseId;
use followup_domain::message::Channel;
use followup_domain::ports::Clock;
use followup_testkit::rigs::text_provider::{SCOPE, TextEvents, TextProvider, message_call};

use super::{Unit, qf, unit_with};

pub const NUMBER: &str = "+51999888777";

pub fn start() -> (Unit, TextProvider) {
    let mut unit = unit_with(|policy| policy.automatic_requests = false);
    let provider = TextProvider::start();
    unit.app.senders = unit.app.senders.clone().with(Channel::Sms, Arc::new(provider.sender()));
    unit.app.events = EventReaders::default().with(Arc::new(TextEvents));
    (unit, provider)
}

/// A person writes, a minute later.
pub fn write(unit: &Unit, case: CaseId, channel: &str) -> Result<(), SendMessageError> {
    unit.clock.advance(Duration::minutes(1));
    let request = SendRequest { channel: Some(channel.into()), body: Some("Falta la dosis".into()), ..SendRequest::default() };
    unit.app.send_message(&qf(), case, &request, None).map(drop)
}

/// A text message comes in, a minute later.
pub fn came(unit: &Unit, id: &str, from: &str, body: &str) {
    unit.clock.advance(Duration::minutes(1));
    unit.app.accept_callback(SCOPE, message_call(id, from, body, None, unit.clock.now())).unwrap();
    unit.app.process_stored_mail(&|| false).unwrap();
}
