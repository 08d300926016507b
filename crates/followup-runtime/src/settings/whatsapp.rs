//! WhatsApp: who carries it, and which templates go by themselves.

use clap::Args;
use followup_domain::contact::E164;
use followup_domain::sending::WhatsappRules;

use super::SettingError;
use super::check::{choice, given, one_line, web_address};
use super::meta::{MetaSettings, MetaTarget};
use super::shown::{Shown, shown};
use super::sms::{SmsConfig, SmsSettings, TwilioTarget, sid};

/// Who carries WhatsApp messages, and which templates go by themselves.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "SMS and WhatsApp")]
pub struct WhatsappSettings {
    /// Who carries WhatsApp messages: twilio, with the account's TWILIO_ settings and PUBLIC_URL, or meta, with the META_ settings. Unset: nobody;
    /// the channel answers "canal no configurado".
    #[arg(long, env = "WHATSAPP_PROVIDER")]
    pub whatsapp_provider: Option<String>,
    /// Number that WhatsApp messages come from, as in +14155238886, or a messaging service (MG…) that has it; required with
    /// WHATSAPP_PROVIDER=twilio.
    #[arg(long, env = "TWILIO_WHATSAPP_FROM")]
    pub twilio_whatsapp_from: Option<String>,
    /// Twilio's Content API, where templates are listed: https, or http to this machine.
    #[arg(long, env = "TWILIO_CONTENT_BASE_URL", default_value = "https://content.twilio.com")]
    pub twilio_content_base_url: String,
    /// Approved template by which the service asks the first time: whom it greets, the case, and what is missing fill its places.
    #[arg(long, env = "WHATSAPP_TEMPLATE_REQUEST", default_value = "followup_request")]
    pub whatsapp_template_request: String,
    /// Approved template by which the service asks again.
    #[arg(long, env = "WHATSAPP_TEMPLATE_REMINDER", default_value = "followup_reminder")]
    pub whatsapp_template_reminder: String,
    /// Language of the templates, as the provider writes it: es, es_PE.
    #[arg(long, env = "WHATSAPP_TEMPLATE_LANGUAGE", default_value = "es")]
    pub whatsapp_template_language: String,
    #[command(flatten)]
    #[allow(missing_docs)] // clap shows a doc comment on a flattened group as the command's own.
    pub meta: MetaSettings,
}

impl WhatsappSettings {
    /// As an administrator sees them, with those of the account.
    pub fn shown(&self, sms: &SmsSettings) -> Vec<Shown> {
        let own = [
            shown("WHATSAPP_PROVIDER", self.whatsapp_provider.as_ref()),
            shown("TWILIO_WHATSAPP_FROM", self.twilio_whatsapp_from.as_ref()),
            shown("TWILIO_CONTENT_BASE_URL", Some(&self.twilio_content_base_url)),
            shown("WHATSAPP_TEMPLATE_REQUEST", Some(&self.whatsapp_template_request)),
            shown("WHATSAPP_TEMPLATE_REMINDER", Some(&self.whatsapp_template_reminder)),
            shown("WHATSAPP_TEMPLATE_LANGUAGE", Some(&self.whatsapp_template_language)),
        ];
        let account = match given(self.whatsapp_provider.as_ref()) {
            Some(name) if name.eq_ignore_ascii_case("meta") => self.meta.shown(),
            Some(_) => sms.twilio.shown(),
            None => Vec::new(),
        };
        own.into_iter().chain(account).collect()
    }
}

/// The checked [`WhatsappSettings`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatsappConfig {
    /// Which templates go by themselves.
    pub rules: WhatsappRules,
    /// Who carries them; none when nobody does.
    pub carrier: Option<WhatsappCarrier>,
}

/// Who carries WhatsApp messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhatsappCarrier {
    /// Twilio.
    Twilio {
        /// The account, and who sends.
        account: TwilioTarget,
        /// Where its templates are listed.
        content_base_url: String,
    },
    /// Meta's Cloud API.
    Meta(MetaTarget),
}

