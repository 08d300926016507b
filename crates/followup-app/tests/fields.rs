//! What is known of asking for a field, and requests that complete themselves.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::Duration;
use followup_app::{AskState, DocumentFieldError, InvalidReason};
use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::missing::{FieldPath, RequiredFields};
use followup_domain::case::{CasePatch, Scalar};
use followup_domain::ids::CaseId;
use followup_domain::message::MessageStatus;
use followup_domain::ports::Clock;
use support::{REPORTER, Unit, id_of, qf, reply, unit, unit_with};

fn path(field: &str) -> FieldPath {
    FieldPath::parse(field).unwrap()
}

fn document(unit: &Unit, id: CaseId, field: &str, state: FieldState) {
    unit.app.document_field(&qf(), id, &path(field), state, "lo dijo por teléfono").unwrap();
}

#[test]
fn a_documented_field_is_not_asked_for_again() {
    let unit = unit();
    let id = unit.case(&[]);
    document(&unit, id, "paciente_peso", FieldState::Unknown);
    unit.deliver();
    let letter = &unit.mail.accepted()[0].body;
    assert!(letter.contains("Dosis") && !letter.contains("Peso"), "{letter}");
    let draft = unit.app.draft_request(id, "email").unwrap().letter.body;
    assert!(!draft.contains("Peso"), "{draft}");
}

#[test]
fn when_everything_is_documented_nothing_is_sent() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    document(&unit, id, "paciente_peso", FieldState::Withheld);
    document(&unit, id, "dosis", FieldState::Unobtainable);
    unit.dispatch();
    assert_eq!(unit.mail.accepted(), []);
    assert_eq!(unit.attempts(id)[0], ("completed".to_owned(), Some("sin datos faltantes".to_owned())));
}

#[test]
fn documenting_needs_a_reason_and_a_state_that_a_person_gives() {
    let unit = unit();
    let id = unit.case(&[]);
    let document = |id, state, reason| unit.app.document_field(&qf(), id, &path("dosis"), state, reason);
    assert_eq!(document(id, FieldState::Unknown, " "), Err(DocumentFieldError::Reason(InvalidReason::Absent)));
    assert_eq!(document(id, FieldState::Unknown, "a\0"), Err(DocumentFieldError::Reason(InvalidReason::NulCharacter)));
    assert_eq!(document(CaseId(99), FieldState::Unknown, "x"), Err(DocumentFieldError::NotFound));
    for state in [FieldState::NotAsked, FieldState::Asked, FieldState::Answered] {
        assert_eq!(document(id, state, "x"), Err(DocumentFieldError::InvalidState));
    }
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().documented, []);
}

#[test]
fn a_letter_thanks_for_what_the_reporter_gave_and_for_nothing_else() {
    let unit = unit_with(|policy| policy.required = RequiredFields::parse("paciente_peso,paciente_sexo,dosis,via_administracion").unwrap());
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    let draft = |unit: &Unit| unit.app.draft_request(id, "email").unwrap().letter.body;
    assert!(!draft(&unit).contains("Gracias por el"), "nothing came in yet: {}", draft(&unit));
    unit.update(id, &[("paciente_sexo", "F")]);
    assert!(!draft(&unit).contains("el sexo"), "the reporter did not give it: {}", draft(&unit));
    let letter = id_of(&unit.thread(id)[0]);
    unit.receive(&reply(REPORTER, &letter, "<r1@clinic.test>", "Peso 70 kg, la vía no la sé"));
    unit.update(id, &[("paciente_peso", "70")]);
    document(&unit, id, "via_administracion", FieldState::Unknown);
    let body = draft(&unit);
    assert!(body.contains("\nGracias por el peso.\nTomamos nota de que desconoce la vía de administración.\n"), "{body}");
    assert!(
        body.contains("todavía nos falta") && body.contains("- Dosis") && !body.contains("- Peso") && !body.contains("- Vía"),
        "{body}"
    );
    document(&unit, id, "via_administracion", FieldState::Unobtainable);
    assert!(!draft(&unit).contains("desconoce la vía"), "a unit that gave up is no word of the reporter's");
}

