//! Text messages and WhatsApp messages as files, and answers as files.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use chrono::{TimeZone, Utc};
use followup_domain::contact::{Country, PhoneNumber};
use followup_domain::ports::Sender;
use followup_domain::sending::{
    EventReader, IncomingMessage, Parcel, ProviderEvent, Receipt, SendError, TextParcel, WhatsappContent, WhatsappParcel,
};
use followup_outbox::{TextInbox, TextOutbox, called};

const NUMBER: &str = "+51999888777";
const REFERENCE: &str = "m1.abc@vigia.test";

fn number() -> PhoneNumber {
    PhoneNumber::parse(NUMBER, Country::PERU).unwrap()
}

fn sms(body: &str) -> Parcel {
    let date = Utc.with_ymd_and_hms(2024, 3, 1, 10, 15, 0).unwrap();
    Parcel::Text(TextParcel { reference: REFERENCE.into(), date, to: number(), body: body.into() })
}

fn whatsapp(text: &str) -> Parcel {
    let date = Utc.with_ymd_and_hms(2024, 3, 1, 10, 15, 0).unwrap();
    Parcel::Whatsapp(WhatsappParcel { reference: REFERENCE.into(), date, to: number(), content: WhatsappContent::Text(text.into()) })
}

fn send(outbox: &TextOutbox, parcel: &Parcel) -> Result<Receipt, SendError> {
    outbox.prepare(parcel, Duration::from_secs(30))?.transmit()
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let mut files: Vec<_> =
        entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())).collect();
    files.sort();
    files
}

fn answer(inbox: TextInbox, content: &str) -> Result<IncomingMessage, String> {
    let events = inbox.read(&called("20240301T1015 a.txt", content.as_bytes())).map_err(|why| why.to_string())?;
    match events.as_slice() {
        [ProviderEvent::Message(message)] => Ok(message.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_text_message_is_a_file_that_people_read_and_says_that_nobody_was_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let receipt = send(&TextOutbox::sms(folder.path()), &sms(&"información ".repeat(10))).unwrap();
    let files = files(folder.path());
    assert_eq!((files.len(), files[0].0.as_str()), (1, "20240301T101500.000000Z-m1.abc.sms.txt"));
    let head = format!("Para: {NUMBER}\nReferencia: {REFERENCE}\nFecha: 2024-03-01T10:15:00Z\n\ninformación ");
    assert!(files[0].1.starts_with(&head), "{}", files[0].1);
    assert_eq!((receipt.words.as_str(), receipt.parts), ("simulado: guardado en 20240301T101500.000000Z-m1.abc.sms.txt", Some(2)));
}

#[test]
fn a_whatsapp_message_is_json() {
    let folder = tempfile::tempdir().unwrap();
    let receipt = send(&TextOutbox::whatsapp(folder.path()), &whatsapp("¿Qué \"dosis\"?\n")).unwrap();
    let files = files(folder.path());
    let written: serde_json::Value = serde_json::from_str(&files[0].1).unwrap();
    assert_eq!(written["to"], NUMBER);
    assert_eq!(written["text"], "¿Qué \"dosis\"?\n");
    assert!(files[0].0.ends_with(".whatsapp.json") && receipt.words.starts_with("simulado"), "{receipt:?}");
    assert_eq!(receipt.provider_id.unwrap().name, REFERENCE);
}

#[test]
fn a_message_of_another_channel_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (outbox, parcel) in [(TextOutbox::sms(folder.path()), whatsapp("x")), (TextOutbox::whatsapp(folder.path()), sms("x"))] {
        assert!(matches!(send(&outbox, &parcel), Err(SendError::Refused(_))));
    }
    assert!(files(folder.path()).is_empty());
}

#[test]
fn an_answer_is_read_however_a_person_writes_it() {
    for content in [
        "De: +51999888777\n\nPeso: 68 kg\nDosis: 500 mg\n",
        "From: +51999888777\r\n\r\nPeso: 68 kg\r\nDosis: 500 mg\r\n",
        "\u{feff}de:+51999888777\n\nPeso: 68 kg\nDosis: 500 mg",
        "Fecha: hoy\nDE : +51999888777  \n\nPeso: 68 kg\nDosis: 500 mg",
    ] {
        let message = answer(TextInbox::sms(), content).unwrap();
        assert_eq!((message.from.as_str(), message.body.as_str()), (NUMBER, "Peso: 68 kg\nDosis: 500 mg"), "{content:?}");
    }
    let with_reference = answer(TextInbox::sms(), "De: +51999888777\nResponde-a: m1.abc@vigia.test\n\nSí").unwrap();
    assert_eq!(with_reference.answers.as_deref(), Some(REFERENCE));
    let json = answer(TextInbox::whatsapp(), r#"{"from": "+51999888777", "text": "Sí, 68 kg", "answers": "m1.abc@vigia.test"}"#).unwrap();
    assert_eq!((json.body.as_str(), json.answers.as_deref()), ("Sí, 68 kg", Some(REFERENCE)));
}

#[test]
fn what_cannot_be_read_says_what_is_missing() {
    for (inbox, content, why) in [
        (TextInbox::sms(), "", "falta la línea De:"),
        (TextInbox::sms(), "Peso: 68 kg", "falta la línea De:"),
        (TextInbox::sms(), "De: Dra. Rojas\n\nPeso", "falta el número"),
        (TextInbox::whatsapp(), "hola", "no es un objeto JSON"),
        (TextInbox::whatsapp(), "{}", "no es un objeto JSON"),
        (TextInbox::whatsapp(), r#"{"from": "999888777", "text": "x"}"#, "falta el número"),
    ] {
        let told = answer(inbox, content).unwrap_err();
        assert!(told.contains(why), "{content:?}: {told}");
    }
    assert!(TextInbox::sms().read(b"").is_err());
}

#[test]
fn the_same_words_in_another_file_are_another_message() {
    let read = |seen: &str| match TextInbox::sms().read(&called(seen, b"De: +51999888777\n\nSi")).unwrap().remove(0) {
        ProviderEvent::Message(message) => message.provider_id,
        other => panic!("{other:?}"),
    };
    assert_eq!(read("1 a.sms.txt"), read("1 a.sms.txt"));
    assert_ne!(read("1 a.sms.txt"), read("2 a.sms.txt"));
}
