//! Text messages and WhatsApp: the carriers that the settings name.

use std::path::Path;
use std::sync::Arc;

use followup_app::{EventReaders, Senders};
use followup_domain::contact::Country;
use followup_domain::message::Channel;
use followup_domain::ports::{CallbackDoor, Clock, MediaSource, Sender, TemplateCatalogue};
use followup_domain::sending::EventReader;
use followup_gateway::{AddressRange, GatewayConfig, GatewayDoor, GatewayEvents, GatewaySms, JsonProfile, Login, Profile, SignIn, WEBHOOK};
use followup_meta::{MetaAccount, MetaConfig, MetaDoor, MetaEvents, MetaMedia, MetaTemplates, MetaWhatsapp};
use followup_outbox::{TextInbox, TextOutbox};
use followup_runtime::settings::{
    GatewayProfile, GatewaySignIn, GatewayTarget, MetaTarget, Secret, SmsCarrier, SnsTarget, TwilioTarget, WhatsappCarrier,
};
use followup_sns::{SnsConfig, SnsKey, SnsSms};
use followup_twilio::{
    TwilioConfig, TwilioDoor, TwilioEvents, TwilioFrom, TwilioMedia, TwilioSms, TwilioTemplates, TwilioTemplatesConfig, TwilioWhatsapp,
    TwilioWhatsappEvents,
};

/// Where Twilio tells what became of a text message.
const TWILIO_STATUS: &str = "/api/v1/webhooks/twilio/status";
/// The same of a WhatsApp message.
const TWILIO_WHATSAPP_STATUS: &str = "/api/v1/webhooks/twilio/whatsapp/status";

/// A carrier: it takes messages of a channel, and most tell of them later.
struct Carrier {
    channel: Channel,
    sender: Arc<dyn Sender>,
    calls: Option<Calls>,
}

/// What a carrier tells by itself: who understands it, keeps its files, and knows it when it calls.
struct Calls {
    events: Arc<dyn EventReader>,
    media: Option<Arc<dyn MediaSource>>,
    door: Option<Arc<dyn CallbackDoor>>,
}

/// Who carries text messages and WhatsApp, as far as somebody does.
pub(crate) struct Carried {
    carriers: Vec<Carrier>,
    templates: Option<Arc<dyn TemplateCatalogue>>,
}

/// What the settings name.
pub(crate) struct Named<'s> {
    /// Who carries text messages.
    pub(crate) sms: Option<&'s SmsCarrier>,
    /// Who carries WhatsApp.
    pub(crate) whatsapp: Option<&'s WhatsappCarrier>,
    /// Where messages that nobody carries are written as files, in place of not being configured.
    pub(crate) outbox: Option<&'s Path>,
    /// Whose numbers are meant by a national one.
    pub(crate) country: Country,
}

/// The carriers that the settings name.
///
/// # Errors
/// What cannot work.
pub(crate) fn carried(named: &Named<'_>, clock: &Arc<dyn Clock>) -> anyhow::Result<Carried> {
    let mut carried = Carried { carriers: Vec::new(), templates: None };
    match (named.sms, named.outbox) {
        (Some(carrier), _) => carried.carriers.push(sms_by(carrier, named.country, clock)?),
        (None, Some(outbox)) => carried.carriers.push(simulated(Channel::Sms, outbox)),
        (None, None) => {}
    }
    match (named.whatsapp, named.outbox) {
        (Some(carrier), _) => {
            let (carrier, templates) = whatsapp_by(carrier)?;
            carried.carriers.push(carrier);
            carried.templates = Some(templates);
        }
        (None, Some(outbox)) => carried.carriers.push(simulated(Channel::Whatsapp, outbox)),
        (None, None) => {}
    }
    Ok(carried)
}

/// Nobody is written to, and answers are files too.
fn simulated(channel: Channel, outbox: &Path) -> Carrier {
    let (sender, inbox) = match channel {
        Channel::Sms => (TextOutbox::sms(outbox), TextInbox::sms()),
        _ => (TextOutbox::whatsapp(outbox), TextInbox::whatsapp()),
    };
    Carrier { channel, sender: Arc::new(sender), calls: Some(Calls { events: Arc::new(inbox), media: None, door: None }) }
}

