//! Plans: templates, their arithmetic, and the states of an attempt.

use chrono::{DateTime, Datelike, Duration, Utc};

use crate::asking::reason::{Reason, StopReason, Why};
use crate::ids::{AttemptId, CaseId, MessageId, PlanId, TemplateId};
use crate::message::Channel;
use crate::published::published_enum;

/// The built-in template, "Estándar 0/30/60/90".
pub const BUILT_IN_TEMPLATE: TemplateId = TemplateId(1);

/// A schedule that can be applied to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanTemplate {
    /// Its number.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// The unit's own reference, such as a chapter of its procedures.
    pub reference: Option<String>,
    /// Its attempts, in order.
    pub attempts: Vec<TemplateAttempt>,
    /// Notes.
    pub notes: Option<String>,
    /// No longer offered.
    pub archived: bool,
}

/// One contact of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateAttempt {
    /// What the unit calls it.
    pub label: String,
    /// Hours after the plan's base.
    pub after_hours: i64,
    /// How the reporter is to be reached.
    pub channel: PlannedChannel,
}

/// Why a template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTemplate {
    /// It has no attempts.
    #[error("a plan needs at least one attempt")]
    Empty,
    /// A label says nothing.
    #[error("attempt {0} has no label")]
    NoLabel(usize),
    /// Hours are negative, too many, or do not ascend.
    #[error("attempt {0}: hours must ascend from 0, up to ten years")]
    Hours(usize),
}

/// No attempt of a plan is later than ten years after its base, in hours.
pub const LONGEST_PLAN_HOURS: i64 = 10 * 365 * 24;

/// Checks a template's attempts: at least one, each labelled, hours ascending.
///
/// # Errors
/// The first thing that is wrong, with the attempt's position from 1.
pub fn check_attempts(attempts: &[TemplateAttempt]) -> Result<(), InvalidTemplate> {
    if attempts.is_empty() {
        return Err(InvalidTemplate::Empty);
    }
    let mut least = 0;
    for (index, attempt) in attempts.iter().enumerate() {
        if attempt.label.trim().is_empty() {
            return Err(InvalidTemplate::NoLabel(index + 1));
        }
        if attempt.after_hours < least || attempt.after_hours > LONGEST_PLAN_HOURS {
            return Err(InvalidTemplate::Hours(index + 1));
        }
        least = attempt.after_hours + 1;
    }
    Ok(())
}

/// `due_at = base_at + afterHours`, in UTC: elapsed hours, so a change to summer time moves nothing.
/// `None` when base or sum lie outside the years 1900 to 9999, which both databases can keep.
pub fn due_at(base_at: DateTime<Utc>, after_hours: i64) -> Option<DateTime<Utc>> {
    let due_at = base_at.checked_add_signed(Duration::try_hours(after_hours)?)?;
    [base_at, due_at].iter().all(|instant| (1900..=9999).contains(&instant.year())).then_some(due_at)
}

published_enum! {
    /// How the reporter is to be reached by a scheduled contact.
    PlannedChannel {
        /// By the first channel of the unit's order that reaches him when it falls due.
        Auto = "auto",
        /// By e-mail.
        Email = "email",
        /// By text message.
        Sms = "sms",
        /// By WhatsApp.
        Whatsapp = "whatsapp",
        /// By telephone, by a person.
        Call = "call",
    }

    /// The state of one scheduled contact.
    AttemptStatus {
        /// Scheduled.
        Pending = "pending",
        /// Its message is queued.
        Sending = "sending",
        /// Its message was accepted.
        Sent = "sent",
        /// The reporter answered.
        Responded = "responded",
        /// What was asked came in, or nothing was missing.
        Completed = "completed",
        /// Passed over, with a reason.
        Skipped = "skipped",
        /// Held or called off, with a reason; can be restored.
        Cancelled = "cancelled",
        /// Could not be sent.
        Failed = "failed",
        /// Nobody knows whether it went out.
        Uncertain = "uncertain",
    }

    /// The state of a plan on a case.
    PlanStatus {
        /// Its attempts go out as they fall due. At most one a case.
        Active = "active",
        /// No attempt is open any more.
        Finished = "finished",
        /// Called off.
        Cancelled = "cancelled",
    }
}

impl PlannedChannel {
    /// The channel, where it is decided.
    pub fn decided(self) -> Option<Channel> {
        match self {
            Self::Auto => None,
            Self::Email => Some(Channel::Email),
            Self::Sms => Some(Channel::Sms),
            Self::Whatsapp => Some(Channel::Whatsapp),
            Self::Call => Some(Channel::Call),
        }
    }
}

