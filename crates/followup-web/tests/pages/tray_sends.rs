//! The trays of messages that did not arrive, and of those of which nobody knows.

use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Delivery, MessageStatus};
use followup_domain::sending::SendError;
use followup_domain::user::Role;
use followup_testkit::fakes::Script;

use crate::support::Unit;

const HOSTILE: &str = "<script>alert(\"1\")</script>'&";

/// A case whose letter did not leave as it should.
fn unsent(script: Script) -> (Unit, CaseId, MessageId) {
    let unit = Unit::start();
    let case = unit.case(&[("numero", "FV-7")]);
    unit.mail.next(script);
    unit.deliver();
    let id = unit.app.thread(case).unwrap()[0].id;
    (unit, case, id)
}

fn uncertain() -> (Unit, CaseId, MessageId) {
    unsent(Script::FailTransmit(SendError::Uncertain(HOSTILE.into())))
}

#[test]
fn a_message_that_failed_stands_with_what_the_provider_said_and_its_place_in_the_thread() {
    let (unit, case, id) = unsent(Script::no_such_user());
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get("/bandejas/fallidos").page();
    let text = page.text();
    assert!(text.contains("FV-7") && text.contains("no such user") && text.contains("rojas@clinic.test"), "{text}");
    assert!(page.links().contains(&format!("/casos/{case}/seguimiento?mensaje={id}#m{id}").as_str()));
    let auditor = unit.signed_in(Role::Qa).get("/bandejas/fallidos").page();
    assert!(!auditor.forms().iter().any(|form| form.action.starts_with("/bandejas")), "whoever may not decide sees no form");
    assert_eq!(unit.signed_in(Role::Qa).post(&format!("/bandejas/fallidos/{id}/reenviar"), &[]).status, 403);
}

#[test]
fn an_address_that_fails_asks_for_a_reason_and_keeps_what_was_typed() {
    let (unit, case, id) = unsent(Script::no_such_user());
    let mut browser = unit.signed_in(Role::Qf);
    let (here, action) = ("/bandejas/fallidos", format!("/bandejas/fallidos/{id}/reenviar"));
    let refused = browser.fill(here, &action, &[("motivo", HOSTILE)]);
    assert_eq!(refused.status, 409, "{}", refused.text);
    let page = refused.page();
    assert!(page.text().contains("La dirección rebotó"), "{}", page.text());
    assert!(page.form(&action).fields.contains(&("motivo".into(), HOSTILE.into())));
    let sent = browser.fill_in(&page, &action, &[("a_pesar", "llamó y dijo que ya sirve")]);
    assert!(sent.page().text().contains("el proveedor aceptó el mensaje nuevo"), "{}", sent.page().text());
    assert_eq!(unit.app.thread(case).unwrap().len(), 2);
    let again = browser.fill_in(&page, &action, &[("a_pesar", "otra vez")]);
    assert_eq!(again.status, 409);
    assert!(again.page().text().contains("ya fue reenviado"), "{}", again.page().text());
    assert_eq!(unit.app.thread(case).unwrap().len(), 2, "a double click sends one");
}

#[test]
fn a_provider_that_refuses_again_is_quoted() {
    let (unit, _, id) = unsent(Script::FailPrepare(SendError::Refused(followup_domain::sending::Refusal::before_asking("no"))));
    let mut browser = unit.signed_in(Role::Qf);
    unit.mail.next(Script::unwritable("otra vez no"));
    let refused = browser.fill("/bandejas/fallidos", &format!("/bandejas/fallidos/{id}/reenviar"), &[]);
    assert_eq!(refused.status, 502, "{}", refused.text);
    assert!(refused.page().text().contains("otra vez no"), "{}", refused.page().text());
}

#[test]
fn a_message_that_failed_is_settled_without_another_one() {
    let (unit, case, id) = unsent(Script::no_such_user());
    let mut browser = unit.signed_in(Role::Qf);
    let (here, action) = ("/bandejas/fallidos", format!("/bandejas/fallidos/{id}/resolver"));
    let page = browser.get(here).page();
    let done = browser.fill_in(&page, &action, &[("motivo", "llamamos")]);
    assert!(done.page().text().contains("Queda resuelto"), "{}", done.page().text());
    assert_eq!(unit.app.message(case, id).unwrap().status, Some(MessageStatus::Skipped));
    assert_eq!(browser.fill_in(&page, &action, &[]).status, 409, "somebody settled it already");
}

#[test]
fn of_an_uncertain_message_a_person_says_once_whether_it_left() {
    for (said, delivery) in [("si", Delivery::Accepted), ("no", Delivery::Rejected)] {
        let (unit, case, id) = uncertain();
        let mut browser = unit.signed_in(Role::Qf);
        let action = format!("/bandejas/inciertos/{id}/resolver");
        let page = browser.get("/bandejas/inciertos").page();
        let unsaid = browser.fill_in(&page, &action, &[("motivo", HOSTILE)]);
        assert_eq!(unsaid.status, 400);
        assert!(unsaid.page().form(&action).fields.contains(&("motivo".into(), HOSTILE.into())));
        let done = browser.fill_in(&page, &action, &[("salio", said), ("motivo", "lo dijo el proveedor")]);
        assert!(done.page().text().contains("Queda resuelto"), "{}", done.page().text());
        assert_eq!(unit.app.message(case, id).unwrap().delivery, Some(delivery));
        assert_eq!(browser.fill_in(&page, &action, &[("salio", said)]).status, 409);
    }
}

#[test]
fn an_uncertain_message_is_sent_again_on_purpose_with_a_warning() {
    let (unit, case, id) = uncertain();
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get("/bandejas/inciertos").page();
    assert!(page.text().contains("podría recibirlo dos veces"), "{}", page.text());
    let sent = browser.fill_in(&page, &format!("/bandejas/inciertos/{id}/reenviar"), &[]);
    assert!(sent.page().text().contains("Reenviado"), "{}", sent.page().text());
    assert_eq!(unit.app.thread(case).unwrap()[1].resend_of, Some(id));
}

#[test]
fn many_messages_are_shown_page_by_page() {
    let unit = Unit::start();
    unit.mail.always(Some(Script::unwritable("no")));
    for number in 0..22 {
        unit.case(&[("numero", &format!("FV-{number}")), ("reportante_contacto", &format!("r{number}@clinic.test"))]);
    }
    unit.deliver();
    let mut browser = unit.signed_in(Role::Qf);
    let page = browser.get("/bandejas/fallidos").page();
    assert_eq!(page.all("article").count(), 20);
    let next = page.links().into_iter().find(|href| href.contains("desde=")).unwrap().to_owned();
    assert_eq!(browser.get(&next).page().all("article").count(), 2);
}
