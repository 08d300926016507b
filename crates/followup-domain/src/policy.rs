//! What a deployment decided about asking.

use chrono::Duration;

use crate::contact::{Country, EmailAddress};
use crate::missing::RequiredFields;
use crate::request::Letterhead;

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
    /// Its display name (`SMTP_FROM_NAME`).
    pub sender_name: Option<String>,
}
