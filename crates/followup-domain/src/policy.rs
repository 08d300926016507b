//! What a deployment decided about asking.

use chrono::Duration;
use chrono_tz::Tz;

use crate::asking::missing::RequiredFields;
use crate::asking::request::Letterhead;
use crate::asking::window::SendWindow;
use crate::contact::{Country, EmailAddress};
use crate::mail::reply_address::ReplyAddresses;
use crate::message::Channel;
use crate::sending::{SmsRules, WhatsappRules};

/// The settings that rules depend on.
#[derive(Debug, Clone)]
pub struct FollowupPolicy {
    /// `AUTO_FOLLOWUP_ENABLED`: stops automatic requests, not plans.
    pub automatic_requests: bool,
    /// `AUTO_FOLLOWUP_DELAY_HOURS`: at most one automatic letter per case in this time.
    pub automatic_delay: Duration,
    /// At most so many automatic letters to one address in 24 hours, over all cases; `None` is no cap.
    pub daily_cap_per_address: Option<u32>,
    /// `REQUIRED_FIELDS`.
    pub required: RequiredFields,
    /// Who signs, and the subject's first word.
    pub letterhead: Letterhead,
    /// `ORG_COUNTRY`: for telephone numbers without a country.
    pub country: Country,
    /// `MAIL_REDIRECT_TO`: on a staging system, every mail goes here and says so.
    pub redirect_to: Option<EmailAddress>,
    /// The address that our mail comes from (`SMTP_FROM`).
    pub sender: EmailAddress,
    /// Its display name (`SMTP_FROM_NAME`, else `UNIT_NAME`).
    pub sender_name: Option<String>,
    /// `REPLY_SUBADDRESSING`: answers go to an address that names the case; `None` is the bare sender.
    pub reply_addresses: Option<ReplyAddresses>,
    /// `ORG_TIMEZONE`: calendar days and what people read.
    pub zone: Tz,
    /// When letters may go out by themselves; `None` is always.
    pub window: Option<SendWindow>,
    /// `NOTIFY_EMAIL`: who is told of a reply when the case has no evaluator's address.
    pub notify_to: Option<EmailAddress>,
    /// After how long without an answer a case is escalated, and to whom.
    pub escalation: Option<Escalation>,
    /// After how many days since the plan's base a follow-up without answer is proposed for closing as `max_attempts`.
    pub propose_closing_after_days: i64,
    /// Whether such a follow-up is closed by the service itself.
    pub close_by_itself: bool,
    /// How long after an answer was attended that leaves something missing the plan goes on by itself; `None` only proposes it.
    pub resume_after: Option<Duration>,
    /// `CHANNEL_ORDER`: by which channels what goes by itself is sent, the first that reaches the reporter; none twice.
    pub channel_order: Vec<Channel>,
    /// How text messages are written, and how long they may be.
    pub sms: SmsRules,
    /// Which templates go by themselves by WhatsApp.
    pub whatsapp: WhatsappRules,
}

/// The order of channels, unless the unit has another one.
pub const CHANNEL_ORDER: &[Channel] = &[Channel::Email, Channel::Whatsapp, Channel::Sms];

impl FollowupPolicy {
    /// After so many days without an answer a case waits too long: those after which it is escalated, 30 where the deployment escalates nothing.
    pub fn overdue_days(&self) -> i64 {
        self.escalation.as_ref().map_or(30, |escalation| escalation.after_days)
    }
}

/// When and where a case that waits too long is told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// After how many days without an answer.
    pub after_days: i64,
    /// To whom; `None` only lists them.
    pub to: Option<EmailAddress>,
}
