//! What a person decides about a message.

use followup_domain::ids::MessageId;
use followup_domain::message::MessageStatus;
use utoipa::ToSchema;

use super::fields::Fields;
use crate::errors::ApiError;
use crate::json::Json;

/// El nuevo estado de un mensaje.
#[derive(ToSchema)]
#[schema(as = MessageStatusRequest)]
#[allow(dead_code)] // Only described here.
pub(crate) struct StatusInput {
    /// `completed`, `responded` o `skipped`; de los demás solo decide el transporte.
    status: String,
}

/// # Errors
/// Fields that are unknown, absent or not valid.
pub(crate) fn new_status(fields: Vec<(String, Json)>) -> Result<MessageStatus, ApiError> {
    let statuses: Vec<_> = MessageStatus::ALL.iter().map(|status| (status.as_str(), *status)).collect();
    only(fields, "status", |fields| fields.choice("status", &statuses))
}

/// Qué pasó con un mensaje de resultado incierto.
#[derive(ToSchema)]
#[schema(as = ResolveRequest)]
#[allow(dead_code)] // Only described here.
pub(crate) struct ResolveInput {
    /// `sent` o `failed`.
    status: String,
}

/// Whether it was sent.
///
/// # Errors
/// Fields that are unknown, absent or not valid.
pub(crate) fn was_sent(fields: Vec<(String, Json)>) -> Result<bool, ApiError> {
    only(fields, "status", |fields| fields.choice("status", &[("sent", true), ("failed", false)]))
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
    only(fields, "parent_id", |fields| fields.integer("parent_id")).map(MessageId)
}

/// The one field that a body has.
fn only<T>(fields: Vec<(String, Json)>, name: &str, read: impl FnOnce(&mut Fields) -> Option<T>) -> Result<T, ApiError> {
    let mut fields = Fields::new(fields);
    let value = read(&mut fields);
    let value = fields.required(name, value);
    fields.finish()?;
    value.ok_or(ApiError::Invalid(Vec::new()))
}
