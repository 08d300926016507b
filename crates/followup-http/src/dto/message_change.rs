//! What a person decides about a message.

use followup_domain::ids::MessageId;
use followup_domain::message::MessageStatus;

use crate::input::{Choice, Fields, Input, TEXT_LENGTH, Text, Whole, json_body};

/// The new status of a message.
pub(crate) struct StatusInput;

impl Input for StatusInput {
    /// The status, and why.
    type Value = (MessageStatus, Option<String>);
    const NAME: &'static str = "MessageStatusRequest";
    const ABOUT: &'static str = "El nuevo estado de un mensaje.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        let all: Vec<_> = MessageStatus::ALL.iter().map(|status| (status.as_str(), *status)).collect();
        let about = "`completed`, `responded` o `skipped`; de los demás solo decide el transporte.";
        let status = fields.required("status", Choice(&all), about);
        let reason = fields.optional("reason", Text::of(TEXT_LENGTH), "El motivo, para la bitácora.");
        Some((status?, reason))
    }
}

/// What a person may have found out: whether it was sent.
const FATES: [(&str, bool); 2] = [("sent", true), ("failed", false)];

/// What became of a message of uncertain outcome.
pub(crate) struct ResolveInput;

impl Input for ResolveInput {
    /// Whether it was sent, and how that is known.
    type Value = (bool, Option<String>);
    const NAME: &'static str = "ResolveRequest";
    const ABOUT: &'static str = "Qué pasó con un mensaje de resultado incierto.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        let was_sent = fields.required("status", Choice(&FATES), "`sent` o `failed`.");
        let reason = fields.optional("reason", Text::of(TEXT_LENGTH), "Cómo se supo, para la bitácora.");
        Some((was_sent?, reason))
    }
}

/// Which message one answers.
pub(crate) struct LinkInput;

impl Input for LinkInput {
    type Value = MessageId;
    const NAME: &'static str = "LinkRequest";
    const ABOUT: &'static str = "A qué mensaje responde.";

    fn read(fields: &mut Fields) -> Option<MessageId> {
        fields.required("parent_id", Whole::ANY, "Un mensaje anterior del mismo caso.").map(MessageId)
    }
}

json_body!(StatusInput, ResolveInput, LinkInput);
