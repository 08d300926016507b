//! The rules as tables: what was given, and what is said of it.

use chrono::NaiveDate;

use super::{Circumstances, LASTING, SetAside, Warning, WarningCode as Code, warned_until, warnings};
use crate::case::seriousness::CRITERIA;
use crate::case::{CasePatch, CaseRecord, FieldList, Kept, KeptMember, Scalar};
use crate::contact::Country;

type Given = &'static [(&'static str, &'static str)];
const NONE: &[Given] = &[];

fn fields(given: &[(&str, &str)]) -> FieldList {
    given.iter().map(|(name, value)| ((*name).to_owned(), Scalar::Text((*value).to_owned()))).collect()
}

fn record(given: Given, products: &[Given], events: &[Given]) -> CaseRecord {
    let mut record = CaseRecord::default();
    let list = |items: &[Given]| (!items.is_empty()).then(|| items.iter().map(|item| fields(item)).collect());
    CasePatch { fields: fields(given), productos: list(products), eventos: list(events), ..CasePatch::default() }
        .apply(&mut record)
        .unwrap();
    record
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The first of March 2024, on which the report came.
fn on(today: &str) -> Circumstances {
    Circumstances { today: day(today), received_on: day("2024-03-01"), country: Country::default() }
}

fn said(record: &CaseRecord) -> Vec<Warning> {
    warnings(record, &on("2024-03-01"))
}

fn codes(record: &CaseRecord) -> Vec<Code> {
    said(record).into_iter().map(|warning| warning.code).collect()
}

/// Every row says this and nothing else of a case with these fields.
fn all(expected: Option<Code>, rows: &[(Given, &[Given], &[Given])]) {
    for (given, products, events) in rows {
        let codes = codes(&record(given, products, events));
        assert_eq!(codes, expected.into_iter().collect::<Vec<_>>(), "{given:?} {products:?} {events:?}");
    }
}

#[test]
fn nothing_is_said_of_a_case_that_hangs_together_or_says_little() {
    let whole: Given = &[
        ("fecha_recepcion", "2024-03-01"),
        ("paciente_fecha_nacimiento", "1980-05-10"),
        ("paciente_edad", "43"),
        ("paciente_peso", "68"),
        ("paciente_sexo", "F"),
        ("paciente_gestacion_meses_raw", "5 meses"),
        ("fecha_inicio_evento", "2024-02-10"),
        ("fecha_fin_evento", "2024-02-20"),
        ("ea_desenlace", "Recuperado"),
        ("gravedad", "No grave"),
        ("gravedad_muerte", "No"),
        ("gravedad_riesgo_vida", "Desconocido"),
        ("reportante_contacto", "Dra. Rojas, cel. 999 888 777, rojas@clinica.pe"),
        ("reportante_email", "rojas@clinica.pe"),
        ("reportante_telefono", "999888777"),
        ("evaluador_email", "qf@unidad.pe"),
    ];
    let taken: &[Given] = &[&[("nombre_producto", "A"), ("fecha_inicio", "2024-02-09"), ("fecha_fin", "2024-12-31")]];
    let died: Given =
        &[("ea_desenlace", "Mortal"), ("paciente_fecha_muerte", "2024-02"), ("fecha_inicio_evento", "2024-02-10"), ("gravedad", "Grave")];
    let silent: Given = &[
        ("reportante_contacto", "no sabe"),
        ("reportante_email", "N/A"),
        ("reportante_telefono", "-"),
        ("evaluador_email", "?"),
        ("paciente_causa_muerte", "no aplica"),
        ("gravedad", "sin clasificar"),
    ];
    all(None, &[(&[], NONE, NONE), (whole, taken, NONE), (died, NONE, NONE), (silent, NONE, NONE)]);
}

#[test]
fn what_lies_behind_us_cannot_be_still_to_come() {
    let rows: [(Code, Given, &[Given], &[Given]); 8] = [
        (Code::ReceiptInFuture, &[("fecha_recepcion", "2024-03-02")], NONE, NONE),
        (Code::ReceiptInFuture, &[("fecha_recepcion", "2025")], NONE, NONE),
        (Code::BirthInFuture, &[("paciente_fecha_nacimiento", "2024-04")], NONE, NONE),
        (Code::EventInFuture, &[("fecha_inicio_evento", "2042-01-10")], NONE, NONE),
        (Code::EventInFuture, &[("fecha_fin_evento", "2024-12")], NONE, NONE),
        (Code::EventInFuture, &[], NONE, &[&[], &[("fecha_inicio_evento", "2024-03-02")]]),
        (Code::TreatmentInFuture, &[], &[&[("fecha_inicio", "2042-02-01")]], NONE),
        (Code::DeathInFuture, &[("paciente_fecha_muerte", "2024-03-02")], NONE, NONE),
    ];
    for (code, given, products, events) in rows {
        all(Some(code), &[(given, products, events)]);
    }
    let today: Given = &[("fecha_recepcion", "2024-03-01"), ("fecha_inicio_evento", "2024-03"), ("paciente_fecha_nacimiento", "2024")];
    all(None, &[(today, &[&[("fecha_inicio", "2024-03-01"), ("fecha_fin", "2024-06")]], NONE)]);
}

#[test]
fn a_date_that_is_to_come_is_wrong_until_it_comes_and_everything_else_for_good() {
    let ahead = record(&[("fecha_recepcion", "2024-03-05"), ("fecha_inicio_evento", "2024-03-03")], NONE, NONE);
    let until = |today: &str| warned_until(&warnings(&ahead, &on(today)), &[]);
    assert_eq!((until("2024-03-01"), until("2024-03-04"), until("2024-03-05")), (Some(day("2024-03-05")), Some(day("2024-03-05")), None));
    let lasting = record(&[("fecha_recepcion", "2024-03-05"), ("evaluador_email", "ana")], NONE, NONE);
    assert_eq!(warned_until(&said(&lasting), &[]), Some(LASTING));
}

#[test]
fn nothing_ends_before_it_begins() {
    let rows: &[(Given, &[Given], &[Given])] = &[
        (&[("fecha_inicio_evento", "2024-02-10"), ("fecha_fin_evento", "2024-02-09")], NONE, NONE),
        (&[("fecha_inicio_evento", "2024-02"), ("fecha_fin_evento", "2024-01")], NONE, NONE),
        (&[("fecha_inicio_evento", "2024-02-10"), ("fecha_fin_evento", "2023")], NONE, NONE),
        (&[], NONE, &[&[("fecha_inicio_evento", "2024-02-10"), ("fecha_fin_evento", "2024-01-31")]]),
    ];
    all(Some(Code::EventEndBeforeStart), rows);
    let rows: &[(Given, &[Given], &[Given])] = &[
        (&[], &[&[("fecha_inicio", "2024-02-10"), ("fecha_fin", "2024-02-09")]], NONE),
        (&[], &[&[("fecha_inicio", "2024-02")], &[("fecha_inicio", "2024-02"), ("fecha_fin", "2023-12-31")]], NONE),
    ];
    all(Some(Code::TreatmentEndBeforeStart), rows);
    // What a partial date may mean is given the benefit of the doubt, and nobody is compared with somebody else's dates.
    let rows: &[(Given, &[Given], &[Given])] = &[
        (&[("fecha_inicio_evento", "2024-02-10"), ("fecha_fin_evento", "2024-02")], NONE, NONE),
        (&[("fecha_inicio_evento", "2024"), ("fecha_fin_evento", "2024-01-01")], NONE, NONE),
        (&[("fecha_inicio_evento", "2024-02-10"), ("fecha_fin_evento", "2024-02-10")], NONE, NONE),
        (&[("fecha_inicio_evento", "2024-02-10")], NONE, &[&[("fecha_fin_evento", "2024-02-01")]]),
        (&[], &[&[("fecha_inicio", "2024-02-10")], &[("fecha_fin", "2024-02-09")]], NONE),
    ];
    all(None, rows);
}

#[test]
fn a_suspect_product_was_given_before_the_event_or_before_one_of_them() {
    let late: &[Given] = &[&[("fecha_inicio", "2024-02-11")]];
    let rows: &[(Given, &[Given], &[Given])] = &[
        (&[("fecha_inicio_evento", "2024-02-10")], late, NONE),
        (&[("fecha_inicio_evento", "2023")], late, NONE),
        (&[("fecha_inicio_evento", "2024-02-01")], late, &[&[("fecha_inicio_evento", "2024-02-10")]]),
    ];
    all(Some(Code::TreatmentAfterEvent), rows);
    let rows: &[(Given, &[Given], &[Given])] = &[
        (&[("fecha_inicio_evento", "2024-02-11")], late, NONE),
        (&[("fecha_inicio_evento", "2024-02")], late, NONE),
        (&[("fecha_inicio_evento", "2024-02-10")], late, &[&[("fecha_inicio_evento", "2024-02-12")]]),
        (&[], late, NONE),
    ];
    all(None, rows);
    let found = said(&record(rows[0].0, late, &[&[("fecha_inicio_evento", "2024-02-01")]]));
    assert_eq!(found, [], "of several events the last one counts");
    let found = said(&record(&[("fecha_inicio_evento", "2024-02-10")], &[&[], &[("fecha_inicio", "2024-02-11")]], NONE));
    assert_eq!(found[0].fields, ["productos[1].fecha_inicio", "fecha_inicio_evento"]);
    let mut treated = record(&[("fecha_inicio_evento", "2024-02-10")], NONE, NONE);
    treated.concomitantes = record(&[], late, NONE).productos;
    assert_eq!(codes(&treated), [], "what an event is treated with begins after it");
}

#[test]
fn birth_event_receipt_and_death_have_their_order() {
    let rows: [(Code, Given, &[Given]); 8] = [
        (Code::ReceiptBeforeEvent, &[("fecha_recepcion", "2024-02-09"), ("fecha_inicio_evento", "2024-02-10")], NONE),
        (Code::EventBeforeBirth, &[("paciente_fecha_nacimiento", "2023-01-10"), ("fecha_inicio_evento", "2022-01-01")], NONE),
        (Code::TreatmentBeforeBirth, &[("paciente_fecha_nacimiento", "1980-01-10")], &[&[("fecha_inicio", "1970")]]),
        (Code::DeathBeforeBirth, &[("paciente_fecha_nacimiento", "1980"), ("paciente_fecha_muerte", "1979-12-31")], NONE),
        (Code::DeathBeforeEvent, &[("fecha_inicio_evento", "2024-02-10"), ("paciente_fecha_muerte", "2024-02-09")], NONE),
        (Code::DeathBeforeEvent, &[("fecha_inicio_evento", "2024-02"), ("paciente_fecha_muerte", "2024-01")], NONE),
        (Code::EventEndAfterDeath, &[("fecha_fin_evento", "2024-02-10"), ("paciente_fecha_muerte", "2024-02-09")], NONE),
        (Code::TreatmentAfterDeath, &[("paciente_fecha_muerte", "2024-02-09")], &[&[("fecha_inicio", "2024-02-10")]]),
    ];
    for (code, given, products) in rows {
        all(Some(code), &[(given, products, NONE)]);
    }
    // Exposed in the womb; died on the day; received later.
    let child: Given = &[("paciente_fecha_nacimiento", "2023-12-01"), ("fecha_inicio_evento", "2023-11-20")];
    let last_day: Given =
        &[("fecha_inicio_evento", "2024-02-10"), ("fecha_fin_evento", "2024-02-10"), ("paciente_fecha_muerte", "2024-02-10")];
    let month: Given = &[("fecha_inicio_evento", "2024-02-10"), ("paciente_fecha_muerte", "2024-02"), ("fecha_recepcion", "2024-02")];
    all(None, &[(child, &[&[("fecha_inicio", "2023-04-01")]], NONE), (last_day, NONE, NONE), (month, NONE, NONE)]);
}

#[test]
fn an_age_is_that_of_somebody_born_then() {
    let born = |birth: &'static str, age: &'static str, onset: &'static str| {
        let given = vec![("paciente_fecha_nacimiento", birth), ("paciente_edad", age), ("fecha_inicio_evento", onset)];
        let mut record = CaseRecord::default();
        CasePatch { fields: fields(&given), ..CasePatch::default() }.apply(&mut record).unwrap();
        codes(&record)
    };
    for (birth, age, onset) in [
        ("1980-05-10", "30", "2024-02-10"),
        ("1980-05-10", "46", "2024-02-10"),
        ("1980-05-10", "40", ""),
        ("1980", "20", "2024"),
        ("2023-12", "5", "2024-02-10"),
        ("1950-01-01", "7", "2024"),
        ("2024-01-01", "24", "2024-02-10"),
    ] {
        assert_eq!(born(birth, age, onset), [Code::AgeAgainstBirth], "{birth} {age} {onset}");
    }
    for (birth, age, onset) in [
        ("1980-05-10", "43", "2024-02-10"),
        ("1980-05-10", "44", "2024-02-10"),
        ("1980-05-10", "43", ""),
        ("1980", "43", "2024"),
        ("1980", "44", "2024"),
        ("2023-12", "2 meses", "2024-02-10"),
        ("2023-12-20", "0", "2024-02-10"),
        ("2024-02-08", "2 días", "2024-02-10"),
    ] {
        assert_eq!(born(birth, age, onset), [], "{birth} {age} {onset}");
    }
}