impl From<Channel> for PlannedChannel {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Email => Self::Email,
            Channel::Sms => Self::Sms,
            Channel::Whatsapp => Self::Whatsapp,
            Channel::Call => Self::Call,
        }
    }
}

impl AttemptStatus {
    /// Whether an attempt may go from `self` to `next`.
    pub fn may_become(self, next: Self) -> bool {
        use AttemptStatus::{Cancelled, Completed, Failed, Pending, Responded, Sending, Sent, Skipped, Uncertain};
        match self {
            Pending => matches!(next, Sending | Sent | Completed | Skipped | Cancelled | Failed),
            // A reply may overtake the transport's answer.
            Sending => matches!(next, Pending | Sent | Responded | Completed | Skipped | Cancelled | Failed | Uncertain),
            Sent => matches!(next, Responded | Completed | Failed),
            Uncertain => matches!(next, Sent | Responded | Completed | Failed),
            Responded => matches!(next, Completed),
            Skipped | Cancelled => matches!(next, Pending | Sending | Completed),
            // A reply, or the provider, proves that the letter arrived after all.
            Failed => matches!(next, Pending | Sending | Sent | Responded | Completed),
            Completed => false,
        }
    }

    /// Whether nothing more will happen to it by itself.
    pub fn is_settled(self) -> bool {
        !matches!(self, Self::Pending | Self::Sending)
    }

    /// Whether it is done, passed over or called off, so that no letter is sent for it, until a person brings it back.
    pub fn wants_no_letter(self) -> bool {
        matches!(self, Self::Completed | Self::Skipped | Self::Cancelled)
    }
}

/// A plan applied to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its number.
    pub id: PlanId,
    /// Its case.
    pub case_id: CaseId,
    /// The template it came from.
    pub template_id: TemplateId,
    /// The template's name when it was applied.
    pub name: String,
    /// From when the hours count (UTC).
    pub base_at: DateTime<Utc>,
    /// Its state.
    pub status: PlanStatus,
    /// When it was applied: when it began (UTC).
    pub applied_at: DateTime<Utc>,
}

/// One scheduled contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its number.
    pub id: AttemptId,
    /// Its case.
    pub case_id: CaseId,
    /// Its plan; none for a single scheduled contact.
    pub plan_id: Option<PlanId>,
    /// Its place in the plan, from 1.
    pub position: i32,
    /// What the unit calls it.
    pub label: String,
    /// When it falls due (UTC).
    pub due_at: DateTime<Utc>,
    /// How the reporter is to be reached.
    pub channel: PlannedChannel,
    /// By which channel its message goes, or went, once it has one.
    pub carried_by: Option<Channel>,
    /// Its state.
    pub status: AttemptStatus,
    /// Why it was not sent, in Spanish; always there when it was not.
    pub reason: Option<String>,
    /// The message it produced.
    pub message_id: Option<MessageId>,
    /// When a person reactivated it (UTC): replies before that no longer hold it.
    pub reactivated_at: Option<DateTime<Utc>>,
}

impl Attempt {
    /// Whether it is a task for a person, such as a call: no transport carries it out.
    pub fn waits_for_a_person(&self) -> bool {
        self.channel == PlannedChannel::Call
    }

    /// Whether it goes on when a person lets it: an answer of the reporter holds it, or that the case is done.
    pub fn waits_for_a_decision(&self) -> bool {
        let held =
            [StopReason::Answered, StopReason::MayBeAnswered, StopReason::CaseDone].map(|reason| Why::Reason(Reason::Stopped(reason)));
        self.status == AttemptStatus::Cancelled && self.reason.as_deref().is_some_and(|reason| held.contains(&Why::read(reason)))
    }
}

/// When held attempts go on: the first not before `from`, the others as long after it as they were; none earlier than it was to be.
/// Those whose date could not be kept are left out.
pub fn resumed(held: &[Attempt], from: DateTime<Utc>) -> Vec<(AttemptId, DateTime<Utc>)> {
    let Some(first) = held.iter().map(|attempt| attempt.due_at).min() else { return Vec::new() };
    let later = (from - first).max(Duration::zero());
    let date = |attempt: &Attempt| Some((attempt.id, due_at(attempt.due_at.checked_add_signed(later)?, 0)?));
    held.iter().filter_map(date).collect()
}

