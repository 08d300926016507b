//! Promises of the addresses that must not be written to, and of the fields that are documented as not to be had.

promises! { $ contacts as contacts_contract:
    a_blocked_address_is_found_ignoring_case,
    blocking_again_replaces_the_reason,
    an_address_is_unblocked_once,
    blocked_addresses_come_page_by_page_by_address,
    a_documented_field_comes_back,
    documenting_again_replaces,
    documented_fields_are_told_by_path_and_by_case,
    a_documentation_that_is_taken_back_is_gone,
    what_was_documented_twice_is_taken_back_whole,
    a_field_of_a_product_is_that_products_wherever_it_stands,
    an_answered_field_comes_back_and_is_forgotten_when_it_is_answered_no_more,
    only_what_is_not_to_be_had_can_be_documented,
}

use followup_domain::asking::field_state::FieldState;
use followup_domain::asking::missing::FieldPath;
use followup_domain::ids::{CaseId, ProductId};
use followup_domain::ports::{AnsweredField, AskedItem, DoNotContact, DocumentedField, PageRequest, Store, StoreError, StoreExt, Updated};

use super::support::{a_case, a_raw, enqueue, read, receive, write};
use crate::builders::{at, automatic, reply};

fn blocked(address: &str) -> DoNotContact {
    DoNotContact { address: address.into(), reason: "pidió no recibir correos".into(), actor: "user:ana".into(), at: at(1) }
}

fn block(store: &dyn Store, contact: &DoNotContact) {
    write(store, |tx| tx.do_not_contact().block(contact));
}

fn find(store: &dyn Store, address: &str) -> Option<DoNotContact> {
    read(store, |tx| tx.do_not_contact().find_blocked(address))
}

fn documented(path: &str, state: FieldState) -> DocumentedField {
    let item = FieldPath::parse(path).unwrap().into();
    DocumentedField { item, state, reason: "el reportante no lo sabe".into(), actor: "user:ana".into(), at: at(1) }
}

fn document(store: &dyn Store, case_id: CaseId, field: &DocumentedField) {
    write(store, |tx| tx.fields().document(case_id, field));
}

pub fn a_blocked_address_is_found_ignoring_case(store: &dyn Store) {
    block(store, &blocked("Ñandú@Example.ORG"));
    assert_eq!(find(store, "ñANDÚ@example.org"), Some(blocked("ñandú@example.org")));
    assert_eq!((find(store, "otra@example.org"), find(store, "%")), (None, None));
}

pub fn blocking_again_replaces_the_reason(store: &dyn Store) {
    block(store, &blocked("a@example.org"));
    let again = DoNotContact { reason: "rebotó".into(), actor: "service:mail-poller".into(), at: at(9), ..blocked("a@example.org") };
    block(store, &again);
    assert_eq!(find(store, "a@example.org"), Some(again));
}

pub fn an_address_is_unblocked_once(store: &dyn Store) {
    block(store, &blocked("a@example.org"));
    let unblock = || write(store, |tx| tx.do_not_contact().unblock("A@example.org"));
    assert_eq!((unblock(), unblock(), find(store, "a@example.org")), (Updated::Yes, Updated::Stale, None));
}

pub fn blocked_addresses_come_page_by_page_by_address(store: &dyn Store) {
    for address in ["c@example.org", "a@example.org", "b@example.org"] {
        block(store, &blocked(address));
    }
    let page = read(store, |tx| tx.do_not_contact().list_blocked(PageRequest { offset: 1, limit: 2 }));
    let addresses: Vec<&str> = page.items.iter().map(|contact| contact.address.as_str()).collect();
    assert_eq!((page.total, addresses), (3, vec!["b@example.org", "c@example.org"]));
}

pub fn a_documented_field_comes_back(store: &dyn Store) {
    let case_id = a_case(store);
    for state in [FieldState::Unknown, FieldState::Withheld, FieldState::Unobtainable] {
        let field = documented("paciente_peso", state);
        document(store, case_id, &field);
        assert_eq!(read(store, |tx| tx.fields().documented(case_id)), [field]);
    }
}

pub fn documenting_again_replaces(store: &dyn Store) {
    let case_id = a_case(store);
    document(store, case_id, &documented("dosis", FieldState::Unknown));
    let again =
        DocumentedField { reason: "no la da".into(), actor: "user:eva".into(), at: at(9), ..documented("dosis", FieldState::Withheld) };
    let item = AskedItem { product: Some("Warfarina".into()), ..again.item };
    let again = DocumentedField { item, ..again };
    document(store, case_id, &again);
    assert_eq!(read(store, |tx| tx.fields().documented(case_id)), [again]);
}

