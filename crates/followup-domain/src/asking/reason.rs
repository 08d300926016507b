//! Why a letter did not go, waits, or ended as it did: a code that is stored. In which words people read it is the catalogue's matter.

use std::fmt;

use crate::contact::Failure;
use crate::contact::{FailureReason, Permanence};
use crate::message::{Channel, TemplateStatus};
use crate::published::published_enum;

/// What a stored code begins with: a person's own words, and a transport's, are stored as they are, and never begin so.
const MARK: char = '#';
/// The state of a template that its provider does not list.
const UNKNOWN: &str = "unknown";

/// Why a letter is not sent at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopReason {
    /// The follow-up is closed.
    Closed,
    /// Nothing is missing that could be asked for.
    NothingMissing,
    /// Everything that is missing was asked for.
    AlreadyAsked,
    /// The reporter has no address for the channel.
    NoAddress(Channel),
    /// The address asked not to be written to.
    Blocked,
    /// Letters to the address came back.
    AddressFails(Failure),
    /// The channel has no transport.
    NotConfigured,
    /// The deployment sends no automatic requests.
    AutomaticOff,
    /// The case wants no automatic requests.
    NotAdmitted,
    /// The active plan asks.
    PlanAsks,
    /// Somebody wrote, and nobody has decided about it.
    UnattendedReply,
    /// The reporter answered.
    Answered,
    /// Somebody asked before it left, and that counts in its place.
    AskedMeanwhile,
    /// Another automatic request waits in the queue.
    Queued,
    /// A person settled the attempt for which it is sent again.
    AttemptSettled,
    /// The case is done: completed, or sent on.
    CaseDone,
    /// A text message that may be the reporter's answer stands in another case.
    MayBeAnswered,
    /// Its template cannot be rendered, in the engine's words: for the log, not for a client.
    TemplateFails(String),
    /// As a text message it has more parts than the unit allows.
    TooManyParts {
        /// How many.
        parts: usize,
        /// How many it may have.
        most: usize,
    },
    /// The reporter did not write by WhatsApp in the last 24 hours, so that it takes no free text.
    OutsideWindow,
    /// WhatsApp's provider does not let the template be sent.
    TemplateNotApproved {
        /// Its name.
        name: String,
        /// What the provider says of it; none when it does not list it.
        status: Option<TemplateStatus>,
    },
    /// The template takes another number of parameters.
    TemplateParameters {
        /// Its name.
        name: String,
        /// How many it takes.
        takes: usize,
        /// How many there are.
        given: usize,
    },
}

published_enum! {
    /// Why a letter waits.
    WaitReason {
        /// The send window is shut.
        OutsideHours = "outside_hours",
        /// Its address had enough for the day.
        EnoughForTheDay = "enough_for_the_day",
        /// Another automatic letter of the case preceded it.
        WithinTheDelay = "within_the_delay",
        /// A person asked the same a short while ago, or is asking it.
        AskedLately = "asked_lately",
        /// An answer tells all that it would ask, and nobody has decided about it.
        AnswerTells = "answer_tells",
    }

    /// Why a message or an attempt is as it is, where no letter was stopped and none waits.
    Because {
        /// A person said so, and gave no reason.
        ByHand = "by_hand",
        /// A person passed the attempt over.
        SkippedByHand = "skipped_by_hand",
        /// A person completed the attempt.
        CompletedByHand = "completed_by_hand",
        /// A person gave the attempt another date.
        Rescheduled = "rescheduled",
        /// A person brought the attempt back.
        Reactivated = "reactivated",
        /// A person sent it.
        SentByHand = "sent_by_hand",
        /// A person sent it again.
        SentAgain = "sent_again",
        /// A person settled the attempt of a letter that waited in the queue.
        SettledByHand = "settled_by_hand",
        /// A later attempt is due too.
        Overdue = "overdue",
        /// A person has to telephone.
        WaitsForACall = "waits_for_a_call",
        /// No channel that the deployment has reaches the reporter.
        NothingElseReaches = "nothing_else_reaches",
        /// The channel does not reach the reporter: another one is tried.
        AnotherWay = "another_way",
        /// The attempt has its letter already.
        LetterExists = "letter_exists",
        /// The reporter was reached by telephone.
        CallMade = "call_made",
        /// Nobody took the call.
        CallNotTaken = "call_not_taken",
        /// The number is somebody else's.
        WrongNumber = "wrong_number",
        /// Whoever took the call would not answer.
        CallDeclined = "call_declined",
        /// The reporter declined to answer, once for all.
        Declined = "declined",
        /// Everything that was asked is answered.
        AllAnswered = "all_answered",
        /// Letters to the address may go again.
        AddressWorks = "address_works",
        /// What an answer held goes on.
        PlanGoesOn = "plan_goes_on",
        /// Nobody knows whether it left.
        Uncertain = "uncertain",
        /// A copy of it stands in the mailbox.
        CopyFound = "copy_found",
        /// A mail server told of it.
        ServerTold = "server_told",
        /// The provider of its channel told of it.
        ProviderTold = "provider_told",
        /// The recipient's mailbox answered by itself.
        MailboxAnswered = "mailbox_answered",
        /// The recipient marked it as unwanted.
        MarkedUnwanted = "marked_unwanted",
        /// The recipient's server says that it arrived.
        Delivered = "delivered",
        /// The recipient's program says that it was read.
        Read = "read",
        /// A person found out that it was not sent.
        FoundUnsent = "found_unsent",
        /// A person took it back before it left.
        Undone = "undone",
        /// The process died before it could have left.
        ProcessDied = "process_died",
        /// The store did not confirm in time that it might leave, so it was not handed over.
        NotConfirmed = "not_confirmed",
        /// It has no Message-ID.
        NoMessageId = "no_message_id",
        /// The answer that was taken for its own is another one's.
        AnswerMoved = "answer_moved",
        /// Another process took it over.
        TakenOver = "taken_over",
    }
}

