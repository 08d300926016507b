//! Promises of the cases.

promises! { $ cases as cases_contract:
    a_new_case_is_open_and_of_version_one,
    every_field_of_a_case_comes_back,
    an_unknown_case_is_none,
    an_update_replaces_the_record_and_counts_the_version_up,
    an_update_of_another_version_changes_nothing,
    the_services_own_change_of_estado_leaves_the_version,
    a_change_of_estado_from_another_one_changes_nothing,
    cases_come_page_by_page_with_their_total,
    an_absurd_page_is_an_empty_one,
    each_order_is_kept_and_ties_go_by_id,
    every_filter_narrows_the_list,
    what_is_serious_is_listed_so_whatever_was_said_of_it,
    a_case_with_warnings_is_listed_until_their_day_and_keeps_what_was_set_aside,
    the_day_of_receipt_is_the_given_one_else_that_of_creation,
    a_search_ignores_case_and_accents_and_needs_every_word,
    a_search_takes_every_character_literally,
    a_search_finds_what_an_update_wrote,
    a_search_of_any_length_is_answered,
}

use chrono::NaiveDate;
use chrono_tz::UTC;
use followup_domain::case::SetAside;
use followup_domain::case::{CaseRecord, Estado, Event, FieldKind, FollowupStatus, Gravedad, Product, Scalar};
use followup_domain::ids::CaseId;
use followup_domain::ports::{CaseQuery, CaseSort, NewCase, PageRequest, Store, Updated};

use super::support::{ALL, a_case, read, write};
use crate::builders::{at, incomplete_record, new_case, record};

fn received_on(record: &CaseRecord) -> NaiveDate {
    record.received_on(at(0), UTC)
}

fn insert(store: &dyn Store, record: CaseRecord, seconds: i64) -> CaseId {
    let received_on = record.received_on(at(seconds), UTC);
    write(store, |tx| tx.cases().insert(&NewCase { record: record.clone(), received_on, created_at: at(seconds) }))
}

fn ids(store: &dyn Store, query: &CaseQuery) -> Vec<CaseId> {
    let page = read(store, |tx| tx.cases().list(query, ALL));
    assert_eq!(page.total, i64::try_from(page.items.len()).unwrap());
    page.items.iter().map(|case| case.id).collect()
}

fn search(store: &dyn Store, text: &str) -> Vec<CaseId> {
    ids(store, &CaseQuery { text: Some(text.into()), sort: CaseSort::OldestFirst, ..CaseQuery::default() })
}

/// A record in which every field of every list has a value.
fn full_record() -> CaseRecord {
    let value = |name: &str| match name {
        "estado" => Scalar::Text("En progreso".into()),
        "gravedad" => Scalar::Text("Grave".into()),
        "paciente_sexo" => Scalar::Text("Femenino".into()),
        "ea_desenlace" => Scalar::Text("En recuperación".into()),
        "paciente_edad" => Scalar::Number(45.5),
        "paciente_peso" => Scalar::Number(68.25),
        "auto_followup" => Scalar::Bool(false),
        name if CaseRecord::kind(name).or_else(|| Event::kind(name)) == Some(FieldKind::YesNo) => Scalar::Text("Desconocido".into()),
        "accion_tomada" => Scalar::Text("Retirado".into()),
        "reexposicion" => Scalar::Text("Reapareció".into()),
        "es_biologico" | "tratamiento_continua" | "evento_continua" => Scalar::Bool(true),
        name if name.contains("fecha") => Scalar::Text("2025-11".into()),
        name => Scalar::Text(format!("{name} «ñÁ» '\"\\ 💊\n%_")),
    };
    let mut full = CaseRecord::default();
    let (mut product, mut event) = (Product::default(), Event::default());
    for name in CaseRecord::FIELDS {
        full.set(name, value(name)).unwrap().unwrap();
    }
    for name in Product::FIELDS {
        product.set(name, value(name)).unwrap().unwrap();
    }
    for name in Event::FIELDS {
        event.set(name, value(name)).unwrap().unwrap();
    }
    full.productos = vec![product.clone(), Product::default()];
    full.concomitantes = vec![product];
    full.eventos = vec![event];
    full
}