#[test]
fn a_weight_is_one_of_that_age() {
    let weighs = |weight: &'static str, age: &'static str, birth: &'static str| {
        let given = vec![("paciente_peso", weight), ("paciente_edad", age), ("paciente_fecha_nacimiento", birth)];
        let mut record = CaseRecord::default();
        CasePatch { fields: fields(&given), ..CasePatch::default() }.apply(&mut record).unwrap();
        codes(&record)
    };
    for (weight, age, birth) in [
        ("680", "45", ""),
        ("680", "", ""),
        ("3,2 kg", "45", ""),
        ("12", "30 años", ""),
        ("70", "0", ""),
        ("70", "8 meses", ""),
        ("20", "10 días", ""),
        ("60", "3", ""),
        ("3", "7", ""),
        ("200", "12", ""),
        ("60", "", "2022-01-15"),
        ("6", "", "1970"),
    ] {
        assert_eq!(weighs(weight, age, birth), [Code::WeightAgainstAge], "{weight} {age} {birth}");
    }
    for (weight, age, birth) in [
        ("68", "45", ""),
        ("38", "80", ""),
        ("180", "35", ""),
        ("3200 g", "0", ""),
        ("900 g", "2 días", ""),
        ("11", "18 meses", ""),
        ("25", "7", ""),
        ("90", "14", ""),
        ("68", "", ""),
        ("3", "", ""),
        ("14", "", "2021-01-15"),
        ("70", "", "1970"),
        ("", "45", ""),
    ] {
        assert_eq!(weighs(weight, age, birth), [], "{weight} {age} {birth}");
    }
}