/// Why a message or an attempt is as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A letter was stopped.
    Stopped(StopReason),
    /// A letter waits.
    Waits(WaitReason),
    /// A letter did not arrive.
    Failed(Failure),
    /// A letter did not arrive at another address, to which the reporter's is forwarded.
    FailedElsewhere(Failure),
    /// Something else.
    Because(Because),
}

/// Why, as the service says it or as somebody says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why<'a> {
    /// The service's own.
    Reason(Reason),
    /// A person's own words, or a transport's.
    Words(&'a str),
}

impl From<StopReason> for Reason {
    fn from(reason: StopReason) -> Self {
        Self::Stopped(reason)
    }
}

impl From<WaitReason> for Reason {
    fn from(reason: WaitReason) -> Self {
        Self::Waits(reason)
    }
}

impl From<Because> for Reason {
    fn from(reason: Because) -> Self {
        Self::Because(reason)
    }
}

impl<'a> From<&'a str> for Why<'a> {
    fn from(words: &'a str) -> Self {
        Self::Words(words)
    }
}

impl From<Reason> for Why<'_> {
    fn from(reason: Reason) -> Self {
        Self::Reason(reason)
    }
}

impl From<StopReason> for Why<'_> {
    fn from(reason: StopReason) -> Self {
        Self::Reason(reason.into())
    }
}

impl From<WaitReason> for Why<'_> {
    fn from(reason: WaitReason) -> Self {
        Self::Reason(reason.into())
    }
}

impl From<Because> for Why<'_> {
    fn from(reason: Because) -> Self {
        Self::Reason(reason.into())
    }
}

impl StopReason {
    /// Whether it speaks against the channel rather than the letter: by another channel it might go.
    pub fn is_of_the_way(&self) -> bool {
        matches!(
            self,
            Self::NoAddress(_)
                | Self::AddressFails(_)
                | Self::Blocked
                | Self::NotConfigured
                | Self::TemplateNotApproved { .. }
                | Self::TemplateParameters { .. }
        )
    }

    /// Those without particulars.
    const PLAIN: &'static [Self] = &[
        Self::Closed,
        Self::NothingMissing,
        Self::AlreadyAsked,
        Self::Blocked,
        Self::NotConfigured,
        Self::AutomaticOff,
        Self::NotAdmitted,
        Self::PlanAsks,
        Self::UnattendedReply,
        Self::Answered,
        Self::AskedMeanwhile,
        Self::Queued,
        Self::AttemptSettled,
        Self::CaseDone,
        Self::MayBeAnswered,
        Self::OutsideWindow,
    ];

    /// Its code, without particulars.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::NothingMissing => "nothing_missing",
            Self::AlreadyAsked => "already_asked",
            Self::NoAddress(_) => "no_address",
            Self::Blocked => "blocked",
            Self::AddressFails(_) => "address_fails",
            Self::NotConfigured => "not_configured",
            Self::AutomaticOff => "automatic_off",
            Self::NotAdmitted => "not_admitted",
            Self::PlanAsks => "plan_asks",
            Self::UnattendedReply => "unattended_reply",
            Self::Answered => "answered",
            Self::AskedMeanwhile => "asked_meanwhile",
            Self::Queued => "queued",
            Self::AttemptSettled => "attempt_settled",
            Self::CaseDone => "case_done",
            Self::MayBeAnswered => "may_be_answered",
            Self::TemplateFails(_) => "template_fails",
            Self::TooManyParts { .. } => "too_many_parts",
            Self::OutsideWindow => "outside_window",
            Self::TemplateNotApproved { .. } => "template_not_approved",
            Self::TemplateParameters { .. } => "template_parameters",
        }
    }
}

