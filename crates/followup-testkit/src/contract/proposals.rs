//! Promises of what answers say of fields.

promises! { $ proposals as proposals_contract:
    an_answer_is_read_once_and_comes_back_as_it_was_read,
    an_answer_that_cannot_be_read_waits_for_other_rules,
    a_proposal_is_decided_once_and_stays_so,
    proposals_are_those_of_their_case,
    the_proof_of_an_answered_field_comes_back,
}

use followup_domain::asking::missing::FieldPath;
use followup_domain::ids::{CaseId, MessageId, ProductId, ProposalId};
use followup_domain::ports::{AnswerProof, AnsweredField, Store, Updated};
use followup_domain::proposal::{
    AnswerReading, Conflict, FieldTarget, NewProposal, Precision, ProposalClass, ProposalDecision, ProposalStatus, SaidState,
};

use super::support::{a_case, a_raw, read, receive, write};
use crate::builders::{at, reply};

fn answer(store: &dyn Store, case_id: CaseId, own: &str) -> MessageId {
    let id = receive(store, &reply(case_id, a_raw(store, own.as_bytes()), own));
    write(store, |tx| tx.read_answers().await_reading(id, case_id));
    id
}

fn weight() -> NewProposal {
    NewProposal {
        target: FieldTarget::of_case("paciente_peso"),
        state: SaidState::Answered,
        value: Some("68.5".into()),
        unit: Some("kg".into()),
        precision: Precision::Approximate,
        computed: true,
        words: "unos 68,5 kilos".into(),
        span: 3..21,
        rule: "weight/2".into(),
        class: ProposalClass::FreeSentence,
        conflicts: vec![Conflict::SeveralValues, Conflict::DiffersFromCase],
    }
}

fn lot() -> NewProposal {
    let target = FieldTarget { field: "nro_lote".into(), product: Some(ProductId(7)) };
    NewProposal { target, state: SaidState::Unknown, value: None, unit: None, conflicts: Vec::new(), span: 0..0, ..weight() }
}

fn keep(store: &dyn Store, id: MessageId, proposals: &[NewProposal]) -> Updated {
    let reading = AnswerReading { proposals: proposals.to_vec(), unread: vec![0..2, 30..44] };
    write(store, |tx| tx.read_answers().keep_reading(id, &reading, "rules/1", at(60)))
}

fn decision(status: ProposalStatus) -> ProposalDecision {
    ProposalDecision { status, actor: "user:ana".into(), at: at(90), value: Some("69".into()), reason: Some("por teléfono".into()) }
}

pub fn an_answer_is_read_once_and_comes_back_as_it_was_read(store: &dyn Store) {
    let case_id = a_case(store);
    let (first, second) = (answer(store, case_id, "a"), answer(store, case_id, "b"));
    write(store, |tx| tx.read_answers().await_reading(first, case_id));
    let awaiting = |limit| read(store, |tx| tx.read_answers().awaiting("rules/1", limit));
    assert_eq!((awaiting(10), awaiting(1)), (vec![(first, case_id), (second, case_id)], vec![(first, case_id)]));
    assert_eq!((keep(store, first, &[weight(), lot()]), keep(store, first, &[weight()])), (Updated::Yes, Updated::Stale));
    assert_eq!(awaiting(10), [(second, case_id)]);
    let open = read(store, |tx| tx.proposals().open(case_id));
    assert_eq!(open.iter().map(|proposal| proposal.said.clone()).collect::<Vec<_>>(), [weight(), lot()]);
    let known = &open[0];
    assert_eq!((known.case_id, known.message_id, known.read_at, known.status), (case_id, first, at(60), ProposalStatus::Open));
    assert_eq!(known.decision, None);
    assert_eq!(read(store, |tx| tx.read_answers().unread(case_id)), [(first, vec![0..2, 30..44])]);
    write(store, |tx| tx.read_answers().await_reading(first, case_id));
    assert_eq!(awaiting(10), [(second, case_id)], "what was read is not read again");
    assert_eq!(keep(store, second, &[]), Updated::Yes);
}

pub fn an_answer_that_cannot_be_read_waits_for_other_rules(store: &dyn Store) {
    let case_id = a_case(store);
    let id = answer(store, case_id, "a");
    assert_eq!(write(store, |tx| tx.read_answers().keep_failure(id, "rules/1", "broke", at(60))), Updated::Yes);
    let awaiting = |version: &str| read(store, |tx| tx.read_answers().awaiting(version, 10));
    assert_eq!((awaiting("rules/1"), awaiting("rules/2")), (vec![], vec![(id, case_id)]));
    assert_eq!(read(store, |tx| tx.read_answers().count_failed()), 1);
    assert_eq!(keep(store, id, &[weight()]), Updated::Yes);
    assert_eq!(read(store, |tx| tx.read_answers().count_failed()), 0);
    assert_eq!(write(store, |tx| tx.read_answers().keep_failure(id, "rules/2", "broke", at(61))), Updated::Stale);
    assert_eq!(awaiting("rules/3"), []);
}

pub fn a_proposal_is_decided_once_and_stays_so(store: &dyn Store) {
    let case_id = a_case(store);
    let id = answer(store, case_id, "a");
    keep(store, id, &[weight(), lot()]);
    let ids: Vec<ProposalId> = read(store, |tx| tx.proposals().open(case_id)).iter().map(|proposal| proposal.id).collect();
    let decide = |id, status| write(store, |tx| tx.proposals().decide(id, &decision(status)));
    assert_eq!(decide(ids[0], ProposalStatus::Accepted), Updated::Yes);
    assert_eq!(decide(ids[0], ProposalStatus::Rejected), Updated::Stale);
    assert_eq!(read(store, |tx| tx.proposals().open(case_id)).len(), 1);
    let decided = read(store, |tx| tx.proposals().decided(case_id, 10));
    assert_eq!((decided.len(), &decided[0].decision), (1, &Some(decision(ProposalStatus::Accepted))));
    assert_eq!(read(store, |tx| tx.proposals().count_open(&[case_id, CaseId(99)])), [(case_id, 1)]);
    assert_eq!(decide(ids[1], ProposalStatus::Standing), Updated::Yes);
    assert_eq!(read(store, |tx| tx.proposals().count_open(&[case_id])), []);
}

pub fn proposals_are_those_of_their_case(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    let id = answer(store, case_id, "a");
    keep(store, id, &[weight()]);
    let own = read(store, |tx| tx.proposals().open(case_id))[0].id;
    assert_eq!(read(store, |tx| tx.proposals().find(case_id, &[own, ProposalId(999)])).len(), 1);
    assert_eq!(read(store, |tx| tx.proposals().find(other, &[own])), []);
    assert_eq!((read(store, |tx| tx.proposals().open(other)), read(store, |tx| tx.read_answers().unread(other))), (vec![], vec![]));
}

pub fn the_proof_of_an_answered_field_comes_back(store: &dyn Store) {
    let case_id = a_case(store);
    let answered_by = answer(store, case_id, "a");
    let proof = AnswerProof { value: "68.5".into(), span: 3..21, actor: "user:ana".into() };
    let item = FieldPath::parse("paciente_peso").unwrap().into();
    let field = AnsweredField { item, asked_by: None, answered_by: Some(answered_by), proof: Some(proof), at: at(60) };
    write(store, |tx| tx.fields().record_answered(case_id, &field));
    assert_eq!(read(store, |tx| tx.fields().answered(case_id)), [field]);
}
