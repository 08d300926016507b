//! What the organisation decided about asking.

use std::path::PathBuf;

use chrono::Duration;
use chrono_tz::Tz;
use clap::Args;
use followup_domain::asking::missing::RequiredFields;
use followup_domain::asking::request::Letterhead;
use followup_domain::case::origin::OriginTable;
use followup_domain::contact::Country;
use followup_domain::message::Channel;
use followup_domain::policy::{Escalation, FollowupPolicy};
use followup_domain::sending::{SmsRules, WhatsappRules};

use super::SettingError;
use super::check::{address, boolean, given, given_path, number, one_line};
use super::send_window::send_window;
use super::smtp::MailOutConfig;

/// The rules of asking, the organisation's place, and its letters.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Follow-up")]
pub struct FollowupSettings {
    /// Whether an incomplete case is asked about by itself (plans go on either way): true or false.
    #[arg(long, env = "AUTO_FOLLOWUP_ENABLED", default_value = "true")]
    pub auto_followup_enabled: String,
    /// Hours between two automatic letters about one case; decimals allowed.
    #[arg(long, env = "AUTO_FOLLOWUP_DELAY_HOURS", default_value = "1")]
    pub auto_followup_delay_hours: String,
    /// Automatic letters to one address in 24 hours, over all cases; 0 is no cap.
    #[arg(long, env = "AUTO_FOLLOWUP_DAILY_CAP", default_value = "0")]
    pub auto_followup_daily_cap: String,
    /// Comma-separated fields to demand in place of the standard set.
    #[arg(long, env = "REQUIRED_FIELDS")]
    pub required_fields: Option<String>,
    /// By which channels what goes by itself is sent, separated by commas: the first that is configured and reaches the reporter. A channel that is
    /// not named here is used only where a plan or a person names it.
    #[arg(long, env = "CHANNEL_ORDER", default_value = "email,whatsapp,sms")]
    pub channel_order: String,
    /// File with the unit's own biologicals and vaccines, one a line: `vacuna: NAME`, `biologico: NAME`, or `normal: NAME` for what is none.
    #[arg(long, env = "BIOLOGICALS_FILE")]
    pub biologicals_file: Option<PathBuf>,
    /// Time zone of what people read (IANA name).
    #[arg(long, env = "ORG_TIMEZONE", default_value = "America/Lima")]
    pub org_timezone: String,
    /// Country of telephone numbers without a country code (ISO 3166-1 alpha-2).
    #[arg(long, env = "ORG_COUNTRY", default_value = "PE")]
    pub org_country: String,
    /// First word of every subject.
    #[arg(long, env = "SUBJECT_PREFIX", default_value = "[VIGIA]")]
    pub subject_prefix: String,
    /// Unit that signs the letters.
    #[arg(long, env = "UNIT_NAME", default_value = "Departamento de Farmacovigilancia")]
    pub unit_name: String,
    /// Telephone at which a reader of a letter can ask whether it is the unit's; stands in every letter. Unset: none.
    #[arg(long, env = "UNIT_PHONE")]
    pub unit_phone: Option<String>,
    /// Postal address of the unit, below its name in e-mail. Unset: none.
    #[arg(long, env = "UNIT_ADDRESS")]
    pub unit_address: Option<String>,
    /// Directory of letter templates that replace the built-in ones.
    #[arg(long, env = "TEMPLATES_DIR")]
    pub templates_dir: Option<PathBuf>,
    /// Address that is told of a reply when the case has no evaluator's address.
    #[arg(long, env = "NOTIFY_EMAIL")]
    pub notify_email: Option<String>,
    /// Name by which the mail server that receives the unit's mail signs its Authentication-Results (RFC 8601); what it says failed DMARC does not
    /// count until a person confirms it. Unset: none is believed.
    #[arg(long, env = "TRUSTED_AUTHSERV_ID")]
    pub trusted_authserv_id: Option<String>,
    /// Hours in ORG_TIMEZONE at which letters go out by themselves, as in 09:00-18:00; what is due outside them waits. Unset: always.
    #[arg(long, env = "SEND_WINDOW_HOURS")]
    pub send_window_hours: Option<String>,
    /// Weekdays at which they do, as in lun-vie, mon-fri or lun,mie,vie; with SEND_WINDOW_HOURS. Unset: every day.
    #[arg(long, env = "SEND_WINDOW_DAYS")]
    pub send_window_days: Option<String>,
    /// Days without an answer after which a case is escalated, once. Unset: never.
    #[arg(long, env = "ESCALATE_AFTER_DAYS")]
    pub escalate_after_days: Option<String>,
    /// Address that is told of an escalated case. Unset: such cases are only listed.
    #[arg(long, env = "ESCALATE_TO")]
    pub escalate_to: Option<String>,
    /// Days since the plan's base after which closing without an answer (max_attempts) is proposed.
    #[arg(long, env = "PROPOSE_CLOSING_AFTER_DAYS", default_value = "120")]
    pub propose_closing_after_days: String,
    /// Whether the service itself closes what is proposed and passes the quality checks: true or false.
    #[arg(long, env = "CLOSE_WITHOUT_ANSWER", default_value = "false")]
    pub close_without_answer: String,
    /// Days after an answer was attended that leaves something missing after which the plan that it held goes on by itself. Unset: it is only proposed.
    #[arg(long, env = "RESUME_PLAN_AFTER_DAYS")]
    pub resume_plan_after_days: Option<String>,
}

