//! Text messages: how they are written, and who carries them.

mod gateway;
mod sns;
mod twilio;

use clap::Args;
use followup_domain::sending::SmsRules;

use super::SettingError;
use super::check::{boolean, choice, given, number, web_address};
use super::shown::{Shown, shown};

pub use gateway::{AddressBits, GatewayProfile, GatewaySettings, GatewaySignIn, GatewayTarget};
pub use sns::{SnsSettings, SnsTarget};
pub(super) use twilio::sid;
pub use twilio::{TwilioSettings, TwilioTarget};

/// How text messages are written, and who carries them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "SMS and WhatsApp")]
pub struct SmsSettings {
    /// Who carries text messages: twilio, gateway (a gateway of your own, as Kannel) or sns (AWS). Unset: nobody; the channel answers "canal no
    /// configurado".
    #[arg(long, env = "SMS_PROVIDER")]
    pub sms_provider: Option<String>,
    /// Parts that a text message may have at most: one holds 160 characters, or 70 once one of them is not in the GSM alphabet (á, í, ó, ú); each
    /// of several 153, or 67. A longer one is not sent.
    #[arg(long, env = "SMS_MAX_PARTS", default_value = "4")]
    pub sms_max_parts: String,
    /// Whether a text message is written without what the GSM alphabet lacks (á as a; é, ñ and ü stay) where that saves parts: true or false.
    #[arg(long, env = "SMS_TRANSLITERATE", default_value = "false")]
    pub sms_transliterate: String,
    /// Address at which providers call this service, before the path, as in `https://fv.hospital.example`; required with SMS_PROVIDER, but for sns,
    /// which calls nobody, and with WHATSAPP_PROVIDER.
    #[arg(long, env = "PUBLIC_URL")]
    pub public_url: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)] // clap shows a doc comment on a flattened group as the command's own.
    pub twilio: TwilioSettings,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub gateway: GatewaySettings,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub sns: SnsSettings,
}

/// The checked [`SmsSettings`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmsConfig {
    /// How they are written.
    pub rules: SmsRules,
    /// Who carries them; none when nobody does.
    pub carrier: Option<SmsCarrier>,
    /// The settings that decide it, as an administrator sees them.
    pub shown: Vec<Shown>,
}

/// Who carries text messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmsCarrier {
    /// Twilio.
    Twilio(TwilioTarget),
    /// A gateway of one's own.
    Gateway(GatewayTarget),
    /// AWS SNS.
    Sns(SnsTarget),
}

/// Parts of the longest text that providers take, 1,600 characters.
const LONGEST: usize = 10;

#[derive(Debug, Clone, Copy)]
enum Provider {
    Twilio,
    Gateway,
    Sns,
}

const PROVIDERS: &[(&str, Provider)] = &[("twilio", Provider::Twilio), ("gateway", Provider::Gateway), ("sns", Provider::Sns)];

impl SmsSettings {
    /// Checks the group.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn resolve(&self) -> Result<SmsConfig, SettingError> {
        let rules = SmsRules {
            most_parts: number("SMS_MAX_PARTS", &self.sms_max_parts, 1..=LONGEST)?,
            transliterate: boolean("SMS_TRANSLITERATE", &self.sms_transliterate)?,
        };
        let carrier = match given(self.sms_provider.as_ref()) {
            Some(name) => Some(match choice("SMS_PROVIDER", name, PROVIDERS)? {
                Provider::Twilio => SmsCarrier::Twilio(self.twilio.resolve(self.public_url("SMS_PROVIDER=twilio")?)?),
                Provider::Gateway => SmsCarrier::Gateway(self.gateway.resolve(self.public_url("SMS_PROVIDER=gateway")?)?),
                Provider::Sns => SmsCarrier::Sns(self.sns.resolve()?),
            }),
            None => self.refuse_unused()?,
        };
        let shown = self.shown(carrier.as_ref());
        Ok(SmsConfig { rules, carrier, shown })
    }

    fn shown(&self, carrier: Option<&SmsCarrier>) -> Vec<Shown> {
        let of_all = [
            shown("SMS_PROVIDER", self.sms_provider.as_ref()),
            shown("SMS_MAX_PARTS", Some(&self.sms_max_parts)),
            shown("SMS_TRANSLITERATE", Some(&self.sms_transliterate)),
            shown("PUBLIC_URL", self.public_url.as_ref()),
        ];
        let of_carrier = match carrier {
            Some(SmsCarrier::Twilio(_)) => self.twilio.shown(),
            Some(SmsCarrier::Gateway(_)) => self.gateway.shown(),
            Some(SmsCarrier::Sns(_)) => self.sns.shown(),
            None => Vec::new(),
        };
        of_all.into_iter().chain(of_carrier).collect()
    }

    /// The account with Twilio for another channel, as [`TwilioSettings::account`] checks it.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub(super) fn twilio_account(&self, provider: &str, sender: (Option<String>, Option<String>)) -> Result<TwilioTarget, SettingError> {
        self.twilio.account(provider, sender, self.public_url(provider)?)
    }

    fn public_url(&self, provider: &str) -> Result<String, SettingError> {
        let url = required("PUBLIC_URL", provider, given(self.public_url.as_ref()).map(str::to_owned))?;
        web_address("PUBLIC_URL", &url, "https://fv.hospital.example")?;
        if url.contains('?') {
            return Err(SettingError::new("PUBLIC_URL", "must be an address without a query"));
        }
        Ok(url.trim_end_matches('/').to_owned())
    }

    /// A forgotten SMS_PROVIDER is told, and not that nothing is sent.
    fn refuse_unused(&self) -> Result<Option<SmsCarrier>, SettingError> {
        let texts = [
            ("TWILIO_FROM", &self.twilio.twilio_from),
            ("TWILIO_MESSAGING_SERVICE_SID", &self.twilio.twilio_messaging_service_sid),
            ("SMS_GATEWAY_URL", &self.gateway.sms_gateway_url),
            ("SNS_SENDER_ID", &self.sns.sns_sender_id),
        ];
        match texts.iter().find(|(_, value)| given(value.as_ref()).is_some()) {
            Some((name, _)) => Err(SettingError::new(name, "is set but SMS_PROVIDER is not")),
            None => Ok(None),
        }
    }
}

fn required<T>(setting: &'static str, provider: &str, value: Option<T>) -> Result<T, SettingError> {
    value.ok_or_else(|| SettingError::new(setting, format_args!("is required with {provider}")))
}
