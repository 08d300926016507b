//! WhatsApp messages: who carries them.

use clap::Args;

use super::SettingError;
use super::check::{choice, given};
use super::meta::{MetaSettings, MetaTarget};

/// Who carries WhatsApp messages.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "WhatsApp")]
pub struct WhatsappSettings {
    /// Who carries WhatsApp messages: meta. Unset: nobody; the channel answers "canal no configurado".
    #[arg(long, env = "WHATSAPP_PROVIDER")]
    pub whatsapp_provider: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)] // clap shows a doc comment on a flattened group as the command's own.
    pub meta: MetaSettings,
}

/// The checked [`WhatsappSettings`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatsappConfig {
    /// Who carries them; none when nobody does.
    pub carrier: Option<WhatsappCarrier>,
}

/// Who carries WhatsApp messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhatsappCarrier {
    /// Meta's Cloud API.
    Meta(MetaTarget),
}

impl WhatsappSettings {
    /// Checks the group.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn resolve(&self) -> Result<WhatsappConfig, SettingError> {
        let Some(name) = given(self.whatsapp_provider.as_ref()) else {
            // A forgotten WHATSAPP_PROVIDER is told, and not that nothing is sent.
            return match self.meta.unused() {
                Some(name) => Err(SettingError::new(name, "is set but WHATSAPP_PROVIDER is not")),
                None => Ok(WhatsappConfig { carrier: None }),
            };
        };
        choice("WHATSAPP_PROVIDER", name, &[("meta", ())])?;
        Ok(WhatsappConfig { carrier: Some(WhatsappCarrier::Meta(self.meta.resolve()?)) })
    }
}