pub fn a_new_case_is_open_and_of_version_one(store: &dyn Store) {
    let id = a_case(store);
    let case = read(store, |tx| tx.cases().find(id)).unwrap();
    assert_eq!((case.id, case.version, case.followup_status), (id, 1, FollowupStatus::Open));
    assert_eq!((case.created_at, case.updated_at, case.last_automatic), (at(0), at(0), None));
    assert_eq!(case.record, incomplete_record());
}

pub fn every_field_of_a_case_comes_back(store: &dyn Store) {
    let full = full_record();
    let id = insert(store, full.clone(), 0);
    assert_eq!(read(store, |tx| tx.cases().find(id)).unwrap().record, full);
    assert_eq!(write(store, |tx| tx.cases().find_for_update(id)).unwrap().record, full);
}

pub fn an_unknown_case_is_none(store: &dyn Store) {
    for id in [0, 1, -1, i64::MAX] {
        assert_eq!(read(store, |tx| tx.cases().find(CaseId(id))), None);
        assert_eq!(write(store, |tx| tx.cases().find_for_update(CaseId(id))), None);
    }
}

pub fn an_update_replaces_the_record_and_counts_the_version_up(store: &dyn Store) {
    let id = insert(store, full_record(), 0);
    let changed = record(&[("numero", "2")]);
    assert_eq!(write(store, |tx| tx.cases().update(id, &changed, received_on(&changed), 1, at(9))), Updated::Yes);
    let case = read(store, |tx| tx.cases().find(id)).unwrap();
    assert_eq!((case.version, case.created_at, case.updated_at), (2, at(0), at(9)));
    assert_eq!(case.record, changed);
}

pub fn an_update_of_another_version_changes_nothing(store: &dyn Store) {
    let id = a_case(store);
    let before = read(store, |tx| tx.cases().find(id));
    for version in [0, 2, i64::MAX] {
        assert_eq!(write(store, |tx| tx.cases().update(id, &CaseRecord::default(), at(0).date_naive(), version, at(9))), Updated::Stale);
    }
    assert_eq!(write(store, |tx| tx.cases().update(CaseId(4711), &CaseRecord::default(), at(0).date_naive(), 1, at(9))), Updated::Stale);
    assert_eq!(read(store, |tx| tx.cases().find(id)), before);
}

pub fn the_services_own_change_of_estado_leaves_the_version(store: &dyn Store) {
    let id = a_case(store);
    assert_eq!(write(store, |tx| tx.cases().update_estado(id, Estado::Pendiente, Estado::EnProgreso, at(9))), Updated::Yes);
    let case = read(store, |tx| tx.cases().find(id)).unwrap();
    assert_eq!((case.record.estado, case.version, case.updated_at), (Estado::EnProgreso, 1, at(9)));
    assert_eq!(case.record, CaseRecord { estado: Estado::EnProgreso, ..incomplete_record() });
    let listed = ids(store, &CaseQuery { estado: Some(Estado::EnProgreso), ..CaseQuery::default() });
    assert_eq!(listed, [id]);
}

pub fn a_change_of_estado_from_another_one_changes_nothing(store: &dyn Store) {
    let id = a_case(store);
    assert_eq!(write(store, |tx| tx.cases().update_estado(id, Estado::Completado, Estado::Enviado, at(9))), Updated::Stale);
    assert_eq!(read(store, |tx| tx.cases().find(id)).unwrap().record.estado, Estado::Pendiente);
}

pub fn cases_come_page_by_page_with_their_total(store: &dyn Store) {
    let all: Vec<CaseId> = (0..5).map(|number| insert(store, incomplete_record(), number)).collect();
    let query = CaseQuery { sort: CaseSort::OldestFirst, ..CaseQuery::default() };
    let page = |offset| read(store, |tx| tx.cases().list(&query, PageRequest { offset, limit: 2 }));
    let pages: Vec<Vec<CaseId>> = [0, 2, 4, 6].map(|offset| page(offset).items.iter().map(|case| case.id).collect()).into();
    assert_eq!(pages, [all[0..2].to_vec(), all[2..4].to_vec(), all[4..].to_vec(), vec![]]);
    assert!([0, 2, 4, 6].iter().all(|offset| page(*offset).total == 5));
}

