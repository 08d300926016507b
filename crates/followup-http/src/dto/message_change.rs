//! What a person decides about a message.

use followup_domain::ids::MessageId;
use followup_domain::message::MessageStatus;
use utoipa::ToSchema;

use super::fields::{Fields, TEXT_LENGTH};
use crate::errors::ApiError;
use crate::json::Json;

/// El nuevo estado de un mensaje.
#[derive(ToSchema)]
#[schema(as = MessageStatusRequest)]
#[allow(dead_code)] // Only described here.
pub(crate) struct StatusInput {
    /// `completed`, `responded` o `skipped`; de los demás solo decide el transporte.
    status: String,
    /// El motivo, para la bitácora.
    reason: Option<String>,
}

/// The statuses of a message.
pub(crate) fn statuses() -> Vec<(&'static str, MessageStatus)> {
    MessageStatus::ALL.iter().map(|status| (status.as_str(), *status)).collect()
}

/// The status, and why.
///
/// # Errors
/// Fields that are unknown, absent or not valid.
pub(crate) fn new_status(fields: Vec<(String, Json)>) -> Result<(MessageStatus, Option<String>), ApiError> {
    status_and_reason(fields, &statuses())
}

/// Qué pasó con un mensaje de resultado incierto.
#[derive(ToSchema)]
#[schema(as = ResolveRequest)]
#[allow(dead_code)] // Only described here.
pub(crate) struct ResolveInput {
    /// `sent` o `failed`.
    status: String,
    /// Cómo se supo, para la bitácora.
    reason: Option<String>,
}

/// What a person may have found out: whether it was sent.
pub(crate) const FATES: [(&str, bool); 2] = [("sent", true), ("failed", false)];

/// Whether it was sent, and how that is known.
///
/// # Errors
/// Fields that are unknown, absent or not valid.
pub(crate) fn was_sent(fields: Vec<(String, Json)>) -> Result<(bool, Option<String>), ApiError> {
    status_and_reason(fields, &FATES)
}

/// A qué mensaje responde.
#[derive(ToSchema)]
#[schema(as = LinkRequest)]
#[allow(dead_code)] // Only described here.
pub(crate) struct LinkInput {
    /// Un mensaje anterior del mismo caso.
    parent_id: i64,
}

/// # Errors
/// Fields that are unknown, absent or not valid.
pub(crate) fn parent(fields: Vec<(String, Json)>) -> Result<MessageId, ApiError> {
    let mut fields = Fields::new(fields);
    let parent_id = fields.integer("parent_id");
    let parent_id = fields.required("parent_id", parent_id);
    fields.finish_with(parent_id).map(MessageId)
}

fn status_and_reason<T: Copy>(fields: Vec<(String, Json)>, statuses: &[(&str, T)]) -> Result<(T, Option<String>), ApiError> {
    let mut fields = Fields::new(fields);
    let status = fields.choice("status", statuses);
    let status = fields.required("status", status);
    let reason = fields.optional("reason", TEXT_LENGTH);
    fields.finish_with(status).map(|status| (status, reason))
}
