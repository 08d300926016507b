//! The errors of the life cycle's use cases.

use followup_app::{
    AttemptError, BlockError, ClearAddressError, CloseError, DeadlineError, DocumentFieldError, InvalidReason, LetterTextError,
    LogCallError, MessageError, ProposalError, ResendError, SendNowError, TemplateError, UploadError, WarningError,
};
use followup_domain::asking::catalogue::FieldSpec;
use followup_domain::asking::closing::{SERIOUS_ATTEMPTS, UnmetCheck};
use followup_domain::asking::missing::FieldPath;
use followup_domain::asking::plan::InvalidTemplate;
use followup_domain::case::FieldError;
use followup_domain::message::enclosure::FileRefused;
use followup_words::{answers as texts, letters, warnings};

use crate::Refusal;

impl From<AttemptError> for Refusal {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::CaseNotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            AttemptError::NotFound => Self::NotFound(texts::ATTEMPT_NOT_FOUND),
            AttemptError::Closed => Self::Conflict(texts::FOLLOWUP_CLOSED.into()),
            AttemptError::Illegal(status) => Self::Conflict(texts::illegal_from("intento", status.as_str())),
            AttemptError::NothingHeld => Self::Conflict(texts::NOTHING_HELD.into()),
            AttemptError::DateOutOfRange => Self::field("due_at", texts::INSTANT_OUT_OF_RANGE),
            AttemptError::Store(error) => error.into(),
        }
    }
}

impl From<SendNowError> for Refusal {
    fn from(error: SendNowError) -> Self {
        match error {
            SendNowError::Attempt(error) => error.into(),
            SendNowError::Send(error) => error.into(),
        }
    }
}

impl From<MessageError> for Refusal {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::CaseNotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            MessageError::NotFound => Self::NotFound(texts::MESSAGE_NOT_FOUND),
            MessageError::Inbound => Self::Conflict(texts::INBOUND_UNCHANGED.into()),
            MessageError::Outbound => Self::Conflict(texts::OUTBOUND_NOT_LINKED.into()),
            MessageError::NotFlagged => Self::Conflict(texts::NOT_TO_CONFIRM.into()),
            MessageError::Linked => Self::Conflict(texts::LINKED.into()),
            MessageError::NotEarlier => Self::Conflict(texts::NOT_AN_ANSWER.into()),
            MessageError::Replaced => Self::Conflict(texts::REPLACED.into()),
            MessageError::Reminded(by) => Self::Conflict(texts::reminded(by.0)),
            MessageError::Illegal(status) => Self::Conflict(texts::illegal_from("mensaje", status.as_str())),
            MessageError::Store(error) => error.into(),
        }
    }
}

impl From<ResendError> for Refusal {
    fn from(error: ResendError) -> Self {
        match error {
            ResendError::Message(error) => error.into(),
            ResendError::AttemptSettled(status) => Self::Conflict(texts::illegal_from("intento", status.as_str())),
            ResendError::Send(error) => error.into(),
        }
    }
}

impl From<UploadError> for Refusal {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::CaseNotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            UploadError::NotFound => Self::NotFound(texts::FILE_NOT_FOUND),
            UploadError::TooMany => Self::Conflict(texts::TOO_MANY_WAITING.into()),
            UploadError::Refused(FileRefused::Empty) => Self::BadRequest(texts::FILE_EMPTY.into()),
            UploadError::Refused(FileRefused::TooLarge) => Self::TooLarge,
            UploadError::Refused(FileRefused::NoName) => Self::field("name", texts::FILE_UNNAMED),
            UploadError::Refused(FileRefused::Kind) => Self::UnsupportedMediaType(texts::FILE_KIND),
            UploadError::Refused(FileRefused::Macros) => Self::UnsupportedMediaType(texts::FILE_MACROS),
            UploadError::Refused(FileRefused::Name) => Self::field("name", texts::FILE_NAME),
            UploadError::Store(error) => error.into(),
        }
    }
}

impl From<TemplateError> for Refusal {
    fn from(error: TemplateError) -> Self {
        match error {
            TemplateError::NotFound => Self::NotFound(texts::PLAN_NOT_FOUND),
            TemplateError::NoName => Self::field("name", texts::REQUIRED),
            TemplateError::Invalid(InvalidTemplate::Empty) => Self::field("attempts", texts::NO_ATTEMPTS),
            TemplateError::Invalid(InvalidTemplate::NoLabel(place)) => {
                Self::field(&format!("attempts[{}].label", place - 1), texts::REQUIRED)
            }
            TemplateError::Invalid(InvalidTemplate::Hours(place)) => {
                Self::field(&format!("attempts[{}].afterHours", place - 1), texts::HOURS_MUST_ASCEND)
            }
            TemplateError::Store(error) => error.into(),
        }
    }
}

/// What is in the wanted state already is told as closed; a reopening tells it otherwise.
impl From<CloseError> for Refusal {
    fn from(error: CloseError) -> Self {
        match error {
            CloseError::NotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            CloseError::Already => Self::Conflict(texts::FOLLOWUP_CLOSED.into()),
            CloseError::Unmet(checks) => Self::Unmet(checks.iter().map(sentence).collect()),
            CloseError::Reason(why) => why.into(),
            CloseError::Store(error) => error.into(),
        }
    }
}

