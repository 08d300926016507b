//! Text messages and WhatsApp: the carriers that the settings name.

use std::sync::Arc;

use followup_app::{EventReaders, Senders};
use followup_domain::contact::Country;
use followup_domain::message::Channel;
use followup_domain::ports::{CallbackDoor, Clock, Sender, TemplateCatalogue};
use followup_domain::sending::EventReader;
use followup_gateway::{AddressRange, GatewayConfig, GatewayDoor, GatewayEvents, GatewaySms, JsonProfile, Login, Profile, SignIn, WEBHOOK};
use followup_runtime::settings::{
    GatewayProfile, GatewaySignIn, GatewayTarget, Secret, SmsCarrier, SnsTarget, TwilioTarget, WhatsappCarrier,
};
use followup_sns::{SnsConfig, SnsKey, SnsSms};
use followup_twilio::{
    TwilioConfig, TwilioDoor, TwilioEvents, TwilioFrom, TwilioSms, TwilioTemplates, TwilioTemplatesConfig, TwilioWhatsapp,
    TwilioWhatsappEvents,
};

/// Where Twilio tells what became of a text message.
const TWILIO_STATUS: &str = "/api/v1/webhooks/twilio/status";
/// The same of a WhatsApp message.
const TWILIO_WHATSAPP_STATUS: &str = "/api/v1/webhooks/twilio/whatsapp/status";

/// A carrier: it takes messages of a channel, and most tell of them later, and are known when they call.
struct Carrier {
    channel: Channel,
    sender: Arc<dyn Sender>,
    calls: Option<Calls>,
}

/// What a carrier tells by itself.
struct Calls {
    events: Arc<dyn EventReader>,
    door: Arc<dyn CallbackDoor>,
}

/// Who carries text messages and WhatsApp, as far as somebody does.
pub(crate) struct Carried {
    carriers: Vec<Carrier>,
    templates: Option<Arc<dyn TemplateCatalogue>>,
}

/// The carriers that the settings name. `country`: whose numbers are meant by a national one.
///
/// # Errors
/// What cannot work.
pub(crate) fn carried(
    (sms, whatsapp): (Option<&SmsCarrier>, Option<&WhatsappCarrier>),
    country: Country,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<Carried> {
    let mut carried = Carried { carriers: Vec::new(), templates: None };
    if let Some(carrier) = sms {
        carried.carriers.push(sms_by(carrier, country, clock)?);
    }
    if let Some(carrier) = whatsapp {
        let (carrier, templates) = whatsapp_by(carrier)?;
        carried.carriers.push(carrier);
        carried.templates = Some(templates);
    }
    Ok(carried)
}

fn sms_by(carrier: &SmsCarrier, country: Country, clock: &Arc<dyn Clock>) -> anyhow::Result<Carrier> {
    let (sender, calls): (Arc<dyn Sender>, _) = match carrier {
        SmsCarrier::Twilio(target) => {
            let door = TwilioDoor::new(target.auth_token.expose(), &target.public_url);
            let calls = Calls { events: Arc::new(TwilioEvents), door: Arc::new(door) };
            (Arc::new(TwilioSms::new(twilio_config(target, TWILIO_STATUS))?), Some(calls))
        }
        SmsCarrier::Gateway(target) => {
            let calls = Calls { events: Arc::new(GatewayEvents::new(country)), door: Arc::new(gateway_door(target)) };
            (Arc::new(GatewaySms::new(gateway_config(target))?), Some(calls))
        }
        SmsCarrier::Sns(target) => (Arc::new(SnsSms::new(sns_config(target), Arc::clone(clock))?), None),
    };
    Ok(Carrier { channel: Channel::Sms, sender, calls })
}

fn whatsapp_by(carrier: &WhatsappCarrier) -> anyhow::Result<(Carrier, Arc<dyn TemplateCatalogue>)> {
    match carrier {
        WhatsappCarrier::Twilio { account, content_base_url } => {
            let door = TwilioDoor::new(account.auth_token.expose(), &account.public_url).of_whatsapp();
            let calls = Calls { events: Arc::new(TwilioWhatsappEvents), door: Arc::new(door) };
            let sender = Arc::new(TwilioWhatsapp::new(twilio_config(account, TWILIO_WHATSAPP_STATUS))?);
            let templates = TwilioTemplates::new(TwilioTemplatesConfig {
                user: account.login.0.clone(),
                password: account.login.1.expose().to_owned(),
                base_url: content_base_url.clone(),
                ca_pem: None,
            })?;
            Ok((Carrier { channel: Channel::Whatsapp, sender, calls: Some(calls) }, Arc::new(templates)))
        }
    }
}

impl Carried {
    /// With their lanes.
    pub(crate) fn senders(&self, senders: Senders) -> Senders {
        self.carriers.iter().fold(senders, |senders, carrier| senders.with(carrier.channel, Arc::clone(&carrier.sender)))
    }

    /// Who understands what they tell.
    pub(crate) fn events(&self) -> EventReaders {
        self.calls().fold(EventReaders::default(), |readers, calls| readers.with(Arc::clone(&calls.events)))
    }

    /// Who knows them when they call.
    pub(crate) fn doors(&self) -> Vec<Arc<dyn CallbackDoor>> {
        self.calls().map(|calls| Arc::clone(&calls.door)).collect()
    }

    /// Who lists the templates of WhatsApp.
    pub(crate) fn templates(&self) -> Option<Arc<dyn TemplateCatalogue>> {
        self.templates.clone()
    }

    fn calls(&self) -> impl Iterator<Item = &Calls> {
        self.carriers.iter().filter_map(|carrier| carrier.calls.as_ref())
    }
}

fn twilio_config(target: &TwilioTarget, status: &str) -> TwilioConfig {
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
        status_callback: format!("{}{status}", target.public_url),
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