/// Of a case's due attempts, the one to send now (the latest) and those it overtakes, which are skipped as "vencido".
pub fn collapse_overdue(mut due: Vec<Attempt>) -> Option<(Attempt, Vec<Attempt>)> {
    due.sort_by_key(|attempt| (attempt.due_at, attempt.position));
    due.pop().map(|latest| (latest, due))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn attempt(position: i32, due: DateTime<Utc>) -> Attempt {
        Attempt {
            id: AttemptId(i64::from(position)),
            case_id: CaseId(1),
            plan_id: Some(PlanId(1)),
            position,
            label: "x".into(),
            due_at: due,
            channel: PlannedChannel::Email,
            carried_by: None,
            status: AttemptStatus::Pending,
            reason: None,
            message_id: None,
            reactivated_at: None,
        }
    }

    #[test]
    fn a_plans_dates_count_from_its_base() {
        let base = Utc.with_ymd_and_hms(2024, 3, 1, 0, 0, 0).unwrap();
        let dates: Vec<String> = [0, 720, 1440, 2160].map(|hours| due_at(base, hours).unwrap().date_naive().to_string()).into();
        assert_eq!(dates, ["2024-03-01", "2024-03-31", "2024-04-30", "2024-05-30"]);
    }

    #[test]
    fn a_date_beyond_the_calendar_is_none() {
        assert_eq!(due_at(DateTime::<Utc>::MAX_UTC, 1), None);
        assert_eq!(due_at(Utc.with_ymd_and_hms(2024, 3, 1, 0, 0, 0).unwrap(), i64::MAX), None);
    }

    #[test]
    fn the_latest_overdue_attempt_goes_out_and_the_others_are_overtaken() {
        let base = Utc.with_ymd_and_hms(2024, 3, 1, 0, 0, 0).unwrap();
        let due = vec![attempt(2, base + Duration::hours(2)), attempt(1, base), attempt(3, base + Duration::hours(2))];
        let (latest, overtaken) = collapse_overdue(due).unwrap();
        assert_eq!(latest.position, 3);
        assert_eq!(overtaken.iter().map(|attempt| attempt.position).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(collapse_overdue(vec![]), None);
    }

    #[test]
    fn what_was_held_goes_on_as_far_apart_as_it_was_and_never_earlier() {
        let base = Utc.with_ymd_and_hms(2024, 3, 1, 0, 0, 0).unwrap();
        let day = |day| base + Duration::days(day);
        let held = [attempt(2, day(30)), attempt(3, day(60))];
        let days = |from| resumed(&held, from).into_iter().map(|(id, at)| (id.0, (at - base).num_days())).collect::<Vec<_>>();
        assert_eq!(days(day(45)), [(2, 45), (3, 75)]);
        assert_eq!(days(day(7)), [(2, 30), (3, 60)]);
        assert_eq!(resumed(&[], base), []);
        assert_eq!(resumed(&held, DateTime::<Utc>::MAX_UTC), []);
    }

    #[test]
    fn templates_are_checked() {
        let attempts = |hours: &[i64]| {
            hours
                .iter()
                .map(|hours| TemplateAttempt { label: "x".into(), after_hours: *hours, channel: PlannedChannel::Auto })
                .collect::<Vec<_>>()
        };
        assert_eq!(check_attempts(&attempts(&[0, 720, 1440, 2160])), Ok(()));
        assert_eq!(check_attempts(&[]), Err(InvalidTemplate::Empty));
        assert_eq!(check_attempts(&attempts(&[0, 0])), Err(InvalidTemplate::Hours(2)));
        assert_eq!(check_attempts(&attempts(&[-1])), Err(InvalidTemplate::Hours(1)));
        assert_eq!(
            check_attempts(&[TemplateAttempt { label: " ".into(), after_hours: 0, channel: PlannedChannel::Auto }]),
            Err(InvalidTemplate::NoLabel(1))
        );
    }

    #[test]
    fn completed_is_final_and_a_sent_attempt_is_never_sent_again() {
        for next in AttemptStatus::ALL {
            assert!(!AttemptStatus::Completed.may_become(*next));
        }
        for sent in [AttemptStatus::Sent, AttemptStatus::Uncertain, AttemptStatus::Responded] {
            assert!(!sent.may_become(AttemptStatus::Pending) && !sent.may_become(AttemptStatus::Sending));
        }
    }
}