pub fn an_absurd_page_is_an_empty_one(store: &dyn Store) {
    a_case(store);
    for (offset, limit) in [(i64::MAX, 20), (0, -1), (0, 0)] {
        let page = read(store, |tx| tx.cases().list(&CaseQuery::default(), PageRequest { offset, limit }));
        assert_eq!((page.items.len(), page.total), (0, 1), "{offset} {limit}");
    }
    let page = read(store, |tx| tx.cases().list(&CaseQuery::default(), PageRequest { offset: -5, limit: i64::MAX }));
    assert_eq!(page.items.len(), 1);
}

pub fn each_order_is_kept_and_ties_go_by_id(store: &dyn Store) {
    let early = insert(store, record(&[("fecha_recepcion", "2025-03-01")]), 0);
    let tied = insert(store, record(&[("fecha_recepcion", "2025-01-01")]), 0);
    let late = insert(store, record(&[("fecha_recepcion", "2025-03-01")]), 5);
    let changed = record(&[("fecha_recepcion", "2025-03-01")]);
    write(store, |tx| tx.cases().update(early, &changed, received_on(&changed), 1, at(9)));
    let sorted = |sort| ids(store, &CaseQuery { sort, ..CaseQuery::default() });
    assert_eq!(sorted(CaseSort::NewestFirst), [late, tied, early]);
    assert_eq!(sorted(CaseSort::OldestFirst), [early, tied, late]);
    assert_eq!(sorted(CaseSort::LastChangedFirst), [early, late, tied]);
    assert_eq!(sorted(CaseSort::LastReceivedFirst), [late, early, tied]);
}

pub fn every_filter_narrows_the_list(store: &dyn Store) {
    let serious = insert(store, record(&[("gravedad", "Grave"), ("estado", "Completado")]), 0);
    let other = insert(store, record(&[("gravedad", "No grave")]), 1);
    let all = CaseQuery::default();
    assert_eq!(ids(store, &CaseQuery { gravedad: Some(Gravedad::Grave), ..all.clone() }), [serious]);
    assert_eq!(ids(store, &CaseQuery { estado: Some(Estado::Pendiente), ..all.clone() }), [other]);
    assert_eq!(ids(store, &CaseQuery { followup_status: Some(FollowupStatus::Open), ..all.clone() }), [other, serious]);
    assert_eq!(ids(store, &CaseQuery { followup_status: Some(FollowupStatus::Closed), ..all.clone() }), []);
    let both = CaseQuery { gravedad: Some(Gravedad::Grave), estado: Some(Estado::Pendiente), ..all };
    assert_eq!(ids(store, &both), []);
}

pub fn what_is_serious_is_listed_so_whatever_was_said_of_it(store: &dyn Store) {
    let died = insert(store, record(&[("ea_desenlace", "Mortal"), ("gravedad", "No grave")]), 0);
    let unsaid = insert(store, record(&[("paciente_fecha_muerte", "2025")]), 1);
    let open = insert(store, record(&[("gravedad", "Sin clasificar")]), 2);
    let of = |gravedad| ids(store, &CaseQuery { gravedad: Some(gravedad), ..CaseQuery::default() });
    assert_eq!(of(Gravedad::Grave), [unsaid, died]);
    assert_eq!((of(Gravedad::NoGrave), of(Gravedad::SinClasificar)), (vec![], vec![open]));
    let alive = record(&[("ea_desenlace", "Recuperado"), ("gravedad", "No grave")]);
    write(store, |tx| tx.cases().update(died, &alive, received_on(&alive), 1, at(9)));
    assert_eq!((of(Gravedad::Grave), of(Gravedad::NoGrave)), (vec![unsaid], vec![died]));
}

