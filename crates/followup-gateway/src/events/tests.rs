use followup_domain::ports::ProviderCall;

use super::*;

fn kept(called: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    kept_at(called, headers, body, "2026-11-30T09:39:20Z")
}

fn kept_at(called: &str, headers: &[(&str, &str)], body: &[u8], at: &str) -> Vec<u8> {
    Call::kept(called, &ProviderCall { method: "POST", peer: None, path_and_query: "", headers, body }, at.parse().unwrap())
}

fn read(raw: &[u8]) -> Result<ProviderEvent, String> {
    GatewayEvents::new(Country::default()).read(raw).map(|mut events| events.remove(0)).map_err(|error| error.0)
}

fn message(called: &str, headers: &[(&str, &str)], body: &[u8]) -> IncomingMessage {
    match read(&kept(called, headers, body)).unwrap() {
        ProviderEvent::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

fn event(called: &str, headers: &[(&str, &str)], body: &[u8]) -> StatusEvent {
    match read(&kept(called, headers, body)).unwrap() {
        ProviderEvent::Status(event) => event,
        other => panic!("{other:?}"),
    }
}

/// The gateway's own id in a message's name.
fn named(message: &IncomingMessage) -> &str {
    message.provider_id.strip_prefix("in:").unwrap().rsplit_once(':').unwrap().0
}

const JSON: [(&str, &str); 1] = [("Content-Type", "application/json; charset=utf-8")];
const FORM: [(&str, &str); 1] = [("Content-Type", "application/x-www-form-urlencoded")];

#[test]
fn kannels_posted_text_is_read_in_its_character_set() {
    let wide: Vec<u8> = "Sí, tomó 500 mg 😀".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let headers = |charset: &'static str, coding: &'static str| {
        [
            ("Content-Type", charset),
            ("X-Kannel-From", "51999888777"),
            ("X-Kannel-To", "13013"),
            ("X-Kannel-Coding", coding),
            ("X-Kannel-Time", "2026-11-30 09:39:20"),
        ]
    };
    let read = message("in?id=4f-1&charset=UTF-16BE", &headers("text/plain; charset=\"UTF-16BE\"", "2"), &wide);
    assert_eq!((read.body.as_str(), read.from.as_str(), named(&read)), ("Sí, tomó 500 mg 😀", "+51999888777", "4f-1"));
    assert_eq!((read.to.as_deref(), read.at), (Some("13013"), "2026-11-30T09:39:20Z".parse().ok()));
    let read = message("in?id=4f-2", &headers("text/plain; charset=\"UTF-8\"", "0"), "Pesó 70 kg, ñ {€}\n\nsí".as_bytes());
    assert_eq!(read.body, "Pesó 70 kg, ñ {€}\n\nsí");
    let binary = kept("in?id=4f-3", &headers("application/octet-stream", "1"), b"\x06\x05\x04");
    assert_eq!(self::read(&binary).unwrap_err(), "es un mensaje binario, no un texto");
}

#[test]
fn kannels_address_with_everything_in_it_is_read_alike() {
    let text = "%00S%00%ED%00%2C%00+%D8%3D%DE%00";
    let read = message(&format!("in?from=%2B51999888777&to=13013&id=a&charset=UTF-16BE&coding=2&time=1796031400&text={text}"), &[], b"");
    assert_eq!((read.body.as_str(), read.from.as_str()), ("Sí, 😀", "+51999888777"));
    let read = message("in?from=999888777&id=b&charset=UTF-8&coding=0&time=1796031400&text=Pes%C3%B3+70+kg", &[], b"");
    assert_eq!((read.body.as_str(), read.from.as_str()), ("Pesó 70 kg", "+51999888777"));
    assert_eq!(read.at, DateTime::from_timestamp(1_796_031_400, 0));
}

#[test]
fn a_text_is_read_in_the_character_set_that_is_named() {
    let (said, from) = ("Sí, 5 µg «ñ» mañana", ("X-Kannel-From", "999888777"));
    let latin: Vec<u8> = said.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect();
    for charset in ["windows-1252", "WINDOWS-1252", "cp1252", "iso-8859-1", "ISO8859-1", "latin1", "Latin1", "iso-8859-15"] {
        let typed = format!("text/plain; charset={charset}");
        let quoted = format!("text/plain; format=flowed; charset=\"{charset}\"");
        for media_type in [typed.as_str(), quoted.as_str()] {
            assert_eq!(message("in?id=1", &[("Content-Type", media_type), from], &latin).body, said, "{media_type}");
        }
        let escaped: String = latin.iter().map(|byte| format!("%{byte:02X}")).collect();
        let address = format!("in?id=1&from=999888777&charset={charset}&text={escaped}");
        assert_eq!(message(&address, &[], b"").body, said, "{charset}");
    }
    assert_eq!(message("in?id=1&from=999888777&charset=windows-1252&text=%93S%ED%94+5+%80", &[], b"").body, "“Sí” 5 €");
    let utf8 = message("in?id=1", &[("Content-Type", "text/plain; charset=utf8"), from], said.as_bytes());
    assert_eq!(utf8.body, said);
    let ascii = message("in?id=1", &[("Content-Type", "text/plain; charset=US-ASCII"), from], said.as_bytes());
    assert_eq!(ascii.body, said);
}

#[test]
fn a_wide_text_is_read_whether_its_character_set_or_its_coding_is_named() {
    let wide: String = "Sí 😀".encode_utf16().flat_map(u16::to_be_bytes).map(|byte| format!("%{byte:02X}")).collect();
    for named in ["coding=2", "coding=2&charset=", "charset=UTF-16BE", "charset=UCS-2", "charset=ucs2&coding=2", "charset=ISO-10646-UCS-2"]
    {
        assert_eq!(message(&format!("in?id=1&from=999888777&{named}&text={wide}"), &[], b"").body, "Sí 😀", "{named}");
    }
    // What stands in JSON is Unicode already.
    let body = r#"{"from":"999888777","id":"1","text":"Sí","coding":2,"charset":"GSM7"}"#;
    assert_eq!(message("in", &JSON, body.as_bytes()).body, "Sí");
}

#[test]
fn a_character_set_that_is_not_known_is_told_and_no_text_is_guessed() {
    for charset in ["GSM", "x-unknown", "8859", "iso-2022-kr"] {
        let address = kept(&format!("in?id=1&from=999888777&charset={charset}&text=S%ED"), &[], b"");
        assert_eq!(read(&address).unwrap_err(), "su juego de caracteres (charset) no se conoce", "{charset}");
    }
}

#[test]
fn what_appliances_and_telephones_post_is_read() {
    let eagle = b"sender=%2B51999888777&timestamp=20261130093920&text=500+mg+cada+8+horas&msgid=22&modemno=1";
    let read = message("in", &FORM, eagle);
    assert_eq!((read.body.as_str(), named(&read), read.at), ("500 mg cada 8 horas", "22", None));
    let android = r#"{"deviceId":"d","event":"sms:received","id":"Ey6E","payload":{"message":"¿Cuándo?","messageId":"abc","phoneNumber":"+51999888777","receivedAt":"2026-11-30T04:39:20.000-05:00","simNumber":1},"webhookId":"w"}"#;
    let read = message("in", &JSON, android.as_bytes());
    assert_eq!((read.body.as_str(), read.from.as_str(), named(&read)), ("¿Cuándo?", "+51999888777", "Ey6E"));
    assert_eq!(read.at, "2026-11-30T09:39:20Z".parse().ok());
    let delivered = br#"{"event":"sms:delivered","id":"x","payload":{"messageId":"abc","phoneNumber":"+51999888777"}}"#;
    let told = event("dlr", &JSON, delivered);
    assert_eq!((told.kind, told.provider_id.as_deref(), told.reference), (EventKind::Delivered, Some("abc"), None));
}

#[test]
fn a_message_without_an_id_is_named_by_its_bytes() {
    let raw = "in?from=999888777&text=Hola&time=1796031400";
    let (one, again) = (message(raw, &[], b""), message(raw, &[], b""));
    assert_eq!((one.provider_id.len(), &one.provider_id), (3 + 64, &again.provider_id));
    assert_ne!(one.provider_id, message(&raw.replace("400", "401"), &[], b"").provider_id, "the same text another time");
}

#[test]
fn the_same_words_without_id_and_time_are_two_messages_in_two_minutes() {
    let bare = |at: &str| kept_at("in?from=999888777&text=S%C3%AD", &[], b"", at);
    let name = |raw: &[u8]| match read(raw).unwrap() {
        ProviderEvent::Message(message) => (message.body, message.provider_id),
        other => panic!("{other:?}"),
    };
    let first = bare("2026-11-30T09:39:02Z");
    assert_eq!(first, bare("2026-11-30T09:39:58Z"), "made again in the same minute");
    let second = bare("2026-11-30T09:40:02Z");
    assert_ne!((&first, name(&first).1), (&second, name(&second).1));
    assert_ne!(first, bare("2026-12-01T09:39:02Z"));
    assert_eq!((name(&first).0.as_str(), name(&second).0.as_str()), ("Sí", "Sí"));
    let posted = |body: &[u8], at: &str| kept_at("in", &[("Content-Type", "text/plain"), ("X-Kannel-From", "999888777")], body, at);
    assert_ne!(posted(b"S\n\ni", "2026-11-30T09:39:02Z"), posted(b"S\n\ni", "2026-11-30T09:40:02Z"));
    assert_eq!(name(&posted(b"S\n\ni", "2026-11-30T09:39:02Z")).0, "S\n\ni");
    for (called, headers, body) in [
        ("in?id=1&from=999888777&text=Hola", &[][..], &b""[..]),
        ("in?time=1796031400&from=999888777&text=Hola", &[], b""),
        ("in?from=999888777&text=Hola", &[("X-Kannel-Time", "2026-11-30 09:39:20")], b""),
        ("in", &FORM, b"sender=999888777&text=Hola&msgid=22"),
        ("in", &JSON, br#"{"payload":{"phoneNumber":"999888777","message":"Hola","receivedAt":"2026-11-30T09:39:20Z"}}"#),
        ("dlr?ref=PDFAZnYuZXhhbXBsZT4&type=1", &[], b""),
    ] {
        let at = |at: &str| kept_at(called, headers, body, at);
        assert_eq!(at("2026-11-30T09:39:02Z"), at("2026-11-30T11:00:00Z"), "whenever it is made again: {called}");
    }
}

#[test]
fn an_id_that_comes_again_with_something_else_is_another_message_and_none_of_ours() {
    let name = |query: &str| message(&format!("in?msgid=22&{query}"), &[], b"").provider_id;
    let first = name("sender=999888777&text=500+mg&timestamp=20261130093920");
    assert_eq!(first, name("timestamp=20261130093920&modemno=2&sender=999888777&text=500+mg"), "the same call again");
    for other in [
        "sender=999888777&text=600+mg&timestamp=20261130093920",
        "sender=999888778&text=500+mg&timestamp=20261130093920",
        "sender=999888777&text=500+mg&timestamp=20261201080000",
        "sender=999888777&text=500+mg",
        // What stands beside one another is not run together.
        "sender=9998887775&text=00+mg&timestamp=20261130093920",
    ] {
        assert_ne!(first, name(other), "{other}");
    }
    let ours = event("dlr?type=delivered&msgid=22", &[], b"").provider_id.unwrap();
    assert!(first.starts_with("in:22:") && ours == "22", "{first}");
}

#[test]
fn every_report_of_kannel_says_what_became_of_our_message() {
    for (kind, told, reason) in [
        ("1", EventKind::Delivered, None),
        ("2", EventKind::Failed, Some(FailureReason::Other)),
        ("34", EventKind::Failed, Some(FailureReason::Other)),
        ("4", EventKind::Accepted, None),
        ("8", EventKind::Accepted, None),
        ("16", EventKind::Failed, Some(FailureReason::Refused)),
    ] {
        // base64url of <1@fv.example>
        let read = event(&format!("dlr?ref=PDFAZnYuZXhhbXBsZT4&type={kind}&time=1796031356"), &[], b"");
        assert_eq!((read.kind, read.failure.map(|failure| failure.reason)), (told, reason), "{kind}");
        assert_eq!((read.reference.as_deref(), read.provider_id), (Some("<1@fv.example>"), None));
        assert_eq!(read.key, format!("<1@fv.example>:{kind}"));
    }
}

#[test]
fn the_state_is_the_first_that_is_understood() {
    for (body, kind) in [
        (r#"{"type":"delivery_report","status":"delivered","id":"4"}"#, EventKind::Delivered),
        (r#"{"event":"message.status","state":"FAILED","id":"4"}"#, EventKind::Failed),
        (r#"{"type":"dlr","event":"status_changed","payload":{"state":"Sent","messageId":"4"}}"#, EventKind::Accepted),
        (r#"{"type":"","status":"undelivered","id":"4"}"#, EventKind::Failed),
        (r#"{"type":"delivered","status":"ok","id":"4"}"#, EventKind::Delivered),
        (r#"{"type":"sent","status":"failed","id":"4"}"#, EventKind::Accepted),
    ] {
        let told = event("dlr", &JSON, body.as_bytes());
        assert_eq!((told.kind, told.provider_id.as_deref()), (kind, Some("4")), "{body}");
    }
    let unknown = kept("dlr", &JSON, br#"{"type":"delivery_report","status":"on its way","id":"4"}"#);
    assert_eq!(read(&unknown).unwrap_err(), "es un aviso de un estado que no se conoce (type)");
}

#[test]
fn what_says_too_little_is_told_and_nothing_panics() {
    for (called, why) in [
        ("dlr?ref=PDFAZnYuZXhhbXBsZT4", "falta el estado del mensaje (type)"),
        ("dlr?ref=PDFAZnYuZXhhbXBsZT4&type=64", "es un aviso de un estado que no se conoce (type)"),
        ("dlr?type=1", "no dice de qué mensaje es (ref)"),
        ("dlr?type=1&ref=%25", "no dice de qué mensaje es (ref)"),
        ("in?text=Hola", "falta el remitente (from)"),
        ("in?from=999888777", "no trae un texto (text)"),
        ("elsewhere?from=1&text=2", "no es una dirección que la pasarela deba llamar"),
    ] {
        assert_eq!(read(&kept(called, &[], b"")).unwrap_err(), why, "{called}");
    }
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let many = format!("{{{}\"a\":\"b\"}}", (0..50_000).map(|n| format!("\"n{n}\":\"{n}\",")).collect::<String>());
    for body in [deep.as_bytes(), many.as_bytes(), b"\xff\xfe\0", b"{\"text\":\"\\ud83d\"}"] {
        for headers in [&JSON, &FORM] {
            drop(read(&kept("in?from=1", headers, body)));
        }
    }
    for raw in [&b""[..], b"\n\n", b"in", b"in?\n", b"dlr?type=%", b"in?from=1&charset=UTF-16BE&text=%00"] {
        drop(read(raw));
    }
}

#[test]
fn an_empty_text_is_a_message() {
    assert_eq!(message("in?from=999888777&text=&id=1", &[], b"").body, "");
}