#[test]
fn the_trail_tells_the_state_before_and_after() {
    let unit = unit();
    let id = unit.case(&[]);
    document(&unit, id, "dosis", FieldState::Unknown);
    document(&unit, id, "dosis", FieldState::Withheld);
    let row = unit.audit(id).pop().unwrap();
    assert_eq!((row.action.as_str(), row.actor.as_str()), ("field.documented", "user:qf"));
    assert_eq!((&row.old["state"], &row.new["state"]), (&"unknown".into(), &"withheld".into()));
    assert_eq!(row.reason.as_deref(), Some("lo dijo por teléfono"));
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().documented.len(), 1, "the later word replaces the earlier one");
}

#[test]
fn a_request_completes_itself_when_everything_it_asked_for_is_answered() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    let letter = |unit: &Unit| unit.thread(id).into_iter().find(|message| message.attempt_id.is_some()).unwrap();
    unit.receive(&reply(REPORTER, &id_of(&letter(&unit)), "<r1@clinic.test>", "Peso 70 kg, 1 g"));
    unit.update(id, &[("paciente_peso", "70")]);
    assert_eq!(letter(&unit).status, Some(MessageStatus::Responded), "the dose is still open");
    unit.update(id, &[("dosis", "1 g")]);
    assert_eq!(letter(&unit).status, Some(MessageStatus::Completed));
    assert_eq!(unit.attempts(id)[0], ("completed".to_owned(), Some("todo lo solicitado está completo".to_owned())));
}

#[test]
fn a_documented_field_completes_the_request_that_asked_for_it() {
    let unit = unit();
    let id = unit.case(&[("dosis", "1 g")]);
    unit.deliver();
    document(&unit, id, "paciente_peso", FieldState::Unobtainable);
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Completed));
}

#[test]
fn the_dated_proof_of_asking_is_the_last_accepted_letter() {
    let unit = unit_with(|policy| policy.automatic_requests = false);
    let id = unit.case(&[]);
    let state = |unit: &Unit| unit.app.followup_summary(id, "qf").unwrap().missing[0].state;
    assert_eq!(state(&unit), AskState::NotAsked);
    unit.plan(id);
    unit.dispatch();
    unit.clock.advance(Duration::days(30));
    unit.dispatch();
    let last = unit.thread(id)[1].id;
    assert_eq!(state(&unit), AskState::Asked { message_id: last, at: unit.clock.now() });
}

#[test]
fn what_was_documented_of_a_product_says_nothing_of_another_in_its_place() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "70")]);
    document(&unit, id, "dosis", FieldState::Unknown);
    let products = |name: &str| CasePatch {
        productos: Some(vec![vec![("nombre_producto".to_owned(), Scalar::Text(name.into()))]]),
        ..CasePatch::default()
    };
    unit.app.update_case(&qf(), id, &products("Paracetamol 500 mg"), None).unwrap();
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().documented.len(), 1, "the same product, spelled out");
    unit.app.update_case(&qf(), id, &products("Warfarina"), None).unwrap();
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().documented, []);
    unit.deliver();
    assert!(unit.mail.accepted().pop().unwrap().body.contains("Dosis"));
}

#[test]
fn a_documentation_taken_back_opens_the_field_again() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "70")]);
    document(&unit, id, "dosis", FieldState::Unknown);
    let reopen = |reason: &str| unit.app.reopen_field(&qf(), id, &path("dosis"), reason);
    assert_eq!(reopen(" "), Err(DocumentFieldError::Reason(InvalidReason::Absent)));
    reopen("llamó para darla").unwrap();
    assert_eq!(reopen("otra vez"), Err(DocumentFieldError::NotDocumented));
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().documented, []);
    let row = unit.audit(id).into_iter().find(|row| row.action == "field.reopened").unwrap();
    assert_eq!(row.reason.as_deref(), Some("llamó para darla"));
    unit.deliver();
    assert!(unit.mail.accepted()[0].body.contains("Dosis"));
}

#[test]
fn what_the_case_answers_is_not_documented() {
    let unit = unit();
    let id = unit.case(&[("paciente_peso", "70")]);
    let document = |field| unit.app.document_field(&qf(), id, &path(field), FieldState::Unobtainable, "x").map(drop);
    assert_eq!(document("paciente_peso"), Err(DocumentFieldError::Answered));
    assert_eq!(document("productos[3].dosis"), Err(DocumentFieldError::UnknownField));
}

