//! Cases to write letters for.
#![allow(dead_code)]

use followup_domain::asking::missing::{MissingItem, RequiredFields, compute_missing};
use followup_domain::asking::request::{Asking, LetterKind, Letterhead, RequestLetter, compose_request};
use followup_domain::case::{CaseRecord, Desenlace, Product};
use followup_domain::ids::CaseId;

pub(crate) fn paracetamol() -> CaseRecord {
    let product = Product { nombre_producto: Some("Paracetamol".into()), ..Product::default() };
    CaseRecord { productos: vec![product], paciente_iniciales: Some("J.P.".into()), ..CaseRecord::default() }
}

pub(crate) fn named_reporter() -> CaseRecord {
    CaseRecord {
        reportante_nombre: Some("Dra. Rojas".into()),
        descripcion_evento: Some("Erupción en ambos brazos".into()),
        ..paracetamol()
    }
}

pub(crate) fn died() -> CaseRecord {
    CaseRecord { ea_desenlace: Some(Desenlace::Mortal), ..named_reporter() }
}

pub(crate) fn missing(record: &CaseRecord) -> Vec<MissingItem> {
    compute_missing(record, &RequiredFields::standard())
}

pub(crate) fn letter_for(record: &CaseRecord, kind: LetterKind) -> RequestLetter {
    let missing = missing(record);
    compose_request(&Asking { case_id: CaseId(123), record, missing: &missing, kind, received: &[], unknown: &[] }, &letterhead())
}

pub(crate) fn letterhead() -> Letterhead {
    Letterhead {
        unit_name: "Departamento de Farmacovigilancia".into(),
        unit_phone: Some("+51 1 555 0100".into()),
        unit_address: Some("Av. Arequipa 1000, Lima".into()),
        subject_prefix: "[VIGIA]".into(),
    }
}