#[test]
fn no_grave_contradicts_a_death_and_a_criterion_and_bars_closing() {
    let fatal: &[(Given, &[Given], &[Given])] = &[
        (&[("gravedad", "No grave"), ("ea_desenlace", "Mortal")], NONE, NONE),
        (&[("gravedad", "No grave"), ("gravedad_muerte", "Sí")], NONE, NONE),
        (&[("gravedad", "No grave"), ("paciente_fecha_muerte", "2024-02")], NONE, NONE),
        (&[("gravedad", "No grave"), ("paciente_autopsia", "Sí")], NONE, NONE),
        (&[], NONE, &[&[("gravedad", "No grave"), ("ea_desenlace", "Mortal")]]),
        (&[("gravedad", "Grave")], NONE, &[&[("gravedad", "No grave"), ("gravedad_muerte", "Sí")]]),
    ];
    all(Some(Code::NotSeriousButFatal), fatal);
    for criterion in CRITERIA.into_iter().skip(1) {
        let mut record = record(&[("gravedad", "No grave")], NONE, NONE);
        record.set(criterion, Scalar::Text("Sí".into())).unwrap().unwrap();
        let found = said(&record);
        assert_eq!(
            (found[0].code, &found[0].fields[..]),
            (Code::NotSeriousWithCriterion, &["gravedad".to_owned(), criterion.to_owned()][..])
        );
    }
    // Another event was serious, or the patient died of another one.
    let fine: &[(Given, &[Given], &[Given])] = &[
        (&[("gravedad", "No grave")], NONE, &[&[("gravedad", "Grave"), ("gravedad_hospitalizacion", "Sí")]]),
        (&[("gravedad", "No grave"), ("paciente_fecha_muerte", "2024-02")], NONE, &[&[("ea_desenlace", "Mortal")]]),
        (&[("gravedad", "No grave"), ("gravedad_otra", "No"), ("gravedad_discapacidad", "Desconocido")], NONE, NONE),
        (&[("gravedad", "Grave"), ("ea_desenlace", "Mortal")], NONE, NONE),
        (&[("ea_desenlace", "Mortal")], NONE, NONE),
    ];
    all(None, fine);
    let bars: Vec<&Code> = Code::ALL.iter().filter(|code| code.bars_closing()).collect();
    assert_eq!(bars, [&Code::NotSeriousButFatal, &Code::NotSeriousWithCriterion]);
}