#[test]
fn an_answered_field_tells_which_message_asked_and_which_one_answered() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.deliver();
    let request = unit.thread(id)[0].clone();
    unit.clock.advance(Duration::days(1));
    unit.receive(&reply(REPORTER, &id_of(&request), "<r@clinic.test>", "68 kg"));
    let answer = unit.thread(id).pop().unwrap().id;
    unit.update(id, &[("paciente_peso", "68"), ("paciente_iniciales", "A.B.")]);
    let answered = unit.app.followup_summary(id, "qf").unwrap().answered;
    let told: Vec<_> = answered.iter().map(|field| (field.item.path.to_string(), field.asked_by, field.answered_by, field.at)).collect();
    assert_eq!(told, [("paciente_peso".to_owned(), Some(request.id), Some(answer), unit.clock.now())], "the initials were not asked for");
    // Corrected, it stays answered; taken back, it is not.
    unit.update(id, &[("paciente_peso", "70")]);
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().answered, answered);
    unit.update(id, &[("paciente_peso", "")]);
    assert_eq!(unit.app.followup_summary(id, "qf").unwrap().answered, []);
    let told: Vec<_> = unit.audited(id).into_iter().filter(|action| action.starts_with("field.")).collect();
    assert_eq!(told, ["field.answered", "field.unanswered"]);
}

/// Products with the names given, each with its id where one is given back.
fn products(objects: &[(&str, Option<f64>)]) -> CasePatch {
    let object = |(name, id): &(&str, Option<f64>)| {
        let name = ("nombre_producto".to_owned(), Scalar::Text((*name).to_owned()));
        id.map(|id| ("id".to_owned(), Scalar::Number(id))).into_iter().chain([name]).collect()
    };
    CasePatch { productos: Some(objects.iter().map(object).collect()), ..CasePatch::default() }
}

#[test]
fn what_is_known_of_a_product_goes_with_it_to_another_place() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.app.update_case(&qf(), id, &products(&[("Paracetamol", None), ("Vitamina B", None)]), None).unwrap();
    document(&unit, id, "productos[1].dosis", FieldState::Unknown);
    unit.app.update_case(&qf(), id, &products(&[("Vitamina B", Some(2.0)), ("Paracetamol", Some(1.0))]), None).unwrap();
    let documented = || -> Vec<String> {
        let documented = unit.app.followup_summary(id, "qf").unwrap().documented;
        documented.iter().map(|field| field.item.path.to_string()).collect()
    };
    assert_eq!(documented(), ["productos[0].dosis"]);
    unit.app.reopen_field(&qf(), id, &path("productos[0].dosis"), "sí la sabe").unwrap();
    assert_eq!(documented(), Vec::<String>::new());
}

#[test]
fn vitamina_b_is_not_vitamina_b12() {
    let unit = unit();
    let id = unit.case(&[("producto_sospechoso", "Vitamina B")]);
    unit.deliver();
    let state = || {
        unit.app.followup_summary(id, "qf").unwrap().missing.into_iter().find(|missing| missing.item.path == path("dosis")).unwrap().state
    };
    assert!(matches!(state(), AskState::Asked { .. }));
    unit.app.update_case(&qf(), id, &products(&[("Vitamina B 500 mg", None)]), None).unwrap();
    assert!(matches!(state(), AskState::Asked { .. }), "the same one, told in full");
    unit.app.update_case(&qf(), id, &products(&[("Vitamina B12", None)]), None).unwrap();
    assert_eq!(state(), AskState::NotAsked);
}

#[test]
fn what_was_asked_of_one_vitamin_is_asked_anew_of_another_whose_name_begins_alike() {
    let unit = unit_with(|policy| policy.automatic_delay = Duration::zero());
    let id = unit.case(&[("producto_sospechoso", "Vitamina B")]);
    let dose = |unit: &Unit| {
        let missing = unit.app.followup_summary(id, "qf").unwrap().missing;
        missing.into_iter().find(|item| item.item.spec.key == "dosis").map(|item| item.state)
    };
    assert_eq!(unit.deliver().accepted, 1);
    assert!(matches!(dose(&unit), Some(AskState::Asked { .. })));
    unit.update(id, &[("producto_sospechoso", "Vitamina B 100 mg")]);
    assert!(matches!(dose(&unit), Some(AskState::Asked { .. })), "the same one, told more exactly");
    unit.update(id, &[("producto_sospechoso", "Vitamina B12")]);
    assert_eq!(dose(&unit), Some(AskState::NotAsked));
    assert_eq!(unit.deliver().accepted, 1, "it is asked for");
}