fn sentence(check: &UnmetCheck) -> String {
    match check {
        UnmetCheck::Notes => texts::NOTES_CHECK.into(),
        UnmetCheck::Missing(paths) => texts::open_fields_check(&paths.iter().map(named).collect::<Vec<_>>()),
        UnmetCheck::Contradictions(codes) => {
            texts::contradictions_check(&codes.iter().map(|code| warnings::text(*code)).collect::<Vec<_>>())
        }
        UnmetCheck::Attempts { documented } => texts::attempts_check(SERIOUS_ATTEMPTS, *documented),
    }
}

/// The field's label, and the name under which it can be documented.
fn named(path: &FieldPath) -> String {
    let label = FieldSpec::find(path.field).map_or(path.field, |spec| spec.label);
    format!("{label} ({path})")
}

impl From<LogCallError> for Refusal {
    fn from(error: LogCallError) -> Self {
        match error {
            LogCallError::NotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            LogCallError::InFuture => Self::field("at", texts::CALL_IN_FUTURE),
            LogCallError::InvalidNotes => Self::field("notes", texts::NUL_CHARACTER),
            LogCallError::Store(error) => error.into(),
        }
    }
}

impl From<DocumentFieldError> for Refusal {
    fn from(error: DocumentFieldError) -> Self {
        match error {
            DocumentFieldError::NotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            DocumentFieldError::InvalidState => Self::field("state", &texts::one_of(&["unknown", "withheld", "unobtainable"])),
            DocumentFieldError::UnknownField => Self::NotFound(texts::FIELD_NOT_FOUND),
            DocumentFieldError::Answered => Self::Conflict(texts::FIELD_ANSWERED.into()),
            DocumentFieldError::NotDocumented => Self::Conflict(texts::FIELD_NOT_DOCUMENTED.into()),
            DocumentFieldError::Reason(why) => why.into(),
            DocumentFieldError::Store(error) => error.into(),
        }
    }
}

impl From<ProposalError> for Refusal {
    fn from(error: ProposalError) -> Self {
        match error {
            ProposalError::CaseNotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            ProposalError::NotFound(_) => Self::NotFound(texts::PROPOSAL_NOT_FOUND),
            ProposalError::Decided(_) => Self::Conflict(texts::PROPOSAL_DECIDED.into()),
            ProposalError::Stale { current } => Self::Conflict(texts::stale(current)),
            ProposalError::Contradicting(_) => Self::Conflict(texts::PROPOSALS_CONTRADICT.into()),
            ProposalError::Invalid(errors) => Self::Invalid(errors),
            ProposalError::InvalidReason => InvalidReason::NulCharacter.into(),
            ProposalError::Store(error) => error.into(),
        }
    }
}

impl From<WarningError> for Refusal {
    fn from(error: WarningError) -> Self {
        match error {
            WarningError::NotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            WarningError::Gone => Self::NotFound(texts::WARNING_NOT_FOUND),
            WarningError::Reason(why) => why.into(),
            WarningError::Store(error) => error.into(),
        }
    }
}

impl From<BlockError> for Refusal {
    fn from(error: BlockError) -> Self {
        match error {
            BlockError::Reason(why) => why.into(),
            BlockError::NotFound => Self::NotFound(texts::CONTACT_NOT_FOUND),
            BlockError::Store(error) => error.into(),
        }
    }
}

impl From<ClearAddressError> for Refusal {
    fn from(error: ClearAddressError) -> Self {
        match error {
            ClearAddressError::Reason(why) => why.into(),
            ClearAddressError::NotFound => Self::NotFound(texts::ADDRESS_NOT_FAILED),
            ClearAddressError::Store(error) => error.into(),
        }
    }
}

impl From<InvalidReason> for Refusal {
    fn from(why: InvalidReason) -> Self {
        Self::field("reason", if why == InvalidReason::Absent { texts::REQUIRED } else { texts::NUL_CHARACTER })
    }
}

impl From<LetterTextError> for Refusal {
    fn from(error: LetterTextError) -> Self {
        match error {
            LetterTextError::NotFound => Self::NotFound(letters::NOT_FOUND),
            LetterTextError::Invalid { name, faults } => {
                Self::Invalid(faults.iter().map(|fault| FieldError::new("text", letters::fault(fault, name))).collect())
            }
            LetterTextError::Stale => Self::Conflict(letters::STALE.into()),
            LetterTextError::Store(error) => error.into(),
        }
    }
}

impl From<DeadlineError> for Refusal {
    fn from(error: DeadlineError) -> Self {
        match error {
            DeadlineError::NotFound => Self::NotFound(texts::DEADLINE_NOT_FOUND),
            // The fields are checked one by one before, so this only says that there is a fault.
            DeadlineError::Invalid => Self::Invalid(Vec::new()),
            DeadlineError::Store(error) => error.into(),
        }
    }
}