pub fn a_case_with_warnings_is_listed_until_their_day_and_keeps_what_was_set_aside(store: &dyn Store) {
    let [quiet, lasting, passing] = [0, 1, 2].map(|seconds| insert(store, record(&[]), seconds));
    let aside = SetAside { warning: "x-1".into(), reason: "revisado «ñ»".into(), actor: "user:qf".into(), at: at(7) };
    write(store, |tx| tx.warnings().set(lasting, Some(at(900)), std::slice::from_ref(&aside)));
    write(store, |tx| tx.warnings().set(passing, Some(at(50)), &[]));
    let warned = |seconds| ids(store, &CaseQuery { warned_at: Some(at(seconds)), ..CaseQuery::default() });
    assert_eq!((warned(49), warned(50)), (vec![passing, lasting], vec![lasting]));
    let found = |id| read(store, |tx| tx.cases().find(id)).unwrap();
    assert_eq!((found(lasting).warned_until, found(lasting).set_aside), (Some(at(900)), vec![aside]));
    assert_eq!((found(quiet).warned_until, found(quiet).set_aside, found(lasting).version), (None, vec![], 1));
    write(store, |tx| tx.cases().update(lasting, &record(&[("numero", "2")]), at(0).date_naive(), 1, at(9)));
    assert_eq!(found(lasting).warned_until, Some(at(900)), "only who looked at the record says otherwise");
    write(store, |tx| tx.warnings().set(lasting, None, &[]));
    assert_eq!((warned(49), found(lasting).set_aside), (vec![passing], vec![]));
}

pub fn the_day_of_receipt_is_the_given_one_else_that_of_creation(store: &dyn Store) {
    let month = insert(store, record(&[("fecha_recepcion", "2025-03")]), 0);
    let undated = insert(store, CaseRecord::default(), 0);
    let between = |from: &str, to: &str| {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        ids(store, &CaseQuery { received_from: day(from), received_to: day(to), ..CaseQuery::default() })
    };
    assert_eq!(between("2025-03-01", "2025-03-01"), [month]);
    assert_eq!(between("2025-03-02", "2026-01-04"), []);
    assert_eq!(between("2026-01-05", ""), [undated]);
    assert_eq!(between("", "2025-12-31"), [month]);
}

pub fn a_search_ignores_case_and_accents_and_needs_every_word(store: &dyn Store) {
    let id = a_case(store);
    insert(store, record(&[("numero", "otro")]), 1);
    for text in ["ERUPCION", "erupción  paraceta", "j.p. rojas", "001", "cutánea Paracetamol"] {
        assert_eq!(search(store, text), [id], "{text}");
    }
    assert_eq!(search(store, "erupción ibuprofeno"), []);
    assert_eq!(search(store, "  ").len(), 2);
}

pub fn a_search_takes_every_character_literally(store: &dyn Store) {
    let odd = insert(store, record(&[("numero", r#"50%_a\b'"c;--"#)]), 0);
    insert(store, record(&[("numero", "50xya/b")]), 1);
    for text in ["50%", "%_", "%", "_", r"a\b", r"\", "'", "\"c", ";--", r#"50%_a\b'"c"#] {
        assert_eq!(search(store, text), [odd], "{text}");
    }
    for text in ["5_%", "a%b", r"\%", r"\\", "' OR 1=1"] {
        assert_eq!(search(store, text), [], "{text}");
    }
}

pub fn a_search_finds_what_an_update_wrote(store: &dyn Store) {
    let id = a_case(store);
    let changed = record(&[("producto_sospechoso", "Ibuprofeno")]);
    write(store, |tx| tx.cases().update(id, &changed, received_on(&changed), 1, at(9)));
    assert_eq!((search(store, "ibuprofeno"), search(store, "paracetamol")), (vec![id], vec![]));
}

pub fn a_search_of_any_length_is_answered(store: &dyn Store) {
    write(store, |tx| tx.cases().insert(&new_case()));
    assert_eq!(search(store, &"x".repeat(200_000)), []);
    let words: Vec<String> = (0..5_000).map(|number| format!("palabra{number}")).collect();
    assert_eq!(search(store, &words.join(" ")), []);
}