/// Their names.
#[derive(Clone, Copy)]
enum Named {
    Twilio,
    Meta,
}

const TWILIO: &str = "WHATSAPP_PROVIDER=twilio";

impl WhatsappSettings {
    /// Checks the group. `sms`: where the account stands, and whether it carries text messages.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn resolve(&self, sms: &SmsSettings, text: &SmsConfig) -> Result<WhatsappConfig, SettingError> {
        let rules = WhatsappRules {
            request: template("WHATSAPP_TEMPLATE_REQUEST", &self.whatsapp_template_request)?,
            reminder: template("WHATSAPP_TEMPLATE_REMINDER", &self.whatsapp_template_reminder)?,
            language: language(&self.whatsapp_template_language)?,
        };
        let carrier = match given(self.whatsapp_provider.as_ref()) {
            Some(name) => Some(match choice("WHATSAPP_PROVIDER", name, &[("twilio", Named::Twilio), ("meta", Named::Meta)])? {
                Named::Twilio => self.twilio(sms)?,
                Named::Meta => WhatsappCarrier::Meta(self.meta.resolve()?),
            }),
            None => self.refuse_unused(sms, text)?,
        };
        Ok(WhatsappConfig { rules, carrier })
    }

    fn twilio(&self, sms: &SmsSettings) -> Result<WhatsappCarrier, SettingError> {
        let name = "TWILIO_WHATSAPP_FROM";
        let from = given(self.twilio_whatsapp_from.as_ref()).map(|from| from.strip_prefix("whatsapp:").unwrap_or(from).to_owned());
        let from = from.ok_or_else(|| SettingError::new(name, format_args!("is required with {TWILIO}")))?;
        let sender = if from.starts_with("MG") { (None, sid(name, "MG", Some(&from))?) } else { (Some(number(name, &from)?), None) };
        web_address("TWILIO_CONTENT_BASE_URL", self.twilio_content_base_url.trim(), "https://content.twilio.com")?;
        let content_base_url = self.twilio_content_base_url.trim().to_owned();
        Ok(WhatsappCarrier::Twilio { account: sms.twilio_account(TWILIO, sender)?, content_base_url })
    }

    /// A forgotten provider is told, and not that nothing is sent.
    fn refuse_unused(&self, sms: &SmsSettings, text: &SmsConfig) -> Result<Option<WhatsappCarrier>, SettingError> {
        if given(self.twilio_whatsapp_from.as_ref()).is_some() {
            return Err(SettingError::new("TWILIO_WHATSAPP_FROM", "is set but WHATSAPP_PROVIDER is not"));
        }
        if let Some(name) = self.meta.unused() {
            return Err(SettingError::new(name, "is set but WHATSAPP_PROVIDER is not"));
        }
        if text.carrier.is_none() && given(sms.twilio.twilio_account_sid.as_ref()).is_some() {
            return Err(SettingError::new("TWILIO_ACCOUNT_SID", "is set but neither SMS_PROVIDER nor WHATSAPP_PROVIDER is"));
        }
        Ok(None)
    }
}

/// A number in E.164, as WhatsApp names its senders.
fn number(setting: &'static str, text: &str) -> Result<String, SettingError> {
    match E164::parse(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(SettingError::new(setting, "must be a number such as +14155238886, or a messaging service (MG…)")),
    }
}

fn template(setting: &'static str, text: &str) -> Result<String, SettingError> {
    let name = one_line(setting, text)?;
    if name.is_empty() { Err(SettingError::new(setting, "must be the name of a template")) } else { Ok(name) }
}

fn language(text: &str) -> Result<String, SettingError> {
    let text = text.trim();
    let is_code = (2..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if is_code {
        Ok(text.to_owned())
    } else {
        Err(SettingError::new("WHATSAPP_TEMPLATE_LANGUAGE", "must be a language such as es or es_PE"))
    }
}
