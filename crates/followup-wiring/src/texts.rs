//! Text messages: the carrier that the settings name.

use std::sync::Arc;

use followup_app::{EventReaders, Senders};
use followup_domain::message::Channel;
use followup_domain::ports::{CallbackDoor, MediaSource, Sender};
use followup_domain::sending::EventReader;
use followup_runtime::settings::{SmsCarrier, TwilioTarget};
use followup_twilio::{TwilioConfig, TwilioDoor, TwilioEvents, TwilioFrom, TwilioMedia, TwilioSms};

/// Where Twilio tells what became of a message.
const TWILIO_STATUS: &str = "/api/v1/webhooks/twilio/status";

/// A carrier's sides: it takes messages, tells of them, keeps their files, and is known when it calls.
struct Carrier {
    sender: Arc<dyn Sender>,
    events: Arc<dyn EventReader>,
    media: Arc<dyn MediaSource>,
    door: Arc<dyn CallbackDoor>,
}

/// Who carries text messages, if somebody does.
pub(crate) struct Carried(Option<Carrier>);

/// The carrier that the settings name.
///
/// # Errors
/// What cannot work.
pub(crate) fn carried(carrier: Option<&SmsCarrier>) -> anyhow::Result<Carried> {
    let carrier = match carrier {
        Some(SmsCarrier::Twilio(target)) => Some(Carrier {
            sender: Arc::new(TwilioSms::new(twilio_config(target))?),
            events: Arc::new(TwilioEvents),
            media: Arc::new(TwilioMedia::new(&twilio_config(target), followup_twilio::SCOPE)?),
            door: Arc::new(TwilioDoor::new(target.auth_token.expose(), &target.public_url)),
        }),
        None => None,
    };
    Ok(Carried(carrier))
}

impl Carried {
    /// With its lane.
    pub(crate) fn senders(&self, senders: Senders) -> Senders {
        match &self.0 {
            Some(carrier) => senders.with(Channel::Sms, Arc::clone(&carrier.sender)),
            None => senders,
        }
    }

    /// Who understands what it tells.
    pub(crate) fn events(&self) -> EventReaders {
        match &self.0 {
            Some(carrier) => EventReaders::default().with(Arc::clone(&carrier.events)).with_media(Arc::clone(&carrier.media)),
            None => EventReaders::default(),
        }
    }

    /// Who knows it when it calls.
    pub(crate) fn doors(&self) -> Vec<Arc<dyn CallbackDoor>> {
        self.0.iter().map(|carrier| Arc::clone(&carrier.door)).collect()
    }
}

fn twilio_config(target: &TwilioTarget) -> TwilioConfig {
    let (user, password) = &target.login;
    let from = match (&target.messaging_service, &target.from) {
        (Some(service), _) => TwilioFrom::Service(service.clone()),
        (None, from) => TwilioFrom::Number(from.clone().unwrap_or_default()),
    };
    TwilioConfig {
        account_sid: target.account_sid.clone(),
        user: user.clone(),
        password: password.expose().to_owned(),
        from,
        base_url: target.base_url.clone(),
        ca_pem: None,
        status_callback: format!("{}{TWILIO_STATUS}", target.public_url),
    }
}
