//! The letters of typical cases, as reviewed snapshots: each is read as the person who gets it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use followup_domain::asking::missing::{FieldPath, RequiredFields, compute_missing};
use followup_domain::asking::request::{Asking, LetterKind, LetterRenderer, asked_in, compose_request};
use followup_domain::case::{CasePatch, CaseRecord, Scalar};
use followup_domain::ids::CaseId;
use followup_domain::message::Channel;
use followup_letters::TemplateLetters;

use support::letterhead;

/// A case as somebody typed it; products beyond the first by name.
fn case(fields: &[(&str, &str)], further_products: &[&str]) -> CaseRecord {
    let text = |value: &str| Scalar::Text(value.to_owned());
    let mut record = CaseRecord::default();
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect();
    CasePatch { fields, ..CasePatch::default() }.apply(&mut record).unwrap();
    let first = record.productos.first().and_then(|product| product.nombre_producto.clone());
    let names = first.iter().map(String::as_str).chain(further_products.iter().copied());
    let productos = names.map(|name| vec![("nombre_producto".to_owned(), text(name))]).collect();
    if !further_products.is_empty() {
        CasePatch { productos: Some(productos), ..CasePatch::default() }.apply(&mut record).unwrap();
    }
    record
}

/// The letter for everything that the case lacks, by one channel.
fn letter(channel: Channel, kind: LetterKind, record: &CaseRecord, received: &[&str], unknown: &[&str]) -> String {
    let paths = |names: &[&str]| names.iter().map(|name| FieldPath::parse(name).unwrap()).collect::<Vec<_>>();
    let (received, unknown) = (paths(received), paths(unknown));
    let missing = compute_missing(record, &RequiredFields::standard());
    let missing: Vec<_> = missing.into_iter().filter(|item| !unknown.contains(&item.path)).collect();
    let asking = Asking { case_id: CaseId(123), record, missing: &missing, kind, received: &received, unknown: &unknown };
    let letter = TemplateLetters::built_in().render(channel, &compose_request(&asking, &letterhead())).unwrap();
    if channel == Channel::Email {
        let asked = asked_in(&letter.body, record, &missing);
        assert_eq!(asked, missing.iter().map(|item| item.path.clone()).collect::<Vec<_>>(), "every question counts as asked");
    }
    for doubled in ["..", "  ", " ,", " .", "()", "(2)", " de el "] {
        assert!(!letter.body.contains(doubled), "{doubled:?} in {}", letter.body);
    }
    if letter.subject.is_empty() { letter.body } else { format!("Asunto: {}\n\n{}", letter.subject, letter.body) }
}

fn request(record: &CaseRecord) -> String {
    letter(Channel::Email, LetterKind::Request, record, &[], &[])
}

const KNOWN_PATIENT: [(&str, &str); 4] =
    [("paciente_iniciales", "J.P."), ("paciente_edad", "45 años"), ("paciente_sexo", "F"), ("paciente_peso", "68 kg")];

fn with<'a>(base: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [base, more].concat()
}

#[test]
fn a_fatal_case() {
    let fields = with(
        &KNOWN_PATIENT,
        &[
            ("reportante_nombre", "Dra. Ana María Rojas Díaz"),
            ("producto_sospechoso", "Ceftriaxona 1 g."),
            ("ea_desenlace", "Mortal"),
            ("gravedad", "Grave"),
            ("descripcion_evento", "Choque anafiláctico"),
        ],
    );
    let record = case(&fields, &[]);
    insta::assert_snapshot!("fatal", request(&record));
    insta::assert_snapshot!("fatal_recordatorio", letter(Channel::Email, LetterKind::Reminder, &record, &["paciente_peso"], &[]));
}

