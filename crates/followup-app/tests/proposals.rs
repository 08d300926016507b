//! What answers say of fields: read, shown, accepted, refused.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;

use followup_app::{Acceptance, AnswersReport, App, OpenProposal, ProposalError};
use followup_domain::asking::field_state::FieldState;
use followup_domain::case::{Case, Scalar};
use followup_domain::ids::{CaseId, ProposalId};
use followup_domain::message::{CallOutcome, MessageStatus};
use followup_domain::proposal::{Conflict, ProposalStatus};
use followup_testkit::fakes::PlainAnswers;
use support::{REPORTER, Unit, id_of, qf, reply, unit};

/// A case whose letter asks for weight and dose.
fn asked(unit: &Unit) -> CaseId {
    let id = unit.case(&[]);
    unit.deliver();
    id
}

fn answered(unit: &Unit, id: CaseId, own: &str, body: &str) -> AnswersReport {
    let letter = id_of(&unit.thread(id)[0]);
    unit.receive(&reply(REPORTER, &letter, &format!("<{own}@clinic.test>"), body));
    unit.app.read_answers(&|| false).unwrap()
}

fn open(unit: &Unit, id: CaseId) -> Vec<OpenProposal> {
    unit.app.proposals(id).unwrap().open
}

fn one(unit: &Unit, id: CaseId, field: &str) -> ProposalId {
    open(unit, id).into_iter().find(|open| open.proposal.said.target.field == field).unwrap().proposal.id
}

fn weight_of(case: &Case) -> String {
    match case.record.get("paciente_peso") {
        Some(Scalar::Number(weight)) => weight.to_string(),
        other => format!("{other:?}"),
    }
}

#[test]
fn an_answer_becomes_proposals_and_changes_nothing_by_itself() {
    let unit = unit();
    let id = asked(&unit);
    let before = unit.app.case(id).unwrap();
    let report = answered(&unit, id, "r1", "Buenos días\npaciente_peso=68\ndosis=500 mg\n");
    assert_eq!(report, AnswersReport { read: 1, proposals: 2, failed: 0 });
    let shown = unit.app.proposals(id).unwrap();
    let words: Vec<_> = shown.open.iter().map(|open| (open.path.as_deref().unwrap(), open.proposal.said.words.as_str())).collect();
    assert_eq!(words, [("paciente_peso", "paciente_peso=68"), ("productos[0].dosis", "dosis=500 mg")]);
    let unread: Vec<&str> =
        shown.unread.iter().flat_map(|(id, spans)| spans.iter().map(|span| &shown.answers[id].content.body[span.clone()])).collect();
    assert_eq!(unread, ["Buenos días"]);
    let after = unit.app.case(id).unwrap();
    assert_eq!((after.record, after.version), (before.record, before.version));
    assert_eq!(unit.app.read_answers(&|| false).unwrap(), AnswersReport::default(), "read once");
}

#[test]
fn accepting_writes_case_ledger_and_trail_together_and_completes_what_asked() {
    let unit = unit();
    let id = asked(&unit);
    answered(&unit, id, "r1", "paciente_peso=68\ndosis=500 mg\n");
    let message = unit.app.proposals(id).unwrap().open[0].proposal.message_id;
    let all: Vec<Acceptance> = open(&unit, id).iter().map(|open| Acceptance::of(open.proposal.id)).collect();
    let case = unit.app.accept_proposals(&qf(), id, &all, None).unwrap();
    assert_eq!(weight_of(&case), "68");
    assert_eq!(case.record.productos[0].dosis.as_deref(), Some("500 mg"));
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Completed), "everything it asked for is answered");
    let answered = unit.app.followup_summary(id, "qf").unwrap().answered;
    let proofs: Vec<_> = answered.iter().map(|field| (field.answered_by, field.proof.as_ref().unwrap().value.as_str())).collect();
    assert_eq!(proofs, [(Some(message), "68"), (Some(message), "500 mg")]);
    let trail = unit.audited(id);
    for action in ["answer.read", "proposal.accepted", "case.updated", "field.answered"] {
        assert!(trail.iter().any(|row| row.contains(action)), "{action}: {trail:?}");
    }
    assert_eq!(open(&unit, id).len(), 0);
    assert_eq!(unit.app.accept_proposals(&qf(), id, &all, None), Err(ProposalError::Decided(all[0].id)));
}

#[test]
fn a_person_may_write_another_value_and_what_the_case_refuses_is_told() {
    let unit = unit();
    let id = asked(&unit);
    answered(&unit, id, "r1", "paciente_peso=68\n");
    let weight = one(&unit, id, "paciente_peso");
    let edited =
        |value: &str| unit.app.accept_proposals(&qf(), id, &[Acceptance { value: Some(value.into()), ..Acceptance::of(weight) }], None);
    let Err(ProposalError::Invalid(refused)) = edited("mucho") else { panic!("a weight is a number") };
    assert_eq!(refused[0].field, "paciente_peso");
    assert_eq!(weight_of(&edited(" 70 ").unwrap()), "70");
    let decided = unit.app.proposals(id).unwrap().decided.remove(0);
    assert_eq!((decided.status, decided.decision.unwrap().value.as_deref()), (ProposalStatus::Accepted, Some("70")));
}