/// The checked [`FollowupSettings`].
#[derive(Debug, Clone)]
pub struct FollowupConfig {
    /// What the domain's rules need.
    pub policy: FollowupPolicy,
    /// `TEMPLATES_DIR`: an existing directory.
    pub templates_dir: Option<PathBuf>,
    /// `TRUSTED_AUTHSERV_ID`: whose Authentication-Results are believed.
    pub trusted_authserv_id: Option<String>,
}

/// Thirty days: a longer pause between letters is a plan, not a delay.
const LONGEST_DELAY_HOURS: f64 = 720.0;
/// Of a telephone number; emergency numbers have three.
const FEWEST_DIGITS: usize = 3;
/// Ten years: more is a slip of the hand.
const LONGEST_WAIT_DAYS: i64 = 3650;

impl FollowupSettings {
    /// Checks the group; the sender and the redirection of the policy are those of the mail settings, what it says of text messages
    /// is those of theirs.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn resolve(&self, mail: &MailOutConfig) -> Result<FollowupConfig, SettingError> {
        Ok(FollowupConfig {
            policy: self.policy(mail)?,
            templates_dir: self.templates_dir()?,
            trusted_authserv_id: given(self.trusted_authserv_id.as_ref()).map(authserv_id).transpose()?,
        })
    }

    fn policy(&self, mail: &MailOutConfig) -> Result<FollowupPolicy, SettingError> {
        let cap = number("AUTO_FOLLOWUP_DAILY_CAP", &self.auto_followup_daily_cap, 0..=10_000)?;
        let required = given(self.required_fields.as_ref()).unwrap_or_default();
        let zone = self.time_zone()?;
        Ok(FollowupPolicy {
            automatic_requests: boolean("AUTO_FOLLOWUP_ENABLED", &self.auto_followup_enabled)?,
            automatic_delay: self.delay()?,
            daily_cap_per_address: (cap > 0).then_some(cap),
            required: RequiredFields::parse(required)
                .map_err(|error| SettingError::new("REQUIRED_FIELDS", format_args!("is wrong: {error}")))?
                .with_origins(self.biologicals()?),
            letterhead: self.letterhead()?,
            country: Country::parse(&self.org_country).map_err(|error| SettingError::new("ORG_COUNTRY", format_args!("is {error}")))?,
            redirect_to: mail.redirect_to.clone(),
            sender: mail.sender.clone(),
            sender_name: mail.sender_name.clone().or_else(|| given(Some(&self.unit_name)).map(str::to_owned)),
            reply_addresses: None,
            zone,
            window: send_window(zone, given(self.send_window_hours.as_ref()), given(self.send_window_days.as_ref()))?,
            notify_to: given(self.notify_email.as_ref()).map(|text| address("NOTIFY_EMAIL", text)).transpose()?,
            escalation: self.escalation()?,
            propose_closing_after_days: days("PROPOSE_CLOSING_AFTER_DAYS", &self.propose_closing_after_days)?,
            close_by_itself: boolean("CLOSE_WITHOUT_ANSWER", &self.close_without_answer)?,
            resume_after: given(self.resume_plan_after_days.as_ref())
                .map(|text| days("RESUME_PLAN_AFTER_DAYS", text).map(Duration::days))
                .transpose()?,
            channel_order: channel_order(&self.channel_order)?,
            sms: SmsRules::default(),
            whatsapp: WhatsappRules::default(),
        })
    }

    fn letterhead(&self) -> Result<Letterhead, SettingError> {
        let line = |name, text: Option<&String>| given(text).map(|text| one_line(name, text)).transpose();
        let unit_phone = line("UNIT_PHONE", self.unit_phone.as_ref())?;
        if unit_phone.as_ref().is_some_and(|phone| phone.chars().filter(char::is_ascii_digit).count() < FEWEST_DIGITS) {
            return Err(SettingError::new("UNIT_PHONE", "must be a telephone number, such as +51 1 555 0100, anexo 12"));
        }
        Ok(Letterhead {
            unit_name: one_line("UNIT_NAME", &self.unit_name)?,
            unit_phone,
            unit_address: line("UNIT_ADDRESS", self.unit_address.as_ref())?,
            subject_prefix: one_line("SUBJECT_PREFIX", &self.subject_prefix)?,
        })
    }

    fn biologicals(&self) -> Result<OriginTable, SettingError> {
        let Some(path) = given_path(self.biologicals_file.as_ref()) else { return Ok(OriginTable::default()) };
        let name = "BIOLOGICALS_FILE";
        let text = std::fs::read_to_string(path)
            .map_err(|error| SettingError::new(name, format_args!("names a file that cannot be read, {}: {error}", path.display())))?;
        OriginTable::parse(&text).map_err(|error| SettingError::new(name, format_args!("is wrong, {}: {error}", path.display())))
    }

    fn escalation(&self) -> Result<Option<Escalation>, SettingError> {
        let to = given(self.escalate_to.as_ref()).map(|text| address("ESCALATE_TO", text)).transpose()?;
        match (given(self.escalate_after_days.as_ref()), to) {
            (Some(text), to) => Ok(Some(Escalation { after_days: days("ESCALATE_AFTER_DAYS", text)?, to })),
            (None, Some(_)) => Err(SettingError::new("ESCALATE_TO", "is set but ESCALATE_AFTER_DAYS is not")),
            (None, None) => Ok(None),
        }
    }

    fn delay(&self) -> Result<Duration, SettingError> {
        let hours: Option<f64> = self.auto_followup_delay_hours.trim().parse().ok();
        let hours = hours.filter(|hours| (0.0..=LONGEST_DELAY_HOURS).contains(hours)).ok_or_else(|| {
            SettingError::new("AUTO_FOLLOWUP_DELAY_HOURS", format_args!("must be a number of hours from 0 to {LONGEST_DELAY_HOURS}"))
        })?;
        // In range, so the cast neither wraps nor cuts more than a fraction of a second.
        #[allow(clippy::cast_possible_truncation)]
        let seconds = (hours * 3600.0).round() as i64;
        Ok(Duration::seconds(seconds))
    }

    fn time_zone(&self) -> Result<Tz, SettingError> {
        let problem = "is not an IANA time zone, such as America/Lima";
        self.org_timezone.trim().parse().map_err(|_| SettingError::new("ORG_TIMEZONE", problem))
    }

    fn templates_dir(&self) -> Result<Option<PathBuf>, SettingError> {
        let Some(directory) = given_path(self.templates_dir.as_ref()) else { return Ok(None) };
        match directory.read_dir() {
            Ok(_) => Ok(Some(directory.to_owned())),
            Err(error) => {
                let problem = format!("names a directory that cannot be read, {}: {error}", directory.display());
                Err(SettingError::new("TEMPLATES_DIR", problem))
            }
        }
    }
}