#[test]
fn a_pregnant_patient_whose_sex_nobody_wrote_down() {
    let fields = [
        ("reportante_nombre", "Obstetriz Carmen Silva Paz"),
        ("producto_sospechoso", "Sulfato ferroso"),
        ("paciente_iniciales", "M.L."),
        ("descripcion_evento", "Gestante con náuseas y vómitos intensos"),
        ("dosis", "300 mg al día"),
    ];
    insta::assert_snapshot!("embarazo", request(&case(&fields, &[])));
}

#[test]
fn a_vaccine() {
    let fields = with(
        &KNOWN_PATIENT[..1],
        &[
            ("reportante_nombre", "Lic. Enf. Rosa Huamán"),
            ("producto_sospechoso", "Vacuna pentavalente"),
            ("gravedad", "Grave"),
            ("descripcion_evento", "Convulsión febril"),
        ],
    );
    insta::assert_snapshot!("vacuna", request(&case(&fields, &[])));
}

#[test]
fn a_biological() {
    let fields = with(
        &KNOWN_PATIENT,
        &[
            ("reportante_nombre", "Q.F. Luis Salas"),
            ("reportante_ocupacion", "Químico farmacéutico"),
            ("producto_sospechoso", "Adalimumab 40 mg"),
            ("gravedad", "No grave"),
            ("descripcion_evento", "Reacción en el sitio de inyección"),
            ("ea_desenlace", "En recuperación"),
        ],
    );
    insta::assert_snapshot!("biologico", request(&case(&fields, &[])));
}

#[test]
fn three_products() {
    let fields = with(
        &KNOWN_PATIENT,
        &[("reportante_nombre", "DR. JUAN DE LA CRUZ PEREZ"), ("producto_sospechoso", "Amoxicilina"), ("gravedad", "No grave")],
    );
    insta::assert_snapshot!("tres_productos", request(&case(&fields, &["ibuprofeno", "losartán"])));
}

#[test]
fn several_products_of_which_one_has_no_name() {
    insta::assert_snapshot!(
        "producto_sin_nombre",
        request(&case(&[("producto_sospechoso", "Amoxicilina"), ("gravedad", "No grave")], &["no sabe", "amoxicilina"]))
    );
}

#[test]
fn nothing_is_missing() {
    let fields = with(
        &KNOWN_PATIENT,
        &[
            ("reportante_nombre", "Dra. María Rojas"),
            ("reportante_ocupacion", "Médica"),
            ("producto_sospechoso", "Paracetamol"),
            ("dosis", "500 mg"),
            ("frecuencia", "cada 8 horas"),
            ("via_administracion", "Oral"),
            ("fecha_inicio", "2024-03-01"),
            ("descripcion_evento", "Rash"),
            ("fecha_inicio_evento", "2024-03-02"),
            ("fecha_fin_evento", "2024-03-09"),
            ("ea_desenlace", "Recuperado"),
            ("gravedad", "No grave"),
        ],
    );
    let record = case(&fields, &[]);
    assert_eq!(
        compute_missing(&record, &RequiredFields::standard()),
        [],
        "nothing goes by itself; a person who drafts a letter gets this one"
    );
    insta::assert_snapshot!("nada_falta", request(&record));
}

#[test]
fn a_partial_answer() {
    let fields = with(
        &KNOWN_PATIENT,
        &[
            ("reportante_nombre", "Dra. María Rojas"),
            ("producto_sospechoso", "Paracetamol."),
            ("dosis", "500 mg"),
            ("descripcion_evento", "Rash"),
            ("gravedad", "No grave"),
        ],
    );
    let text = letter(Channel::Email, LetterKind::Reminder, &case(&fields, &[]), &["dosis", "paciente_peso"], &["fecha_inicio"]);
    insta::assert_snapshot!("respuesta_parcial", text);
}

