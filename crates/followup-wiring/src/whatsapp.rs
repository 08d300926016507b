//! WhatsApp messages: the carrier that the settings name.

use std::sync::Arc;

use followup_app::{EventReaders, Senders};
use followup_domain::message::Channel;
use followup_domain::ports::{CallbackDoor, MediaSource, Sender, TemplateCatalogue};
use followup_domain::sending::EventReader;
use followup_meta::{MetaAccount, MetaConfig, MetaDoor, MetaEvents, MetaMedia, MetaTemplates, MetaWhatsapp};
use followup_runtime::settings::{MetaTarget, WhatsappCarrier};

/// A carrier's sides: it takes messages, tells of them, keeps their files, lists its templates, and is known when it calls.
struct Carrier {
    sender: Arc<dyn Sender>,
    events: Arc<dyn EventReader>,
    media: Arc<dyn MediaSource>,
    templates: Arc<dyn TemplateCatalogue>,
    door: Arc<dyn CallbackDoor>,
}

/// Who carries WhatsApp messages, if somebody does.
pub(crate) struct Carried(Option<Carrier>);

/// The carrier that the settings name.
///
/// # Errors
/// What cannot work.
pub(crate) fn carried(carrier: Option<&WhatsappCarrier>) -> anyhow::Result<Carried> {
    let carrier = match carrier {
        Some(WhatsappCarrier::Meta(target)) => {
            let account = MetaAccount::new(meta_config(target))?;
            Some(Carrier {
                sender: Arc::new(MetaWhatsapp::new(account.clone())),
                events: Arc::new(MetaEvents::new(&target.phone_number_id, &target.waba_id)),
                media: Arc::new(MetaMedia::new(account.clone())?),
                templates: Arc::new(MetaTemplates::new(account)),
                door: Arc::new(MetaDoor::new(target.app_secret.expose(), target.verify_token.expose())),
            })
        }
        None => None,
    };
    Ok(Carried(carrier))
}

impl Carried {
    /// With its lane.
    pub(crate) fn senders(&self, senders: Senders) -> Senders {
        match &self.0 {
            Some(carrier) => senders.with(Channel::Whatsapp, Arc::clone(&carrier.sender)),
            None => senders,
        }
    }

    /// With who understands what it tells, and keeps its files.
    pub(crate) fn events(&self, readers: EventReaders) -> EventReaders {
        match &self.0 {
            Some(carrier) => readers.with(Arc::clone(&carrier.events)).with_media(Arc::clone(&carrier.media)),
            None => readers,
        }
    }

    /// Who lists its templates.
    pub(crate) fn templates(&self) -> Option<Arc<dyn TemplateCatalogue>> {
        self.0.as_ref().map(|carrier| Arc::clone(&carrier.templates))
    }

    /// Who knows it when it calls.
    pub(crate) fn doors(&self) -> impl Iterator<Item = Arc<dyn CallbackDoor>> {
        self.0.iter().map(|carrier| Arc::clone(&carrier.door))
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