#[test]
fn what_is_not_known_is_documented_in_the_reporters_words() {
    let unit = unit();
    let id = asked(&unit);
    answered(&unit, id, "r1", "dosis=?\npaciente_peso=!\n");
    let all: Vec<Acceptance> = open(&unit, id).iter().map(|open| Acceptance::of(open.proposal.id)).collect();
    unit.app.accept_proposals(&qf(), id, &all, None).unwrap();
    let documented = unit.app.followup_summary(id, "qf").unwrap().documented;
    let told: Vec<_> = documented.iter().map(|field| (field.item.path.field, field.state)).collect();
    assert_eq!(told, [("paciente_peso", FieldState::Withheld), ("dosis", FieldState::Unknown)]);
    assert!(documented[1].reason.contains("«dosis=?»"), "{}", documented[1].reason);
    assert_eq!(unit.thread(id)[0].status, Some(MessageStatus::Completed));
}

#[test]
fn two_values_for_one_field_are_never_decided_by_their_order() {
    let unit = unit();
    let id = asked(&unit);
    answered(&unit, id, "r1", "paciente_peso=68\n");
    answered(&unit, id, "r2", "paciente_peso=86\n");
    let shown = open(&unit, id);
    assert!(shown.len() == 2 && shown.iter().all(|open| open.is_contested));
    let both: Vec<Acceptance> = shown.iter().map(|open| Acceptance::of(open.proposal.id)).collect();
    assert_eq!(unit.app.accept_proposals(&qf(), id, &both, None), Err(ProposalError::Contradicting(vec![both[0].id, both[1].id])));
    unit.app.accept_proposals(&qf(), id, &both[1..], None).unwrap();
    let left = open(&unit, id);
    assert_eq!((left.len(), left[0].is_contested, left[0].now.is_some()), (1, false, true));
    unit.app.reject_proposal(&qf(), id, left[0].proposal.id, Some("se equivocó de paciente")).unwrap();
    assert_eq!(unit.app.reject_proposal(&qf(), id, left[0].proposal.id, None), Err(ProposalError::Decided(left[0].proposal.id)));
    assert_eq!(unit.audit(id).pop().unwrap().reason.as_deref(), Some("se equivocó de paciente"));
}

#[test]
fn a_case_that_somebody_changed_meanwhile_is_not_overwritten() {
    let unit = unit();
    let id = asked(&unit);
    answered(&unit, id, "r1", "paciente_peso=68\n");
    let seen = unit.app.proposals(id).unwrap().case.version;
    unit.update(id, &[("paciente_peso", "90")]);
    let weight = one(&unit, id, "paciente_peso");
    let stale = unit.app.accept_proposals(&qf(), id, &[Acceptance::of(weight)], Some(seen));
    assert_eq!(stale, Err(ProposalError::Stale { current: seen + 1 }));
    assert_eq!(open(&unit, id)[0].now.as_ref().map(|now| format!("{now:?}").contains("90")), Some(true));
}

#[test]
fn what_the_case_says_already_is_not_proposed_and_what_it_comes_to_say_is_settled() {
    let unit = unit();
    let id = asked(&unit);
    unit.update(id, &[("dosis", "500 mg")]);
    answered(&unit, id, "r1", "dosis=500 mg\npaciente_peso=68\n");
    assert_eq!(open(&unit, id).len(), 1, "the dose is known");
    unit.update(id, &[("paciente_peso", "68")]);
    let shown = unit.app.proposals(id).unwrap();
    assert_eq!((shown.open.len(), shown.decided[0].status), (0, ProposalStatus::Standing));
    answered(&unit, id, "r2", "dosis=1 g\n");
    assert_eq!(open(&unit, id)[0].proposal.said.conflicts, [Conflict::DiffersFromCase]);
}

#[test]
fn a_product_that_the_answer_does_not_name_is_named_by_the_person() {
    let unit = unit();
    let id = asked(&unit);
    let mut patch = support::patch(&[]);
    let named = |name: &str| vec![("nombre_producto".to_owned(), Scalar::Text(name.into()))];
    patch.productos = Some(vec![named("Paracetamol"), named("Ibuprofeno")]);
    unit.app.update_case(&qf(), id, &patch, None).unwrap();
    answered(&unit, id, "r1", "dosis=1 g\n");
    let dose = one(&unit, id, "dosis");
    assert!(matches!(unit.app.accept_proposals(&qf(), id, &[Acceptance::of(dose)], None), Err(ProposalError::Invalid(_))));
    let second = unit.app.case(id).unwrap().record.productos[1].id;
    let case = unit.app.accept_proposals(&qf(), id, &[Acceptance { product: second, ..Acceptance::of(dose) }], None).unwrap();
    assert_eq!((case.record.productos[0].dosis.as_deref(), case.record.productos[1].dosis.as_deref()), (None, Some("1 g")));
}