#[test]
fn grave_contradicts_six_criteria_that_are_denied() {
    let denied = |but: usize| {
        let mut record = record(&[("gravedad", "Grave")], NONE, NONE);
        for criterion in CRITERIA.into_iter().skip(but) {
            record.set(criterion, Scalar::Text("No".into())).unwrap().unwrap();
        }
        codes(&record)
    };
    assert_eq!((denied(0), denied(1)), (vec![Code::SeriousWithoutCriterion], vec![]));
}

#[test]
fn a_death_and_an_outcome_say_the_same() {
    let against: &[(Given, &[Given], &[Given])] = &[
        (&[("paciente_fecha_muerte", "2024-02"), ("ea_desenlace", "Recuperado")], NONE, NONE),
        (&[("paciente_fecha_muerte", "2024-02"), ("ea_desenlace", "Desconocido")], NONE, NONE),
        (&[("paciente_autopsia", "Sí"), ("ea_desenlace", "No recuperado")], NONE, NONE),
        (&[("gravedad_muerte", "Sí"), ("ea_desenlace", "En recuperación")], NONE, NONE),
        (&[], NONE, &[&[("gravedad_muerte", "Sí"), ("ea_desenlace", "Recuperado")]]),
    ];
    all(Some(Code::DeathAgainstOutcome), against);
    all(Some(Code::OutcomeAgainstCriterion), &[(&[("ea_desenlace", "Mortal"), ("gravedad_muerte", "No")], NONE, NONE)]);
    let alone: &[(Given, &[Given], &[Given])] = &[
        (&[("paciente_causa_muerte", "infarto")], NONE, NONE),
        (&[("paciente_causa_autopsia", "Hemorragia cerebral"), ("ea_desenlace", "Recuperado")], NONE, NONE),
    ];
    all(Some(Code::CauseWithoutDeath), alone);
    let fine: &[(Given, &[Given], &[Given])] = &[
        (&[("paciente_fecha_muerte", "2024-02")], NONE, NONE),
        (&[("paciente_fecha_muerte", "2024-02"), ("ea_desenlace", "Recuperado")], NONE, &[&[("ea_desenlace", "Mortal")]]),
        (&[("ea_desenlace", "Mortal"), ("gravedad_muerte", "Desconocido"), ("paciente_causa_muerte", "infarto")], NONE, NONE),
        (&[("paciente_causa_muerte", "No falleció")], NONE, NONE),
        (&[("paciente_causa_muerte", "ninguna"), ("paciente_causa_autopsia", "N/A")], NONE, NONE),
    ];
    all(None, fine);
}

