//! The errors of what is sent, and of what a carrier tells later.

use followup_app::{
    CallbackError, DraftError, DraftingError, QueueMessageError, SendMessageError, TemplatesError, TestMailError, TestSmsError,
    TestWhatsappError, UndoError,
};
use followup_domain::asking::reason::StopReason;
use followup_domain::message::Channel;
use followup_domain::sending::SendError;
use followup_words::{answers as texts, failures, reasons};

use crate::Refusal;

impl From<DraftError> for Refusal {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::NotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            DraftError::UnsupportedChannel => Self::BadRequest(texts::UNSUPPORTED_CHANNEL.into()),
            DraftError::Render(error) => Self::Internal(error.to_string()),
            DraftError::Store(error) => error.into(),
        }
    }
}

impl From<SendMessageError> for Refusal {
    fn from(error: SendMessageError) -> Self {
        match error {
            SendMessageError::NotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            SendMessageError::UnsupportedChannel => Self::BadRequest(texts::UNSUPPORTED_CHANNEL.into()),
            SendMessageError::EmptyBody => Self::BadRequest(texts::EMPTY_MESSAGE.into()),
            SendMessageError::Invalid(error) => Self::Invalid(vec![error]),
            SendMessageError::NoContact(channel) => Self::BadRequest(reasons::no_address(channel).into()),
            SendMessageError::Blocked => Self::Conflict(texts::BLOCKED.into()),
            SendMessageError::Bounced(failure) => Self::Conflict(texts::bounced(&failures::told(&failure))),
            SendMessageError::Closed => Self::Conflict(texts::FOLLOWUP_CLOSED.into()),
            SendMessageError::NotSent(reason) => reason.into(),
            SendMessageError::Stopped { reason, message_id: _ } => Self::Conflict(texts::not_sent(&reasons::shown(&reason))),
            SendMessageError::NotConfigured => Self::NotConfigured,
            SendMessageError::KeyReused => Self::Conflict(texts::KEY_REUSED.into()),
            SendMessageError::Failed { channel, text, message_id: _ } => Self::BadGateway(texts::failed(channel, &reasons::shown(&text))),
            SendMessageError::Uncertain { channel, message_id: _ } => Self::BadGateway(texts::failed(channel, texts::UNCERTAIN)),
            SendMessageError::Store(error) => error.into(),
        }
    }
}

impl From<DraftingError> for Refusal {
    fn from(error: DraftingError) -> Self {
        match error {
            DraftingError::CaseNotFound => Self::NotFound(texts::ICSR_NOT_FOUND),
            DraftingError::UnsupportedChannel => Self::BadRequest(texts::UNSUPPORTED_CHANNEL.into()),
            DraftingError::Stale(_) => Self::Conflict(texts::DRAFT_CHANGED.into()),
            DraftingError::Store(error) => error.into(),
        }
    }
}

impl From<QueueMessageError> for Refusal {
    fn from(error: QueueMessageError) -> Self {
        match error {
            QueueMessageError::Send(error) => error.into(),
            QueueMessageError::Stale(_) => Self::Conflict(texts::DRAFT_CHANGED.into()),
        }
    }
}

impl From<UndoError> for Refusal {
    fn from(error: UndoError) -> Self {
        match error {
            UndoError::Message(error) => error.into(),
            UndoError::NotByHand => Self::Conflict(texts::NOT_BY_HAND.into()),
            UndoError::Left => Self::Conflict(texts::HAS_LEFT.into()),
        }
    }
}

