//! The channels: what is shown of each, and test messages.

use std::sync::Arc;

use followup_app::Senders;
use followup_domain::message::Channel;
use followup_domain::sending::SendError;
use followup_domain::user::Role;
use followup_testkit::fakes::{RecordingSender, Script};

use crate::support::Unit;

const HERE: &str = "/ajustes/canales";
const HOSTILE: &str = "<script>alert(\"1\")</script>'&";

/// With all channels; what text messages go by.
fn all_channels() -> (Unit, RecordingSender) {
    let texts = RecordingSender::of(Channel::Sms, "sms.test");
    let whatsapp = RecordingSender::of(Channel::Whatsapp, "whatsapp.test");
    let carried = texts.clone();
    let unit = Unit::start_as(
        |_, options| {
            options.channel_settings = vec![(
                Channel::Email,
                vec![("SMTP_HOST", Some(HOSTILE.into())), ("SMTP_PASSWORD", Some("••••".into())), ("SMTP_CA_FILE", None)],
            )];
        },
        |app| {
            let mail = app.senders.of(Channel::Email).unwrap().clone();
            let senders = Senders::default().with(Channel::Email, mail).with(Channel::Sms, Arc::new(carried));
            app.senders = senders.with(Channel::Whatsapp, Arc::new(whatsapp));
        },
    );
    (unit, texts)
}

#[test]
fn each_channel_shows_who_carries_it_how_it_does_and_its_settings_masked() {
    let unit = Unit::start();
    let page = unit.signed_in(Role::Admin).get(HERE).page();
    assert!(page.text().contains("SMS No configurado") && page.text().contains("Correo En marcha"), "{}", page.text());
    assert!(!page.forms().iter().any(|form| form.action.contains("sms")), "what nobody carries is not tried");
    let (unit, _) = all_channels();
    let mut browser = unit.signed_in(Role::Admin);
    let text = browser.get(HERE).page().text();
    for shown in [HOSTILE, "SMTP_PASSWORD••••", "SMTP_CA_FILEsin poner", "sms.test", "whatsapp.test", "(0 partes)"] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    unit.mail.always(Some(Script::is_down()));
    for number in 0..3 {
        unit.case(&[("reportante_contacto", &format!("r{number}@clinic.test"))]);
    }
    unit.deliver();
    let text = browser.get(HERE).page().text();
    assert!(text.contains("Correo Detenido") && text.contains("fallos seguidos: 3") && text.contains("se prueba de nuevo ahora"), "{text}");
    assert_eq!(unit.signed_in(Role::Qf).get(HERE).status, 403);
}

#[test]
fn a_test_mail_is_answered_with_the_servers_own_words() {
    let unit = Unit::start();
    let mut browser = unit.signed_in(Role::Admin);
    let action = "/ajustes/canales/email/prueba";
    let wrong = browser.fill(HERE, action, &[("para", HOSTILE)]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.page().links().contains(&"#email-para") && wrong.page().form(action).fields.contains(&("para".into(), HOSTILE.into())));
    let sent = browser.fill(HERE, action, &[("para", "ana@vigia.test")]);
    assert_eq!(sent.status, 200);
    assert!(sent.page().text().contains("El proveedor lo aceptó"), "{}", sent.page().text());
    assert_eq!(unit.mail.accepted().len(), 1);
    unit.mail.next(Script::FailTransmit(SendError::NotSent(format!("451 {HOSTILE}"))));
    let refused = browser.fill(HERE, action, &[("para", "ana@vigia.test")]);
    assert_eq!(refused.status, 502);
    assert!(refused.page().text().contains(&format!("451 {HOSTILE}")), "{}", refused.page().text());
    assert!(refused.page().form(action).fields.contains(&("para".into(), "ana@vigia.test".into())));
}

#[test]
fn a_test_by_text_message_and_whatsapp_says_what_the_provider_says() {
    let (unit, texts) = all_channels();
    let mut browser = unit.signed_in(Role::Admin);
    let sms = "/ajustes/canales/sms/prueba";
    assert_eq!(browser.fill(HERE, sms, &[("para", "x")]).status, 422);
    assert_eq!(browser.fill(HERE, sms, &[("para", "+51 999 888 777"), ("texto", &"a".repeat(1_601))]).status, 422);
    let sent = browser.fill(HERE, sms, &[("para", "+51 999 888 777"), ("texto", "Prueba")]);
    assert!(sent.status == 200 && sent.page().text().contains("El proveedor lo aceptó"), "{}", sent.page().text());
    assert_eq!(texts.handed_over().len(), 1);
    let whatsapp = "/ajustes/canales/whatsapp/prueba";
    let outside = browser.fill(HERE, whatsapp, &[("para", "+51 999 888 777")]);
    assert_eq!(outside.status, 409);
    assert!(outside.page().text().contains("Fuera de la ventana de 24 horas"), "{}", outside.page().text());
    assert_eq!(browser.fill(HERE, whatsapp, &[("para", "x")]).status, 422);
}

#[test]
fn a_channel_that_nobody_carries_says_so() {
    let unit = Unit::start();
    let answer = unit.signed_in(Role::Admin).post("/ajustes/canales/sms/prueba", &[("para", "+51999888777")]);
    assert_eq!(answer.status, 503);
    assert!(
        answer.page().text().contains("SMS No configurado") && answer.page().text().contains("canal no configurado"),
        "{}",
        answer.page().text()
    );
}