impl fmt::Display for StopReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())?;
        match self {
            Self::NoAddress(channel) => write!(formatter, " {channel}"),
            Self::AddressFails(failure) => write!(formatter, " {}", particulars(failure)),
            Self::TemplateFails(text) => write!(formatter, " {text}"),
            Self::TooManyParts { parts, most } => write!(formatter, " {parts} {most}"),
            Self::TemplateNotApproved { name, status } => {
                write!(formatter, " {} {name}", status.map_or(UNKNOWN, TemplateStatus::as_str))
            }
            Self::TemplateParameters { name, takes, given } => write!(formatter, " {takes} {given} {name}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped(reason) => write!(formatter, "{reason}"),
            Self::Waits(reason) => write!(formatter, "{reason}"),
            Self::Failed(failure) => write!(formatter, "failed {}", particulars(failure)),
            Self::FailedElsewhere(failure) => write!(formatter, "failed_elsewhere {}", particulars(failure)),
            Self::Because(reason) => write!(formatter, "{reason}"),
        }
    }
}

impl Reason {
    /// As it is stored, beside words that people and transports give: `#closed`, `#address_fails hard unknown_user 5.1.1`.
    pub fn stored(&self) -> String {
        format!("{MARK}{self}")
    }

    /// Reads a code, with its particulars.
    pub fn parse(text: &str) -> Option<Self> {
        let (code, rest) = text.split_once(' ').unwrap_or((text, ""));
        let plain = || StopReason::PLAIN.iter().find(|reason| reason.code() == text).cloned().map(Self::Stopped);
        let waits = || WaitReason::parse(text).map(Self::Waits);
        let because = || Because::parse(text).map(Self::Because);
        match code {
            "no_address" => Channel::parse(rest).map(|channel| StopReason::NoAddress(channel).into()),
            "address_fails" => failure_of(rest).map(|failure| StopReason::AddressFails(failure).into()),
            "template_fails" => Some(StopReason::TemplateFails(rest.to_owned()).into()),
            "too_many_parts" => too_many_parts(rest).map(Self::Stopped),
            "template_not_approved" => template_not_approved(rest).map(Self::Stopped),
            "template_parameters" => template_parameters(rest).map(Self::Stopped),
            "failed" => failure_of(rest).map(Self::Failed),
            "failed_elsewhere" => failure_of(rest).map(Self::FailedElsewhere),
            _ => plain().or_else(waits).or_else(because),
        }
    }
}

impl<'a> Why<'a> {
    /// Reads what is stored.
    pub fn read(stored: &'a str) -> Self {
        match stored.strip_prefix(MARK).and_then(Reason::parse) {
            Some(reason) => Self::Reason(reason),
            None => Self::Words(stored.trim_start()),
        }
    }

    /// As it is stored. Words that begin like a code are set apart from one by the blank that [`Why::read`] takes off.
    pub fn stored(&self) -> String {
        match self {
            Self::Reason(reason) => reason.stored(),
            Self::Words(words) if words.starts_with(MARK) => format!(" {words}"),
            Self::Words(words) => (*words).to_owned(),
        }
    }
}

fn particulars(failure: &Failure) -> String {
    let status = failure.status.as_deref().unwrap_or("-");
    format!("{} {} {status}", failure.permanence, failure.reason)
}

fn failure_of(text: &str) -> Option<Failure> {
    let mut parts = text.splitn(3, ' ');
    let permanence = Permanence::parse(parts.next()?)?;
    let reason = FailureReason::parse(parts.next()?)?;
    let status = parts.next().filter(|status| *status != "-").map(str::to_owned);
    Some(Failure { permanence, reason, status })
}

fn too_many_parts(text: &str) -> Option<StopReason> {
    let (parts, most) = text.split_once(' ')?;
    Some(StopReason::TooManyParts { parts: parts.parse().ok()?, most: most.parse().ok()? })
}

fn template_not_approved(text: &str) -> Option<StopReason> {
    let (status, name) = text.split_once(' ')?;
    let status = if status == UNKNOWN { None } else { Some(TemplateStatus::parse(status)?) };
    Some(StopReason::TemplateNotApproved { name: name.to_owned(), status })
}

fn template_parameters(text: &str) -> Option<StopReason> {
    let mut parts = text.splitn(3, ' ');
    let (takes, given) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(StopReason::TemplateParameters { takes, given, name: parts.next()?.to_owned() })
}

#[cfg(test)]
mod tests;
