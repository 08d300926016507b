//! Composed letters, byte by byte.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{TimeZone, Utc};
use followup_domain::contact::EmailAddress;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::sending::MailParcel;
use followup_mail::compose;

fn id(text: &str) -> InternetMessageId {
    InternetMessageId::parse(text).unwrap()
}

fn letter() -> MailParcel {
    MailParcel {
        message_id: id("018f-1@followup.example.org"),
        date: Utc.with_ymd_and_hms(2024, 3, 4, 15, 10, 0).unwrap(),
        from: EmailAddress::parse("farmacovigilancia@example.org").unwrap(),
        from_name: Some("Unidad de Farmacovigilancia".to_owned()),
        reply_to: None,
        to: EmailAddress::parse("reportante@example.com").unwrap(),
        subject: "[VIGIA] Solicitud de información - ICSR #123".to_owned(),
        body: "Estimada doctora:\n\nLe pedimos, por favor, los datos que faltan del caso. Puede responder a este mismo correo, \
               debajo de cada pregunta:\n\n1. Número de lote\n2. Peso aproximado\n\n.\nFrom aquí, gracias.\n"
            .to_owned(),
        in_reply_to: None,
        references: Vec::new(),
        automatic: true,
        files: Vec::new(),
    }
}

fn composed(message: &MailParcel) -> String {
    // The snapshot shows where lines end; a stray CR would stay visible.
    String::from_utf8(compose(message).unwrap()).unwrap().replace("\r\n", "\n")
}

#[test]
fn an_automatic_request() {
    insta::assert_snapshot!(composed(&letter()));
}

#[test]
fn an_answer_by_a_person_with_an_odd_name() {
    let answer = MailParcel {
        from_name: Some("Ríos, Ana \"PV\" <x@example.com> 💊".to_owned()),
        subject: "Re: dudas\r\nBcc: otro@example.com".to_owned(),
        body: "ñ 日本語 💊".repeat(12),
        in_reply_to: Some(id("r2@mail.example.com")),
        references: (1..6).map(|number| id(&format!("CAF{number}xYz0123456789abcdef@mail.example.com"))).collect(),
        automatic: false,
        ..letter()
    };
    insta::assert_snapshot!(composed(&answer));
}