#[test]
fn what_has_not_resolved_has_no_end_and_a_man_no_months_of_pregnancy() {
    all(Some(Code::EndAgainstOutcome), &[(&[("ea_desenlace", "No recuperado"), ("fecha_fin_evento", "2024-02")], NONE, NONE)]);
    all(Some(Code::PregnancyAgainstSex), &[(&[("paciente_sexo", "M"), ("paciente_gestacion_meses_raw", "5 meses")], NONE, NONE)]);
    let fine: &[(Given, &[Given], &[Given])] = &[
        (&[("ea_desenlace", "En recuperación"), ("fecha_fin_evento", "2024-02")], NONE, NONE),
        (&[("paciente_sexo", "M"), ("paciente_gestacion_meses_raw", "0")], NONE, NONE),
        (&[("paciente_sexo", "M"), ("paciente_gestacion_meses_raw", "no aplica")], NONE, NONE),
    ];
    all(None, fine);
}

/// A case whose flags are what they are; texts are no flags.
fn going_on(mut record: CaseRecord, event: bool, treatment: bool) -> Vec<Code> {
    record.set("evento_continua", Scalar::Bool(event)).unwrap().unwrap();
    if let Some(product) = record.productos.first_mut() {
        product.set("tratamiento_continua", Scalar::Bool(treatment)).unwrap().unwrap();
    }
    codes(&record)
}