pub fn documented_fields_are_told_by_path_and_by_case(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    for path in ["productos[1].dosis", "gravedad", "productos[0].dosis"] {
        document(store, case_id, &documented(path, FieldState::Unknown));
    }
    document(store, other, &documented("paciente_sexo", FieldState::Unknown));
    let paths: Vec<String> = read(store, |tx| tx.fields().documented(case_id)).iter().map(|field| field.item.path.to_string()).collect();
    assert_eq!(paths, ["gravedad", "productos[0].dosis", "productos[1].dosis"]);
}

pub fn a_documentation_that_is_taken_back_is_gone(store: &dyn Store) {
    let case_id = a_case(store);
    for path in ["paciente_peso", "gravedad"] {
        document(store, case_id, &documented(path, FieldState::Unknown));
    }
    let take_back = |case_id, path| write(store, |tx| tx.fields().remove_documented(case_id, &FieldPath::parse(path).unwrap()));
    assert_eq!((take_back(case_id, "paciente_peso"), take_back(case_id, "paciente_peso")), (Updated::Yes, Updated::Stale));
    assert_eq!(take_back(CaseId(4711), "gravedad"), Updated::Stale);
    assert_eq!(read(store, |tx| tx.fields().documented(case_id)), [documented("gravedad", FieldState::Unknown)]);
}

pub fn what_was_documented_twice_is_taken_back_whole(store: &dyn Store) {
    let case_id = a_case(store);
    for state in [FieldState::Unknown, FieldState::Withheld] {
        document(store, case_id, &documented("gravedad", state));
    }
    let path = FieldPath::parse("gravedad").unwrap();
    assert_eq!(write(store, |tx| tx.fields().remove_documented(case_id, &path)), Updated::Yes);
    assert_eq!(read(store, |tx| tx.fields().documented(case_id)), []);
    document(store, case_id, &documented("gravedad", FieldState::Unobtainable));
    assert_eq!(read(store, |tx| tx.fields().documented(case_id)).len(), 1);
}

pub fn a_field_of_a_product_is_that_products_wherever_it_stands(store: &dyn Store) {
    let case_id = a_case(store);
    let of = |path: &str, id| {
        let field = documented(path, FieldState::Unknown);
        DocumentedField { item: AskedItem { product_id: Some(ProductId(id)), ..field.item }, ..field }
    };
    for field in [of("productos[0].dosis", 1), of("productos[1].dosis", 1), of("productos[0].dosis", 7)] {
        document(store, case_id, &field);
    }
    let known = || read(store, |tx| tx.fields().documented(case_id));
    assert_eq!(known(), [of("productos[0].dosis", 7), of("productos[1].dosis", 1)], "one entry a product, the last");
    // The case's first product is number 1: by its place of today.
    write(store, |tx| tx.fields().remove_documented(case_id, &FieldPath::parse("dosis").unwrap()));
    assert_eq!(known(), []);
}

pub fn an_answered_field_comes_back_and_is_forgotten_when_it_is_answered_no_more(store: &dyn Store) {
    let case_id = a_case(store);
    let asked_by = enqueue(store, &automatic(case_id, "a"));
    let answered_by = receive(store, &reply(case_id, a_raw(store, b"raw"), "r"));
    let path = || FieldPath::parse("dosis").unwrap();
    let item = AskedItem { product: Some("Warfarina".into()), ..path().into() };
    let first = AnsweredField { item, asked_by: Some(asked_by), answered_by: None, proof: None, at: at(3) };
    let field = AnsweredField { answered_by: Some(answered_by), at: at(4), ..first.clone() };
    for field in [&first, &field] {
        write(store, |tx| tx.fields().record_answered(case_id, field));
    }
    assert_eq!(read(store, |tx| tx.fields().answered(case_id)), [field]);
    let forget = || write(store, |tx| tx.fields().remove_answered(case_id, &path()));
    assert_eq!((forget(), forget()), (Updated::Yes, Updated::Stale));
    assert_eq!(read(store, |tx| tx.fields().answered(case_id)), []);
}

pub fn only_what_is_not_to_be_had_can_be_documented(store: &dyn Store) {
    let case_id = a_case(store);
    for state in FieldState::ALL.iter().copied().filter(|state| !state.is_documented()) {
        let refused = store.write(|tx| tx.fields().document(case_id, &documented("gravedad", state)));
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{state}: {refused:?}");
    }
    assert_eq!(read(store, |tx| tx.fields().documented(case_id)), []);
}