#[test]
fn a_reporter_with_a_telephone_only() {
    let record = case(
        &with(
            &KNOWN_PATIENT[..1],
            &[("reportante_nombre", "Sra. Rosa Quispe"), ("producto_sospechoso", "Metamizol"), ("reportante_telefono", "999888777")],
        ),
        &[],
    );
    let both = [Channel::Sms, Channel::Whatsapp].map(|channel| letter(channel, LetterKind::Request, &record, &[], &[]));
    insta::assert_snapshot!("solo_telefono", both.join("\n\n=====\n\n"));
    let both =
        [Channel::Sms, Channel::Whatsapp].map(|channel| letter(channel, LetterKind::Reminder, &record, &["paciente_iniciales"], &[]));
    insta::assert_snapshot!("solo_telefono_recordatorio", both.join("\n\n=====\n\n"));
}

#[test]
fn a_reporter_without_a_name() {
    insta::assert_snapshot!(
        "sin_nombre",
        request(&case(&[("reportante_nombre", "farmacia@clinica.example"), ("producto_sospechoso", "Enalapril")], &[]))
    );
}

#[test]
fn a_child() {
    let fields = [
        ("reportante_nombre", "Prof. Dr. Pedro San Martín, pediatra"),
        ("paciente_iniciales", "A.R."),
        ("paciente_edad", "8 meses"),
        ("producto_sospechoso", "Amoxicilina suspensión 250 mg/5 ml"),
        ("dosis", "5 ml"),
        ("descripcion_evento", "Diarrea y exantema"),
        ("gravedad", "No grave"),
    ];
    insta::assert_snapshot!("pediatrico", request(&case(&fields, &[])));
}

#[test]
fn a_serious_case_whose_medicine_was_withdrawn() {
    let fields = with(
        &KNOWN_PATIENT,
        &[
            ("reportante_nombre", "Mg. Jorge Luna"),
            ("producto_sospechoso", "Carbamazepina"),
            ("dosis", "200 mg"),
            ("accion_tomada", "Suspendido"),
            ("gravedad", "Grave"),
            ("descripcion_evento", "Síndrome de Stevens-Johnson"),
            ("fecha_inicio_evento", "2024-05-02"),
            ("ea_desenlace", "No recuperado"),
        ],
    );
    insta::assert_snapshot!("grave", request(&case(&fields, &[])));
}

#[test]
fn a_case_that_is_not_serious_and_lacks_little() {
    let fields = with(
        &KNOWN_PATIENT,
        &[
            ("reportante_nombre", "María Rojas"),
            ("reportante_ocupacion", "paciente"),
            ("producto_sospechoso", "Ibuprofeno"),
            ("dosis", "400 mg"),
            ("via_administracion", "oral"),
            ("fecha_inicio", "2024-03-01"),
            ("descripcion_evento", "Dolor de estómago"),
            ("fecha_inicio_evento", "2024-03-02"),
            ("ea_desenlace", "No recuperado"),
            ("gravedad", "No grave"),
        ],
    );
    insta::assert_snapshot!("no_grave", request(&case(&fields, &[])));
}

#[test]
fn a_reporter_with_a_portuguese_name() {
    insta::assert_snapshot!(
        "nombre_portugues",
        request(&case(
            &[("reportante_nombre", "Dr. João da Silva Santos"), ("producto_sospechoso", "Dipirona"), ("paciente_iniciales", "C.S.")],
            &[]
        ))
    );
}

#[test]
fn a_letter_without_the_units_telephone_promises_no_call() {
    let record = case(&[("producto_sospechoso", "Enalapril")], &[]);
    let missing = compute_missing(&record, &RequiredFields::standard());
    let asking = Asking { case_id: CaseId(1), record: &record, missing: &missing, kind: LetterKind::Request, received: &[], unknown: &[] };
    for channel in [Channel::Email, Channel::Sms, Channel::Whatsapp] {
        let bare = followup_domain::asking::request::Letterhead { unit_phone: None, unit_address: None, ..letterhead() };
        let body = TemplateLetters::built_in().render(channel, &compose_request(&asking, &bare)).unwrap().body;
        for word in ["llámenos", "Teléfono", "Consultas"] {
            assert!(!body.contains(word), "{body}");
        }
    }
}
