//! What became of a message of ours.

use followup_domain::sending::{EventKind, ProviderEvent, StatusEvent};
use serde_json::Value;

use super::{clean, instant, list, text, unread};
use crate::codes::failure;

/// Meta's states of a message. A voice message that was played was read.
const STATES: &[(&str, EventKind)] = &[
    ("accepted", EventKind::Accepted),
    ("sent", EventKind::Accepted),
    ("delivered", EventKind::Delivered),
    ("read", EventKind::Read),
    ("played", EventKind::Read),
    ("failed", EventKind::Failed),
];

/// Of an object of `statuses`.
pub(super) fn event(told: &Value) -> ProviderEvent {
    let state = text(told, "status").unwrap_or_default();
    let kind = STATES.iter().find(|(known, _)| known.eq_ignore_ascii_case(state)).map(|(_, kind)| *kind);
    let (Some(id), Some(kind)) = (text(told, "id").map(clean), kind) else {
        return unread("es un aviso de un estado que no se conoce (status)");
    };
    let code = list(told, "errors").next().and_then(|error| error["code"].as_u64()).and_then(|code| u32::try_from(code).ok());
    ProviderEvent::Status(StatusEvent {
        // One message has several states, each told any number of times.
        key: format!("{id}:{}", state.to_ascii_lowercase()),
        provider_id: Some(id),
        reference: text(told, "biz_opaque_callback_data").map(clean),
        kind,
        failure: (kind == EventKind::Failed).then(|| failure(code)),
        at: instant(told),
    })
}
