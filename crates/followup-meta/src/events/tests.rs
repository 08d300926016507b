use followup_domain::contact::{FailureReason, Permanence};
use followup_domain::sending::{EventKind, StatusEvent, TemplateStatus};
use serde_json::json;

use super::*;

const NUMBER_ID: &str = "106540352242922";
const WABA: &str = "419561257915477";

fn reader() -> MetaEvents {
    MetaEvents::new(NUMBER_ID, WABA)
}

fn call(field: &str, value: &Value) -> Vec<u8> {
    json!({"object": "whatsapp_business_account", "entry": [{"id": WABA, "changes": [{"field": field, "value": value}]}]})
        .to_string()
        .into_bytes()
}

fn read(field: &str, value: &Value) -> Vec<ProviderEvent> {
    reader().read(&call(field, value)).unwrap()
}

/// A message of this kind, with what stands in it.
fn came(kind: &str, content: &Value) -> IncomingMessage {
    let message = json!({"from": "51999888777", "id": "wamid.A", "timestamp": "1749416383", "type": kind, kind: content});
    message_of(&json!([message]))
}

fn message_of(messages: &Value) -> IncomingMessage {
    let metadata = json!({"display_phone_number": "15550783881", "phone_number_id": NUMBER_ID});
    let value = json!({"messaging_product": "whatsapp", "metadata": metadata, "messages": messages});
    match read("messages", &value).remove(0) {
        ProviderEvent::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

fn status(told: &Value) -> StatusEvent {
    match read("messages", &json!({"metadata": {"phone_number_id": NUMBER_ID}, "statuses": [told]})).remove(0) {
        ProviderEvent::Status(event) => event,
        other => panic!("{other:?}"),
    }
}

fn unread_of(field: &str, value: &Value) -> String {
    match read(field, value).remove(0) {
        ProviderEvent::Unread(why) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_text_is_read_whole_with_who_wrote_it_and_when() {
    let message = came("text", &json!({"body": "Pesa 70 kg\n¿y ahora?\u{0}"}));
    assert_eq!(
        (message.provider_id.as_str(), message.from.as_str(), message.to.as_deref()),
        ("wamid.A", "+51999888777", Some("+15550783881"))
    );
    assert_eq!((message.body.as_str(), message.classification, message.answers), ("Pesa 70 kg\n¿y ahora?", Classification::Human, None));
    assert_eq!(message.at.map(|at| at.timestamp()), Some(1_749_416_383));
}

#[test]
fn each_kind_that_somebody_writes_is_shown_in_words() {
    for (kind, content, body) in [
        ("button", json!({"payload": "x", "text": "Sí, continúa"}), "Sí, continúa"),
        ("interactive", json!({"type": "button_reply", "button_reply": {"id": "b", "title": "Cancelar"}}), "Cancelar"),
        (
            "interactive",
            json!({"type": "list_reply", "list_reply": {"id": "l", "title": "500 mg", "description": "cada 8 h"}}),
            "500 mg\ncada 8 h",
        ),
        (
            "interactive",
            json!({"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{\"dosis\":\"1\"}"}}),
            "Sent\n{\"dosis\":\"1\"}",
        ),
        ("location", json!({"latitude": -12.5, "longitude": -77.0, "name": "Clínica"}), "Ubicación:\nClínica\n-12.5, -77"),
        (
            "contacts",
            json!([{"name": {"formatted_name": "Lucía Gómez"}, "phones": [{"phone": "+51 1"}]}, {"name": {"first_name": "Ana"}, "emails": [{"email": "a@b.example"}]}]),
            "Contacto: Lucía Gómez, +51 1\nContacto: Ana, a@b.example",
        ),
        ("order", json!({"text": "", "product_items": [{"product_retailer_id": "P", "quantity": 3}]}), "Pedido: 3 × P"),
        (
            "edit",
            json!({"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "600 mg"}}}),
            "Corrigió un mensaje anterior:\n600 mg",
        ),
    ] {
        let message = came(kind, &content);
        assert_eq!((message.body.as_str(), message.classification), (body, Classification::Human), "{kind}");
    }
    assert_eq!(
        came("edit", &json!({"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "a"}}})).answers.as_deref(),
        Some("wamid.0")
    );
}

#[test]
fn files_are_named_by_their_ids_with_what_is_told_of_them() {
    let hash = "SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=";
    for kind in ["image", "video", "audio", "document", "sticker"] {
        let told = json!({"id": "1003383421387256", "mime_type": "Audio/OGG; codecs=opus", "sha256": hash, "caption": "Receta", "filename": "a.pdf"});
        let message = came(kind, &told);
        let media = message.media[0].clone();
        assert_eq!((message.body.as_str(), message.media.len()), ("Receta", 1), "{kind}");
        assert_eq!(
            (media.source.as_str(), media.media_type.as_str(), media.name.as_deref()),
            ("1003383421387256", "audio/ogg", Some("a.pdf"))
        );
        assert_eq!(media.sha256.as_deref(), Some("49f227634806293b0995459bc310b593e1400f41591efcf07e9bced335f41942"));
    }
    let bare = came("image", &json!({"id": "1", "sha256": "4654+8g="}));
    assert_eq!((bare.body.as_str(), bare.media[0].media_type.as_str(), bare.media[0].sha256.as_deref()), ("", UNKNOWN, None));
    assert!(came("image", &json!({"caption": "sin id"})).body.starts_with("Mensaje de un tipo que no se puede mostrar (image)"));
}

const UNKNOWN: &str = "application/octet-stream";

#[test]
fn what_says_nothing_is_no_answer_and_tells_what_it_is_about() {
    for (kind, content, body, about) in [
        ("reaction", json!({"message_id": "wamid.0", "emoji": "👍"}), "Reaccionó con 👍", Some("wamid.0")),
        ("reaction", json!({"message_id": "wamid.0", "emoji": ""}), "Retiró su reacción", Some("wamid.0")),
        ("reaction", json!({"message_id": "wamid.0"}), "Retiró su reacción", Some("wamid.0")),
        ("revoke", json!({"original_message_id": "wamid.0"}), "Borró un mensaje en WhatsApp; aquí se conserva", Some("wamid.0")),
        (
            "system",
            json!({"type": "user_changed_number", "wa_id": "51911222333", "body": "x"}),
            "Cambió de número de WhatsApp: ahora es +51911222333",
            None,
        ),
        (
            "system",
            json!({"type": "customer_changed_number", "new_wa_id": "51911222333"}),
            "Cambió de número de WhatsApp: ahora es +51911222333",
            None,
        ),
        (
            "system",
            json!({"type": "customer_identity_changed", "body": "x"}),
            "Cambió su identidad en WhatsApp: puede ser otro teléfono, u otra persona",
            None,
        ),
        ("system", json!({"type": "news", "body": "Algo cambió"}), "Aviso de WhatsApp: Algo cambió", None),
        ("request_welcome", json!({}), "Abrió la conversación en WhatsApp", None),
    ] {
        let message = came(kind, &content);
        assert_eq!((message.body.as_str(), message.classification), (body, Classification::AutoReply), "{kind}");
        assert_eq!(message.answers.as_deref(), about, "{kind}");
    }
}

#[test]
fn a_kind_that_nobody_knows_is_somebodys_message_all_the_same() {
    for (kind, content, name) in [
        ("unsupported", json!({"type": "poll"}), " (poll)"),
        ("unsupported", json!(null), ""),
        ("unknown", json!(null), ""),
        ("hologram", json!({"x": 1}), " (hologram)"),
        ("text", json!({"body": 7}), " (text)"),
        ("text", json!("directly"), " (text)"),
        ("interactive", json!(null), " (interactive)"),
        ("contacts", json!([]), " (contacts)"),
        ("location", json!({}), " (location)"),
        ("edit", json!({"message": {"type": "edit", "edit": {"message": {"type": "edit"}}}}), " (edit)"),
        ("", json!(1), ""),
    ] {
        let message = came(kind, &content);
        assert_eq!(message.classification, Classification::Human, "{kind}");
        assert!(message.body.starts_with(&format!("Mensaje de un tipo que no se puede mostrar{name}.")), "{kind}: {}", message.body);
    }
}

#[test]
fn a_reply_names_the_message_that_it_answers() {
    let message = json!({"context": {"from": "15550783881", "id": "wamid.OURS"}, "from": "51999888777", "id": "wamid.A", "type": "text", "text": {"body": "a"}});
    assert_eq!(message_of(&json!([message])).answers.as_deref(), Some("wamid.OURS"));
    let forwarded = json!({"context": {"forwarded": true}, "from": "51999888777", "id": "wamid.A", "type": "text", "text": {"body": "a"}});
    assert_eq!(message_of(&json!([forwarded])).answers, None);
}

#[test]
fn who_shows_no_number_is_known_by_metas_name_of_the_person() {
    let from = |message: Value, contacts: Value| {
        let value = json!({"metadata": {"phone_number_id": NUMBER_ID}, "contacts": contacts, "messages": [message]});
        match read("messages", &value).remove(0) {
            ProviderEvent::Message(message) => message.from,
            ProviderEvent::Unread(why) => why,
            other => panic!("{other:?}"),
        }
    };
    let message = |more: Value| {
        let mut message = json!({"id": "wamid.A", "type": "text", "text": {"body": "a"}});
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        message
    };
    let one = json!([{"profile": {"name": "A"}, "user_id": "PE.13491208655302741918"}]);
    assert_eq!(from(message(json!({})), one.clone()), "PE.13491208655302741918");
    assert_eq!(from(message(json!({"from_user_id": "PE.2"})), one.clone()), "PE.2");
    let two = json!([{"user_id": "PE.1", "wa_id": "51911222333"}, {"user_id": "PE.2"}]);
    assert_eq!(from(message(json!({"from_user_id": "PE.1"})), two.clone()), "+51911222333");
    assert_eq!(from(message(json!({"from": "51999888777", "from_user_id": "PE.1"})), two.clone()), "+51999888777");
    assert_eq!(from(message(json!({})), two), "trae un mensaje sin remitente");
    assert_eq!(from(message(json!({})), json!([])), "trae un mensaje sin remitente");
}

#[test]
fn a_status_brings_our_name_back_and_is_one_event_with_each_state() {
    let told = |state: &str| json!({"id": "wamid.A", "status": state, "timestamp": "1698266945", "recipient_id": "51999888777", "biz_opaque_callback_data": "0b5c@fv.example"});
    for (state, kind) in [
        ("sent", EventKind::Accepted),
        ("delivered", EventKind::Delivered),
        ("read", EventKind::Read),
        ("played", EventKind::Read),
        ("failed", EventKind::Failed),
    ] {
        let event = status(&told(state));
        assert_eq!((event.kind, event.key), (kind, format!("wamid.A:{state}")));
        assert_eq!((event.provider_id.as_deref(), event.reference.as_deref()), (Some("wamid.A"), Some("0b5c@fv.example")));
        assert_eq!(event.at.map(|at| at.timestamp()), Some(1_698_266_945));
    }
    let mut failed = told("failed");
    failed["errors"] = json!([{"code": 131_026, "title": "Message undeliverable"}]);
    let failure = status(&failed).failure.unwrap();
    assert_eq!(
        (failure.permanence, failure.reason, failure.status.as_deref()),
        (Permanence::Hard, FailureReason::UnknownUser, Some("131026"))
    );
    assert_eq!(status(&told("failed")).failure.unwrap().reason, FailureReason::Other);
    assert_eq!(status(&json!({"id": "wamid.A", "status": "sent"})).at, None);
}

#[test]
fn a_templates_new_state_is_told_by_its_name_and_language() {
    let told = |event: &str| json!({"event": event, "message_template_id": 1, "message_template_name": "followup_request", "message_template_language": "es", "reason": "NONE"});
    for (event, status) in [
        ("APPROVED", TemplateStatus::Approved),
        ("PENDING", TemplateStatus::Pending),
        ("PAUSED", TemplateStatus::Paused),
        ("REJECTED", TemplateStatus::Rejected),
        ("DISABLED", TemplateStatus::Disabled),
        ("PENDING_DELETION", TemplateStatus::Disabled),
    ] {
        let name = TemplateEvent { name: "followup_request".into(), language: "es".into(), status };
        assert_eq!(read("message_template_status_update", &told(event)), [ProviderEvent::Template(name)], "{event}");
    }
    assert!(unread_of("message_template_status_update", &told("SHINY")).contains("plantilla"));
}

#[test]
fn what_is_not_ours_or_not_known_is_told_and_the_rest_counts() {
    let text = |id: &str| json!({"from": "51999888777", "id": id, "type": "text", "text": {"body": "a"}});
    let ours = json!({"metadata": {"phone_number_id": NUMBER_ID}, "messages": [text("wamid.1"), text("wamid.2")], "statuses": [{"id": "wamid.3", "status": "read"}]});
    let other = json!({"metadata": {"phone_number_id": "999"}, "messages": [text("wamid.4")]});
    let entry = |changes: Value| json!({"id": WABA, "changes": changes});
    let body = json!({"object": "whatsapp_business_account", "entry": [
        entry(json!([{"field": "messages", "value": other}, {"field": "group_lifecycle_update", "value": {"groups": [{"wa_id": 16505551234_u64}]}}])),
        entry(json!([{"field": "messages", "value": ours}])),
        entry(json!([{"field": "messages", "value": {"errors": [{"code": 131_000, "title": "Something went wrong"}]}}])),
    ]});
    let events = reader().read(body.to_string().as_bytes()).unwrap();
    let kinds: Vec<&str> = events
        .iter()
        .map(|event| match event {
            ProviderEvent::Status(_) => "status",
            ProviderEvent::Message(_) => "message",
            ProviderEvent::Template(_) => "template",
            ProviderEvent::Unread(_) => "unread",
        })
        .collect();
    assert_eq!(kinds, ["unread", "unread", "status", "message", "message", "unread"]);
    assert!(matches!(&events[0], ProviderEvent::Unread(why) if why.contains("otro número")), "{events:?}");
    assert!(matches!(&events[5], ProviderEvent::Unread(why) if why.contains("131000 Something went wrong")), "{events:?}");
    let foreign = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "message_template_status_update", "value": {"event": "APPROVED"}}]}]});
    assert!(
        matches!(&reader().read(foreign.to_string().as_bytes()).unwrap()[0], ProviderEvent::Unread(why) if why.contains("otra cuenta"))
    );
    for odd in [json!({"status": "read"}), json!({"id": "wamid.1", "status": "teleported"}), json!("sent"), json!(null)] {
        let value = json!({"metadata": {"phone_number_id": NUMBER_ID}, "statuses": [odd]});
        assert!(unread_of("messages", &value).contains("estado"), "{value}");
    }
}

#[test]
fn no_bytes_make_it_panic_and_what_is_no_call_is_unreadable() {
    for raw in [
        &b""[..],
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{\"object\":\"page\",\"entry\":[]}",
        b"{\"object\":\"whatsapp_business_account\"}",
        b"{\"object\":\"whatsapp_business_account\",\"entry\":{}}",
        b"{\"object\":\"whatsapp_business_account\",\"entry\":[1,null,{\"changes\":7}]}",
    ] {
        assert!(!reader().read(raw).unwrap_err().to_string().is_empty(), "{raw:?}");
    }
    let deep = format!("{{\"object\":\"whatsapp_business_account\",\"entry\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(reader().read(deep.as_bytes()).is_err());
    let odd =
        json!({"metadata": 7, "messages": [1, {"id": "wamid.1", "from": "x", "timestamp": {"a": 1}}, {"id": 7}], "contacts": {"a": []}});
    assert_eq!(read("messages", &odd).len(), 3);
}
