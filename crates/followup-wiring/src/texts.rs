//! Text messages and WhatsApp: the carriers that the settings name.

use std::sync::Arc;

use followup_app::{EventReaders, Senders};
use followup_domain::message::Channel;
use followup_domain::ports::{CallbackDoor, MediaSource, Sender, TemplateCatalogue};
use followup_domain::sending::EventReader;
use followup_meta::{MetaAccount, MetaConfig, MetaDoor, MetaEvents, MetaMedia, MetaTemplates, MetaWhatsapp};
use followup_runtime::settings::{MetaTarget, SmsCarrier, TwilioTarget, WhatsappCarrier};
use followup_twilio::{
    TwilioConfig, TwilioDoor, TwilioEvents, TwilioFrom, TwilioMedia, TwilioSms, TwilioTemplates, TwilioTemplatesConfig, TwilioWhatsapp,
    TwilioWhatsappEvents,
};

/// Where Twilio tells what became of a text message.
const TWILIO_STATUS: &str = "/api/v1/webhooks/twilio/status";
/// The same of a WhatsApp message.
const TWILIO_WHATSAPP_STATUS: &str = "/api/v1/webhooks/twilio/whatsapp/status";

/// A carrier's sides: it takes messages of a channel, tells of them, keeps their files, and is known when it calls.
struct Carrier {
    channel: Channel,
    sender: Arc<dyn Sender>,
    events: Arc<dyn EventReader>,
    media: Arc<dyn MediaSource>,
    door: Arc<dyn CallbackDoor>,
}

/// Who carries text messages and WhatsApp, as far as somebody does.
pub(crate) struct Carried {
    carriers: Vec<Carrier>,
    templates: Option<Arc<dyn TemplateCatalogue>>,
}

/// The carriers that the settings name.
///
/// # Errors
/// What cannot work.
pub(crate) fn carried(sms: Option<&SmsCarrier>, whatsapp: Option<&WhatsappCarrier>) -> anyhow::Result<Carried> {
    let mut carried = Carried { carriers: Vec::new(), templates: None };
    match sms {
        Some(SmsCarrier::Twilio(target)) => carried.carriers.push(Carrier {
            channel: Channel::Sms,
            sender: Arc::new(TwilioSms::new(twilio_config(target, TWILIO_STATUS))?),
            events: Arc::new(TwilioEvents),
            media: Arc::new(TwilioMedia::new(&twilio_config(target, TWILIO_STATUS), followup_twilio::SCOPE)?),
            door: Arc::new(TwilioDoor::new(target.auth_token.expose(), &target.public_url)),
        }),
        None => {}
    }
    match whatsapp {
        Some(WhatsappCarrier::Twilio { account, content_base_url }) => {
            carried.carriers.push(Carrier {
                channel: Channel::Whatsapp,
                sender: Arc::new(TwilioWhatsapp::new(twilio_config(account, TWILIO_WHATSAPP_STATUS))?),
                events: Arc::new(TwilioWhatsappEvents),
                media: Arc::new(TwilioMedia::new(&twilio_config(account, TWILIO_WHATSAPP_STATUS), followup_twilio::WHATSAPP_SCOPE)?),
                door: Arc::new(TwilioDoor::new(account.auth_token.expose(), &account.public_url).of_whatsapp()),
            });
            carried.templates = Some(Arc::new(TwilioTemplates::new(TwilioTemplatesConfig {
                user: account.login.0.clone(),
                password: account.login.1.expose().to_owned(),
                base_url: content_base_url.clone(),
                ca_pem: None,
            })?));
        }
        Some(WhatsappCarrier::Meta(target)) => {
            let account = MetaAccount::new(meta_config(target))?;
            carried.carriers.push(Carrier {
                channel: Channel::Whatsapp,
                sender: Arc::new(MetaWhatsapp::new(account.clone())),
                events: Arc::new(MetaEvents::new(&target.phone_number_id, &target.waba_id)),
                media: Arc::new(MetaMedia::new(account.clone())?),
                door: Arc::new(MetaDoor::new(target.app_secret.expose(), target.verify_token.expose())),
            });
            carried.templates = Some(Arc::new(MetaTemplates::new(account)));
        }
        None => {}
    }
    Ok(carried)
}

impl Carried {
    /// With their lanes.
    pub(crate) fn senders(&self, senders: Senders) -> Senders {
        self.carriers.iter().fold(senders, |senders, carrier| senders.with(carrier.channel, Arc::clone(&carrier.sender)))
    }

    /// Who understands what they tell, and keeps their files.
    pub(crate) fn events(&self) -> EventReaders {
        let with =
            |events: EventReaders, carrier: &Carrier| events.with(Arc::clone(&carrier.events)).with_media(Arc::clone(&carrier.media));
        self.carriers.iter().fold(EventReaders::default(), with)
    }

    /// Who knows them when they call.
    pub(crate) fn doors(&self) -> Vec<Arc<dyn CallbackDoor>> {
        self.carriers.iter().map(|carrier| Arc::clone(&carrier.door)).collect()
    }

    /// Who lists the templates of WhatsApp.
    pub(crate) fn templates(&self) -> Option<Arc<dyn TemplateCatalogue>> {
        self.templates.clone()
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
