//! An invented case, by which letters are shown.

use super::missing::{RequiredFields, compute_missing};
use super::request::{Asking, LetterKind, Letterhead, RequestLetter, compose_request};
use crate::case::{CaseRecord, Product};
use crate::ids::CaseId;

/// A usual case, by which a text is shown: one product, a reporter who is named, and what a unit asks first.
pub fn sample_letter(kind: LetterKind, required: &RequiredFields, letterhead: &Letterhead) -> RequestLetter {
    let product = Product { nombre_producto: Some("Paracetamol".into()), ..Product::default() };
    let record = CaseRecord {
        productos: vec![product],
        paciente_iniciales: Some("J.P.".into()),
        reportante_nombre: Some("Dra. Rojas".into()),
        descripcion_evento: Some("Erupción cutánea".into()),
        ..CaseRecord::default()
    };
    let missing = compute_missing(&record, required);
    let asking = Asking { case_id: CaseId(123), record: &record, missing: &missing, kind, received: &[], unknown: &[] };
    compose_request(&asking, letterhead)
}