#[test]
fn an_answer_that_breaks_the_rules_loses_nothing_and_is_read_by_others() {
    let unit = unit();
    let id = asked(&unit);
    let letter = id_of(&unit.thread(id)[0]);
    unit.receive(&reply(REPORTER, &letter, "<r1@clinic.test>", "panic\n"));
    unit.receive(&reply(REPORTER, &letter, "<r2@clinic.test>", "paciente_peso=68\n"));
    let report = unit.app.read_answers(&|| false).unwrap();
    assert_eq!(report, AnswersReport { read: 1, proposals: 1, failed: 1 });
    assert_eq!(unit.thread(id).len(), 3);
    assert_eq!(unit.app.read_answers(&|| false).unwrap(), AnswersReport::default());
    let later = App { answers: Arc::new(PlainAnswers("plain/2")), ..unit.app.clone() };
    assert_eq!(later.read_answers(&|| false).unwrap().failed, 1, "rules of another version try again");
}

#[test]
fn what_was_said_on_the_telephone_is_read_too() {
    let unit = unit();
    let id = asked(&unit);
    unit.app.log_call(&qf(), id, CallOutcome::NoAnswer, "paciente_peso=1", None).unwrap();
    unit.app.log_call(&qf(), id, CallOutcome::Reached, "paciente_peso=68", None).unwrap();
    assert_eq!(unit.app.read_answers(&|| false).unwrap(), AnswersReport { read: 1, proposals: 1, failed: 0 });
}

#[test]
fn whoever_is_asked_for_what_is_not_there_hears_so() {
    let unit = unit();
    let id = asked(&unit);
    let nobody = ProposalId(77);
    assert_eq!(unit.app.accept_proposals(&qf(), CaseId(99), &[], None), Err(ProposalError::CaseNotFound));
    assert_eq!(unit.app.accept_proposals(&qf(), id, &[Acceptance::of(nobody)], None), Err(ProposalError::NotFound(nobody)));
    assert_eq!(unit.app.reject_proposal(&qf(), id, nobody, Some("a\0")), Err(ProposalError::InvalidReason));
    assert!(unit.app.proposals(CaseId(99)).is_err());
}

#[test]
fn what_an_answer_tells_is_not_asked_again_before_somebody_has_decided() {
    let unit = unit();
    let id = asked(&unit);
    answered(&unit, id, "r1", "paciente_peso=68\n");
    let draft = |unit: &Unit| unit.app.draft_request(id, "email").unwrap().letter.body;
    assert!(draft(&unit).contains("Dosis") && !draft(&unit).contains("Peso"), "{}", draft(&unit));
    let weight = one(&unit, id, "paciente_peso");
    unit.app.reject_proposal(&qf(), id, weight, None).unwrap();
    assert!(draft(&unit).contains("Peso"), "nobody has told it: {}", draft(&unit));
}

#[test]
fn a_letter_by_itself_waits_while_an_answer_tells_all_that_it_would_ask() {
    let unit = unit();
    let id = unit.case(&[]);
    unit.plan(id);
    unit.dispatch();
    answered(&unit, id, "r1", "paciente_peso=68\ndosis=1 g\n");
    let last = unit.thread(id).pop().unwrap().id;
    unit.app.attend_answers(&qf(), id, last).unwrap();
    unit.app.resume_plan(&qf(), id, None).unwrap();
    unit.clock.advance(chrono::Duration::days(40));
    unit.dispatch();
    assert_eq!(unit.mail.accepted().len(), 1, "nothing is asked that the answer tells");
}

#[test]
fn what_somebody_unknown_wrote_is_read_once_a_person_vouches_for_him() {
    let unit = unit();
    let id = asked(&unit);
    let letter = id_of(&unit.thread(id)[0]);
    unit.receive(&reply("otra@otra.test", &letter, "<r1@otra.test>", "paciente_peso=68\n"));
    assert_eq!(unit.app.read_answers(&|| false).unwrap(), AnswersReport::default());
    let unknown = unit.thread(id).pop().unwrap().id;
    unit.app.confirm_sender(&qf(), id, unknown).unwrap();
    assert_eq!(unit.app.read_answers(&|| false).unwrap(), AnswersReport { read: 1, proposals: 1, failed: 0 });
}

#[test]
fn one_answer_proposes_so_much_and_no_more() {
    let unit = unit();
    let id = asked(&unit);
    let many: String = (0..300).map(|weight| format!("paciente_peso={}\n", weight % 90 + 10)).collect();
    answered(&unit, id, "r1", &many);
    let shown = unit.app.proposals(id).unwrap();
    assert_eq!((shown.open.len(), shown.unread.values().map(Vec::len).sum::<usize>()), (200, 100), "the rest is not understood");
    answered(&unit, id, "r2", &"no se entiende\n".repeat(900));
    let unread = unit.app.proposals(id).unwrap().unread;
    assert_eq!(unread.values().map(Vec::len).max(), Some(400), "the last piece holds the rest");
}