impl From<StopReason> for Refusal {
    fn from(reason: StopReason) -> Self {
        match reason {
            StopReason::NoAddress(channel) => Self::BadRequest(reasons::no_address(channel).into()),
            StopReason::Closed => Self::Conflict(texts::FOLLOWUP_CLOSED.into()),
            StopReason::Blocked => Self::Conflict(texts::BLOCKED.into()),
            // The template engine's words are for whoever keeps the templates.
            StopReason::TemplateFails(cause) => Self::Internal(cause),
            StopReason::AddressFails(failure) => Self::Conflict(texts::bounced(&failures::told(&failure))),
            StopReason::NotConfigured => Self::NotConfigured,
            StopReason::OutsideWindow => Self::Conflict(texts::OUTSIDE_WINDOW.into()),
            other => Self::Conflict(texts::not_sent(&reasons::stopped(&other))),
        }
    }
}

impl From<TestMailError> for Refusal {
    fn from(error: TestMailError) -> Self {
        match error {
            TestMailError::NotConfigured => Self::NotConfigured,
            TestMailError::Send(SendError::Uncertain(_)) => Self::BadGateway(texts::failed(Channel::Email, texts::UNCERTAIN)),
            TestMailError::Send(error) => Self::BadGateway(texts::failed(Channel::Email, &error.to_string())),
            TestMailError::Store(error) => error.into(),
        }
    }
}

impl From<TestSmsError> for Refusal {
    fn from(error: TestSmsError) -> Self {
        match error {
            TestSmsError::NotConfigured => Self::NotConfigured,
            TestSmsError::Blocked => StopReason::Blocked.into(),
            TestSmsError::NotCarried(reason) => Self::field("body", &texts::not_carried(&reasons::stopped(&reason))),
            TestSmsError::Send(SendError::Uncertain(_)) => Self::BadGateway(texts::failed(Channel::Sms, texts::UNCERTAIN)),
            TestSmsError::Send(error) => Self::BadGateway(texts::failed(Channel::Sms, &error.to_string())),
            TestSmsError::Store(error) => error.into(),
        }
    }
}

impl From<TestWhatsappError> for Refusal {
    fn from(error: TestWhatsappError) -> Self {
        match error {
            TestWhatsappError::Invalid(error) => Self::Invalid(vec![error]),
            TestWhatsappError::NotConfigured => Self::NotConfigured,
            TestWhatsappError::NotSent(reason) => reason.into(),
            TestWhatsappError::Send(SendError::Uncertain(_)) => Self::BadGateway(texts::failed(Channel::Whatsapp, texts::UNCERTAIN)),
            TestWhatsappError::Send(error) => Self::BadGateway(texts::failed(Channel::Whatsapp, &error.to_string())),
            TestWhatsappError::Store(error) => error.into(),
        }
    }
}

impl From<TemplatesError> for Refusal {
    fn from(error: TemplatesError) -> Self {
        match error {
            TemplatesError::NotConfigured => Self::NotConfigured,
            TemplatesError::Catalogue(error) => Self::BadGateway(texts::failed(Channel::Whatsapp, &error.to_string())),
            TemplatesError::Store(error) => error.into(),
        }
    }
}

impl From<CallbackError> for Refusal {
    fn from(error: CallbackError) -> Self {
        match error {
            CallbackError::NotConfigured => Self::NotConfigured,
            CallbackError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use followup_app::ApplyPlanError;
    use followup_domain::ids::MessageId;

    fn told(error: impl Into<Refusal>) -> (u16, String) {
        let refusal = error.into();
        (refusal.status(), refusal.detail().to_owned())
    }

    #[test]
    fn a_closed_follow_up_is_a_conflict() {
        let expected = (409, "El seguimiento de este ICSR está cerrado".to_owned());
        assert_eq!(told(SendMessageError::Closed), expected);
        assert_eq!(told(ApplyPlanError::Closed), expected);
    }

    #[test]
    fn each_channel_fails_under_its_own_name() {
        for (channel, text) in [(Channel::Email, "Fallo SMTP: x"), (Channel::Sms, "Fallo SMS: x"), (Channel::Whatsapp, "Fallo WhatsApp: x")]
        {
            let failed = SendMessageError::Failed { channel, text: "x".into(), message_id: MessageId(1) };
            assert_eq!(told(failed), (502, text.into()));
        }
    }
}