#[test]
fn what_goes_on_has_not_ended_was_not_withdrawn_and_is_not_of_somebody_who_died() {
    let ended = || record(&[("fecha_fin_evento", "2024-02-10")], &[&[("fecha_fin", "2024-02-10")]], NONE);
    assert_eq!(going_on(ended(), true, false), [Code::EventGoesOnWithEnd]);
    assert_eq!(going_on(ended(), false, true), [Code::TreatmentGoesOnWithEnd]);
    assert_eq!(going_on(ended(), false, false), []);
    assert_eq!(going_on(record(&[], &[&[("fecha_fin", "2024-12")]], NONE), true, true), [], "planned");
    let withdrawn = || record(&[], &[&[("accion_tomada", "Retirado")]], NONE);
    assert_eq!((going_on(withdrawn(), false, true), going_on(withdrawn(), false, false)), (vec![Code::WithdrawnAndGoesOn], vec![]));
    for death in [("ea_desenlace", "Mortal"), ("paciente_fecha_muerte", "2024-02"), ("gravedad_muerte", "Sí")] {
        let died = || {
            let mut died = record(&[], &[&[]], NONE);
            died.set(death.0, Scalar::Text(death.1.into())).unwrap().unwrap();
            died
        };
        assert_eq!(going_on(died(), true, false), [Code::GoesOnAfterDeath], "{death:?}");
        assert_eq!(going_on(died(), true, true), [Code::GoesOnAfterDeath; 2], "{death:?}");
        assert_eq!(going_on(died(), false, false), [], "{death:?}");
    }
}

#[test]
fn a_contact_is_an_address_or_a_number() {
    let row = |field: &'static str, text: &'static str| {
        let mut record = CaseRecord::default();
        record.set(field, Scalar::Text(text.into())).unwrap().unwrap();
        codes(&record)
    };
    for (field, code, wrong, right) in [
        (
            "reportante_contacto",
            Code::ContactUnreadable,
            &["Av. Larco 123", "Dra. Rojas", "rojas@clinica,pe", "999", "DNI 12345678", "999888777 / rojas@@clinica.pe"][..],
            &["999 888 777", "rojas@clinica.pe", "no sabe", "Dra. Rojas (01) 234-5678 anexo 12"][..],
        ),
        (
            "reportante_email",
            Code::ReporterEmailUnreadable,
            &["rojas", "rojas@", "rojas@clinica,pe"],
            &["rojas@clinica.pe", "ninguno@clinica.pe"],
        ),
        (
            "reportante_telefono",
            Code::ReporterPhoneUnreadable,
            &["12", "ana@clinica.pe", "llamar de día"],
            &["999888777", "+51 1 234 5678"],
        ),
        ("evaluador_email", Code::EvaluatorEmailUnreadable, &["QF Pérez", "qf@", "qf@unidad"], &["qf@unidad.pe", ""]),
    ] {
        for text in wrong {
            assert_eq!(row(field, text), [code], "{field}: {text}");
        }
        for text in right {
            assert_eq!(row(field, text), [], "{field}: {text}");
        }
    }
}