/// One name, as it stands in the field.
fn authserv_id(text: &str) -> Result<String, SettingError> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "-._:@".contains(character) || !character.is_ascii();
    match text.chars().all(|character| is_part(character) && !character.is_control() && !character.is_whitespace()) {
        true => one_line("TRUSTED_AUTHSERV_ID", text),
        false => Err(SettingError::new("TRUSTED_AUTHSERV_ID", "must be one name, such as mx.hospital.example")),
    }
}

fn days(setting: &'static str, text: &str) -> Result<i64, SettingError> {
    number(setting, text, 1..=LONGEST_WAIT_DAYS)
}

/// Channels that something goes by, none twice.
fn channel_order(text: &str) -> Result<Vec<Channel>, SettingError> {
    const SETTING: &str = "CHANNEL_ORDER";
    let mut order = Vec::new();
    for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let channel = Channel::parse(&name.to_lowercase()).filter(|channel| *channel != Channel::Call);
        let channel = channel.ok_or_else(|| SettingError::new(SETTING, "must name email, sms or whatsapp, separated by commas"))?;
        if order.contains(&channel) {
            return Err(SettingError::new(SETTING, format_args!("names {channel} twice")));
        }
        order.push(channel);
    }
    if order.is_empty() { Err(SettingError::new(SETTING, "must name at least one channel")) } else { Ok(order) }
}
