//! Text messages.

use clap::Args;
use followup_domain::sending::SmsRules;

use super::SettingError;
use super::check::{boolean, number};

/// How text messages are written.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Text messages")]
pub struct SmsSettings {
    /// Parts that a text message may have at most: one holds 160 characters, or 70 once one of them is not in the GSM alphabet (á, í, ó, ú); each
    /// of several 153, or 67. A longer one is not sent.
    #[arg(long, env = "SMS_MAX_PARTS", default_value = "4")]
    pub sms_max_parts: String,
    /// Whether a text message is written without what the GSM alphabet lacks (á as a; é, ñ and ü stay) where that saves parts: true or false.
    #[arg(long, env = "SMS_TRANSLITERATE", default_value = "false")]
    pub sms_transliterate: String,
}

/// Parts of the longest text that providers take, 1,600 characters.
const LONGEST: usize = 10;

impl SmsSettings {
    /// Checks how text messages are written.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn rules(&self) -> Result<SmsRules, SettingError> {
        Ok(SmsRules {
            most_parts: number("SMS_MAX_PARTS", &self.sms_max_parts, 1..=LONGEST)?,
            transliterate: boolean("SMS_TRANSLITERATE", &self.sms_transliterate)?,
        })
    }
}