#[test]
fn a_warning_is_the_same_while_its_values_are_and_another_one_when_one_of_them_changes() {
    let given: Given = &[("fecha_inicio_evento", "2024-02-10"), ("reportante_contacto", "nadie")];
    let two: &[Given] = &[&[("nombre_producto", "A")], &[("nombre_producto", "B"), ("fecha_inicio", "2024-02-11")]];
    let base = record(given, two, NONE);
    let id = |record: &CaseRecord| said(record).into_iter().find(|warning| warning.code == Code::TreatmentAfterEvent).map(|found| found.id);
    let first = id(&base).unwrap();
    assert!(first.starts_with("treatment_after_event-") && first.len() == "treatment_after_event-".len() + 16, "{first}");

    let mut same = base.clone();
    same.productos.swap(0, 1);
    same.set("reportante_contacto", Scalar::Text("otro".into())).unwrap().unwrap();
    assert_eq!(id(&same), Some(first.clone()), "another place, and another field, make no other warning");
    assert_ne!(said(&base), said(&same));

    let mut changed = base.clone();
    changed.productos[1].set("fecha_inicio", Scalar::Text("2024-02-12".into())).unwrap().unwrap();
    assert_ne!(id(&changed), Some(first.clone()));
    let mut other_product = base;
    other_product.productos[1].id = Some(crate::ids::ProductId(9));
    assert_ne!(id(&other_product), Some(first));
}

#[test]
fn what_is_set_aside_holds_nobody_and_only_while_it_is_the_same() {
    let wrong = record(&[("paciente_peso", "680"), ("evaluador_email", "ana")], NONE, NONE);
    let found = said(&wrong);
    let aside = |warning: &Warning| SetAside {
        warning: warning.id.clone(),
        reason: "visto".into(),
        actor: "user:qf".into(),
        at: chrono::DateTime::UNIX_EPOCH,
    };
    assert_eq!(warned_until(&found, &[aside(&found[0])]), Some(LASTING));
    let both: Vec<SetAside> = found.iter().map(aside).collect();
    assert_eq!(warned_until(&found, &both), None);
    let changed = record(&[("paciente_peso", "681"), ("evaluador_email", "ana")], NONE, NONE);
    assert_eq!(warned_until(&said(&changed), &both), Some(LASTING));
}

#[test]
fn values_that_cannot_be_read_contradict_nothing() {
    let kept = |text: &str| KeptMember { json: format!("{text:?}"), shown: Scalar::Text(text.into()) };
    let mut record = record(&[("fecha_fin_evento", "2024-02-10"), ("gravedad", "Grave")], &[&[("fecha_inicio", "2024-02-11")]], NONE);
    for (field, text) in [("fecha_inicio_evento", "ayer"), ("gravedad", "Muy grave"), ("paciente_edad", "viejo")] {
        record.kept.insert(field, kept(text));
    }
    assert_eq!(codes(&record), []);
    assert_ne!(record.kept, Kept::default());
}

#[test]
fn every_code_is_found_by_some_rule() {
    let by_dates = super::dates::codes();
    let by_rows = super::rows::ROWS.iter().map(|(code, _)| *code);
    let found: std::collections::BTreeSet<Code> = by_dates.chain(by_rows).collect();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), Code::ALL);
}
