//! Text messages: the carrier that the settings name.

use std::sync::Arc;

use followup_app::{EventReaders, Senders};
use followup_domain::contact::Country;
use followup_domain::message::Channel;
use followup_domain::ports::{CallbackDoor, Clock, Sender};
use followup_domain::sending::EventReader;
use followup_gateway::{AddressRange, GatewayConfig, GatewayDoor, GatewayEvents, GatewaySms, JsonProfile, Login, Profile, SignIn, WEBHOOK};
use followup_runtime::settings::{GatewayProfile, GatewaySignIn, GatewayTarget, Secret, SmsCarrier, SnsTarget, TwilioTarget};
use followup_sns::{SnsConfig, SnsKey, SnsSms};
use followup_twilio::{TwilioConfig, TwilioDoor, TwilioEvents, TwilioFrom, TwilioSms};

/// Where Twilio tells what became of a message.
const TWILIO_STATUS: &str = "/api/v1/webhooks/twilio/status";

/// A carrier: it takes messages, and most tell of them later, and are known when they call.
struct Carrier {
    sender: Arc<dyn Sender>,
    calls: Option<Calls>,
}

/// What a carrier tells by itself.
struct Calls {
    events: Arc<dyn EventReader>,
    door: Arc<dyn CallbackDoor>,
}

/// Who carries text messages, if somebody does.
pub(crate) struct Carried(Option<Carrier>);

/// The carrier that the settings name. `country`: whose numbers are meant by a national one.
///
/// # Errors
/// What cannot work.
pub(crate) fn carried(carrier: Option<&SmsCarrier>, country: Country, clock: &Arc<dyn Clock>) -> anyhow::Result<Carried> {
    let carrier = match carrier {
        Some(SmsCarrier::Twilio(target)) => Some(Carrier {
            sender: Arc::new(TwilioSms::new(twilio_config(target))?),
            calls: Some(Calls {
                events: Arc::new(TwilioEvents),
                door: Arc::new(TwilioDoor::new(target.auth_token.expose(), &target.public_url)),
            }),
        }),
        Some(SmsCarrier::Gateway(target)) => Some(Carrier {
            sender: Arc::new(GatewaySms::new(gateway_config(target))?),
            calls: Some(Calls { events: Arc::new(GatewayEvents::new(country)), door: Arc::new(gateway_door(target)) }),
        }),
        Some(SmsCarrier::Sns(target)) => {
            Some(Carrier { sender: Arc::new(SnsSms::new(sns_config(target), Arc::clone(clock))?), calls: None })
        }
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
        self.calls().fold(EventReaders::default(), |readers, calls| readers.with(Arc::clone(&calls.events)))
    }

    /// Who knows it when it calls.
    pub(crate) fn doors(&self) -> Vec<Arc<dyn CallbackDoor>> {
        self.calls().map(|calls| Arc::clone(&calls.door)).collect()
    }

    fn calls(&self) -> impl Iterator<Item = &Calls> {
        self.0.iter().filter_map(|carrier| carrier.calls.as_ref())
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

fn gateway_config(target: &GatewayTarget) -> GatewayConfig {
    let login = |user: &String, password: &Secret| Login { user: user.clone(), password: password.expose().to_owned() };
    let profile = match &target.profile {
        GatewayProfile::Kannel(user, password) => Profile::Kannel(login(user, password)),
        GatewayProfile::Json { sign_in, body, id } => {
            let sign_in = sign_in.as_ref().map(|sign_in| match sign_in {
                GatewaySignIn::Basic(user, password) => SignIn::Basic(login(user, password)),
                GatewaySignIn::Token(None, token) => SignIn::Bearer(token.expose().to_owned()),
                GatewaySignIn::Token(Some(header), token) => SignIn::Header(header.clone(), token.expose().to_owned()),
            });
            Profile::Json(JsonProfile { sign_in, body: body.clone(), id: id.clone() })
        }
    };
    GatewayConfig {
        url: target.url.clone(),
        ca_pem: target.ca.as_ref().map(|ca| ca.pem.clone()),
        from: target.from.clone(),
        profile,
        status_callback: format!("{}{WEBHOOK}{}/dlr", target.public_url, target.secret.expose()),
    }
}

fn gateway_door(target: &GatewayTarget) -> GatewayDoor {
    let allowed = target.allowed.iter().map(|(address, bits)| AddressRange { address: *address, bits: *bits });
    GatewayDoor::new(target.secret.expose(), allowed.collect())
}

fn sns_config(target: &SnsTarget) -> SnsConfig {
    let key = SnsKey {
        id: target.access_key_id.clone(),
        secret: target.secret_access_key.expose().to_owned(),
        session_token: target.session_token.as_ref().map(|token| token.expose().to_owned()),
    };
    SnsConfig { region: target.region.clone(), key, sender_id: target.sender_id.clone(), base_url: target.base_url.clone(), ca_pem: None }
}