fn sms_by(carrier: &SmsCarrier, country: Country, clock: &Arc<dyn Clock>) -> anyhow::Result<Carrier> {
    let (sender, calls): (Arc<dyn Sender>, _) = match carrier {
        SmsCarrier::Twilio(target) => {
            let config = twilio_config(target, TWILIO_STATUS);
            let media = TwilioMedia::new(&config, followup_twilio::SCOPE)?;
            let door = TwilioDoor::new(target.auth_token.expose(), &target.public_url);
            (Arc::new(TwilioSms::new(config)?), Some(Calls::of(TwilioEvents, door).with_files(media)))
        }
        SmsCarrier::Gateway(target) => {
            let calls = Calls::of(GatewayEvents::new(country), gateway_door(target, clock));
            (Arc::new(GatewaySms::new(gateway_config(target))?), Some(calls))
        }
        SmsCarrier::Sns(target) => (Arc::new(SnsSms::new(sns_config(target), Arc::clone(clock))?), None),
    };
    Ok(Carrier { channel: Channel::Sms, sender, calls })
}

fn whatsapp_by(carrier: &WhatsappCarrier) -> anyhow::Result<(Carrier, Arc<dyn TemplateCatalogue>)> {
    let (sender, calls, templates): (Arc<dyn Sender>, _, Arc<dyn TemplateCatalogue>) = match carrier {
        WhatsappCarrier::Twilio { account, content_base_url } => {
            let config = twilio_config(account, TWILIO_WHATSAPP_STATUS);
            let media = TwilioMedia::new(&config, followup_twilio::WHATSAPP_SCOPE)?;
            let door = TwilioDoor::new(account.auth_token.expose(), &account.public_url).of_whatsapp();
            let templates = TwilioTemplates::new(TwilioTemplatesConfig {
                user: account.login.0.clone(),
                password: account.login.1.expose().to_owned(),
                base_url: content_base_url.clone(),
                ca_pem: None,
            })?;
            let calls = Calls::of(TwilioWhatsappEvents, door).with_files(media);
            (Arc::new(TwilioWhatsapp::new(config)?), calls, Arc::new(templates))
        }
        WhatsappCarrier::Meta(target) => {
            let account = MetaAccount::new(meta_config(target))?;
            let events = MetaEvents::new(&target.phone_number_id, &target.waba_id);
            let door = MetaDoor::new(target.app_secret.expose(), target.verify_token.expose());
            let calls = Calls::of(events, door).with_files(MetaMedia::new(account.clone())?);
            (Arc::new(MetaWhatsapp::new(account.clone())), calls, Arc::new(MetaTemplates::new(account)))
        }
    };
    Ok((Carrier { channel: Channel::Whatsapp, sender, calls: Some(calls) }, templates))
}

impl Calls {
    fn of(events: impl EventReader + 'static, door: impl CallbackDoor + 'static) -> Self {
        Self { events: Arc::new(events), media: None, door: Some(Arc::new(door)) }
    }

    fn with_files(self, media: impl MediaSource + 'static) -> Self {
        Self { media: Some(Arc::new(media)), ..self }
    }
}

impl Carried {
    /// With their lanes.
    pub(crate) fn senders(&self, senders: Senders) -> Senders {
        self.carriers.iter().fold(senders, |senders, carrier| senders.with(carrier.channel, Arc::clone(&carrier.sender)))
    }

    /// Who understands what they tell, and keeps their files.
    pub(crate) fn events(&self) -> EventReaders {
        self.calls().fold(EventReaders::default(), |readers, calls| {
            let readers = readers.with(Arc::clone(&calls.events));
            match &calls.media {
                Some(media) => readers.with_media(Arc::clone(media)),
                None => readers,
            }
        })
    }

    /// Who knows them when they call.
    pub(crate) fn doors(&self) -> Vec<Arc<dyn CallbackDoor>> {
        self.calls().filter_map(|calls| calls.door.clone()).collect()
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

fn gateway_door(target: &GatewayTarget, clock: &Arc<dyn Clock>) -> GatewayDoor {
    let allowed = target.allowed.iter().map(|(address, bits)| AddressRange { address: *address, bits: *bits });
    GatewayDoor::new(target.secret.expose(), allowed.collect(), Arc::clone(clock))
}

fn sns_config(target: &SnsTarget) -> SnsConfig {
    let key = SnsKey {
        id: target.access_key_id.clone(),
        secret: target.secret_access_key.expose().to_owned(),
        session_token: target.session_token.as_ref().map(|token| token.expose().to_owned()),
    };
    SnsConfig { region: target.region.clone(), key, sender_id: target.sender_id.clone(), base_url: target.base_url.clone(), ca_pem: None }
}

fn meta_config(target: &MetaTarget) -> MetaConfig {
    MetaConfig {
        phone_number_id: target.phone_number_id.clone(),
        waba_id: target.waba_id.clone(),
        access_token: target.access_token.expose().to_owned(),
        version: target.version.clone(),
        base_url: target.base_url.clone(),
        ca_pem: None,
    }
}
