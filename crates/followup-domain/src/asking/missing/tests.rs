use super::*;
use crate::case::{CasePatch, Scalar};

fn record(fields: &[(&str, &str)]) -> CaseRecord {
    let mut record = CaseRecord::default();
    let fields = fields.iter().map(|(field, value)| ((*field).to_owned(), Scalar::Text((*value).to_owned()))).collect();
    CasePatch { fields, ..CasePatch::default() }.apply(&mut record).unwrap();
    record
}

fn paths(record: &CaseRecord) -> Vec<String> {
    compute_missing(record, &RequiredFields::standard()).iter().map(|item| item.path.to_string()).collect()
}

fn asks(record: &CaseRecord, path: &str) -> bool {
    paths(record).iter().any(|asked| asked == path)
}

#[test]
fn an_empty_case_lacks_everything_that_is_always_asked() {
    let groups = by_group(&compute_missing(&CaseRecord::default(), &RequiredFields::standard()));
    assert_eq!(groups[&Group::Patient], ["iniciales", "fecha_nacimiento", "sexo", "peso"]);
    assert_eq!(groups[&Group::Product], ["nombre", "dosis", "frecuencia", "via_administracion", "fecha_inicio"]);
    assert_eq!(groups[&Group::Event], ["descripcion", "fecha_inicio", "fecha_fin", "desenlace", "gravedad"]);
    assert_eq!(groups[&Group::Reporter], ["nombre", "profesion"]);
}

#[test]
fn any_of_birth_date_age_and_age_group_answers() {
    for answer in [("paciente_edad", "45 años"), ("paciente_grupo_etareo", "Adulto"), ("paciente_fecha_nacimiento", "1980-02")] {
        assert!(!asks(&record(&[answer]), "paciente_fecha_nacimiento"), "{answer:?}");
    }
    for no_answer in [("paciente_fecha_nacimiento", "1980"), ("paciente_grupo_etareo", "no sabe")] {
        assert!(asks(&record(&[no_answer]), "paciente_fecha_nacimiento"), "{no_answer:?}");
    }
}

#[test]
fn unknown_codes_are_missing() {
    let record = record(&[("paciente_sexo", "Desconocido"), ("ea_desenlace", "desconocido"), ("gravedad", "sin clasificar")]);
    for path in ["paciente_sexo", "ea_desenlace", "gravedad"] {
        assert!(asks(&record, path), "{path}");
    }
}

#[test]
fn serious_cases_are_asked_more() {
    let serious = record(&[("gravedad", "Grave")]);
    for path in [
        "paciente_comorbilidades",
        "medicacion_concomitante",
        "pruebas_resultados",
        "productos[0].fecha_fin",
        "productos[0].motivo_prescripcion",
        "productos[0].accion_tomada",
    ] {
        assert!(asks(&serious, path), "{path}");
        assert!(!asks(&record(&[("gravedad", "No grave")]), path), "{path}");
    }
}

#[test]
fn seriousness_is_not_asked_where_the_criteria_tell_it() {
    for (criterion, answer, asked, serious) in [
        ("gravedad_hospitalizacion", "Sí", false, true),
        ("gravedad_hospitalizacion", "No", true, false),
        ("gravedad_hospitalizacion", "Desconocido", true, false),
        ("gravedad_riesgo_vida", "Sí", false, true),
    ] {
        let record = record(&[(criterion, answer)]);
        assert_eq!((asks(&record, "gravedad"), asks(&record, "paciente_comorbilidades")), (asked, serious), "{criterion} {answer}");
    }
}

/// What says that the patient died.
const DEATHS: [(&str, &str); 4] =
    [("ea_desenlace", "Mortal"), ("gravedad_muerte", "Sí"), ("paciente_fecha_muerte", "2024"), ("paciente_autopsia", "Sí")];

#[test]
fn a_fatal_case_asks_when_and_of_what_the_patient_died_before_the_weight_and_never_what_follows_from_it() {
    for gravedad in ["", "Grave", "No grave", "Sin clasificar"] {
        let paths = paths(&record(&[("ea_desenlace", "Mortal"), ("gravedad", gravedad)]));
        let place = |field: &str| paths.iter().position(|path| path == field);
        let deaths = ["paciente_fecha_muerte", "paciente_causa_muerte", "paciente_autopsia"].map(place);
        assert!(deaths.iter().all(|asked| asked.is_some() && *asked < place("paciente_peso")), "{paths:?}");
        for never in ["gravedad", "ea_desenlace", "fecha_fin_evento", "paciente_causa_autopsia"] {
            assert_eq!(place(never), None, "{gravedad} {paths:?}");
        }
    }
    for death in DEATHS {
        let record = record(&[death]);
        for path in ["paciente_comorbilidades", "productos[0].motivo_prescripcion", "paciente_causa_muerte"] {
            assert!(asks(&record, path), "{death:?} {path}");
        }
    }
    for living in ["Recuperado", "No recuperado", "Desconocido", ""] {
        let record = record(&[("ea_desenlace", living), ("gravedad", "Grave")]);
        for path in ["paciente_fecha_muerte", "paciente_causa_muerte", "paciente_autopsia", "paciente_causa_autopsia"] {
            assert!(!asks(&record, path), "{living} {path}");
        }
    }
}

#[test]
fn what_an_autopsy_found_is_asked_where_there_was_one() {
    for (autopsy, asked, cause) in [("", true, false), ("Desconocido", true, false), ("No", false, false), ("Sí", false, true)] {
        let record = record(&[("ea_desenlace", "Mortal"), ("paciente_autopsia", autopsy)]);
        let found = (asks(&record, "paciente_autopsia"), asks(&record, "paciente_causa_autopsia"));
        assert_eq!(found, (asked, cause), "{autopsy:?}");
    }
}

#[test]
fn the_units_own_list_asks_nobody_about_the_death_of_a_living_patient() {
    let list = "paciente_fecha_muerte,paciente_autopsia,accion_tomada,reexposicion,fecha_fin_evento,gravedad,ea_desenlace";
    let required = RequiredFields::parse(list).unwrap();
    let asked = |record: &CaseRecord| -> Vec<&str> { compute_missing(record, &required).iter().map(|item| item.path.field).collect() };
    assert_eq!(asked(&CaseRecord::default()), ["accion_tomada", "reexposicion", "fecha_fin_evento", "ea_desenlace", "gravedad"]);
    assert_eq!(asked(&record(&[("ea_desenlace", "Mortal")])), ["paciente_fecha_muerte", "paciente_autopsia"]);
}

#[test]
fn the_end_of_an_unresolved_event_is_not_asked() {
    assert!(!asks(&record(&[("ea_desenlace", "Mortal")]), "fecha_fin_evento"));
    assert!(!asks(&record(&[("ea_desenlace", "No recuperado")]), "fecha_fin_evento"));
    assert!(asks(&record(&[("ea_desenlace", "En recuperación")]), "fecha_fin_evento"));
}

#[test]
fn pregnancy_is_asked_when_the_narrative_mentions_it() {
    let case = |sex, age, narrative| record(&[("paciente_sexo", sex), ("paciente_edad", age), ("descripcion_evento", narrative)]);
    let path = "paciente_gestacion_meses_raw";
    assert!(asks(&case("F", "30", "Paciente EMBARAZADA con rash"), path));
    assert!(asks(&case("F", "", "gestante de 5 meses"), path));
    assert!(!asks(&case("F", "30", "Rash. No está embarazada"), path));
    assert!(!asks(&case("F", "60", "antecedente de embarazos"), path));
    assert!(!asks(&case("M", "30", "su esposa está embarazada"), path));
}

#[test]
fn pregnancy_is_asked_without_a_known_sex_and_wherever_the_case_mentions_it() {
    let path = "paciente_gestacion_meses_raw";
    for sex in ["", "Desconocido"] {
        assert!(asks(&record(&[("paciente_sexo", sex), ("descripcion_evento", "Gestante con cefalea")]), path), "{sex}");
    }
    for field in ["paciente_comorbilidades", "paciente_diagnostico_principal", "motivo_prescripcion"] {
        assert!(asks(&record(&[(field, "Embarazo de 20 semanas")]), path), "{field}");
    }
    for text in ["Antecedente de dos embarazos", "embarazos previos: 2", "test de embarazo negativo", "niega embarazo", "Rash"] {
        assert!(!asks(&record(&[("descripcion_evento", text)]), path), "{text}");
    }
    assert!(!asks(&record(&[("paciente_edad", "8"), ("descripcion_evento", "madre gestante")]), path));
}

#[test]
fn a_dose_without_its_frequency_still_asks_it() {
    let path = "productos[0].frecuencia";
    let case = |dose: &str| record(&[("producto_sospechoso", "Paracetamol"), ("dosis", dose)]);
    assert!(asks(&case("500 mg"), path) && asks(&case(""), path));
    assert!(!asks(&case("500 mg cada 8 horas"), path));
    assert!(!asks(&record(&[("producto_sospechoso", "Paracetamol"), ("frecuencia", "cada 8 h")]), path));
    assert!(!asks(&case("500 mg cada 8 horas"), "productos[0].dosis"));
}

#[test]
fn an_end_that_has_not_come_is_an_answer() {
    let asked = ["productos[0].fecha_fin", "fecha_fin_evento"];
    let mut record = record(&[("producto_sospechoso", "Losartán"), ("gravedad", "Grave")]);
    for goes_on in [None, Some(false)] {
        record.productos[0].tratamiento_continua = goes_on;
        record.evento_continua = goes_on;
        assert!(asked.iter().all(|path| asks(&record, path)), "{goes_on:?}");
    }
    record.productos[0].tratamiento_continua = Some(true);
    record.evento_continua = Some(true);
    assert!(!asked.iter().any(|path| asks(&record, path)));
}

#[test]
fn giving_it_again_is_asked_once_it_was_withdrawn_and_never_of_the_dead() {
    let case = |action, outcome| {
        record(&[("producto_sospechoso", "A"), ("gravedad", "Grave"), ("accion_tomada", action), ("ea_desenlace", outcome)])
    };
    let (action, again) = ("productos[0].accion_tomada", "productos[0].reexposicion");
    assert!(asks(&case("", ""), action) && !asks(&case("", ""), again));
    assert!(asks(&case("Suspendido", ""), again) && !asks(&case("Suspendido", ""), action));
    assert!(!asks(&case("Dosis reducida", ""), again) && !asks(&case("No corresponde", ""), action));
    assert!(asks(&case("Desconocido", ""), action));
    assert!(!asks(&case("", "Mortal"), action) && !asks(&case("Suspendido", "Mortal"), again));
}

#[test]
fn an_address_is_no_name_of_a_reporter() {
    assert!(asks(&record(&[("reportante_nombre", "rojas@clinica.example")]), "reportante_nombre"));
    assert!(!asks(&record(&[("reportante_nombre", "Dra. Rojas")]), "reportante_nombre"));
}

#[test]
fn concomitants_are_told_by_a_word_or_by_the_list() {
    let path = "medicacion_concomitante";
    let serious = record(&[("gravedad", "Grave")]);
    assert!(asks(&serious, path));
    assert!(!asks(&record(&[("gravedad", "Grave"), (path, "ninguno")]), path));
    let listed = |name: Option<&str>| {
        let product = Product { nombre_producto: name.map(str::to_owned), ..Product::default() };
        CaseRecord { concomitantes: vec![product], ..serious.clone() }
    };
    assert!(!asks(&listed(Some("Losartán")), path));
    assert!(asks(&listed(None), path) && asks(&listed(Some("-")), path));
}

#[test]
fn a_vaccine_is_asked_its_dose_number_and_site_beside_the_lot_and_no_frequency() {
    let products = |name: &str| record(&[("producto_sospechoso", name), ("gravedad", "Grave")]);
    let of_vaccine = ["productos[0].nro_lote", "productos[0].numero_dosis", "productos[0].sitio_administracion"];
    let of_treatment = ["productos[0].frecuencia", "productos[0].fecha_fin", "productos[0].accion_tomada"];
    let vaccine = products("Pentavalente");
    assert!(of_vaccine.iter().all(|path| asks(&vaccine, path)) && !of_treatment.iter().any(|path| asks(&vaccine, path)));
    let biologic = products("Adalimumab");
    assert!(asks(&biologic, of_vaccine[0]) && !asks(&biologic, of_vaccine[1]) && !asks(&biologic, of_vaccine[2]));
    assert!(of_treatment.iter().all(|path| asks(&biologic, path)));
    let mut denied = vaccine.clone();
    denied.productos[0].es_biologico = Some(false);
    assert!(!of_vaccine.iter().any(|path| asks(&denied, path)), "the case's own word wins");
    let question = |record: &CaseRecord| {
        let items = compute_missing(record, &RequiredFields::standard());
        items.iter().find(|item| item.spec.field == "fecha_inicio").unwrap().question
    };
    assert_eq!(question(&vaccine), "¿Cuándo se aplicó la vacuna? (fecha exacta)");
    assert_eq!(question(&biologic), "¿Cuándo empezó el tratamiento? (fecha exacta)");
}

#[test]
fn batch_numbers_are_asked_for_biologics_and_vaccines() {
    let lot = "productos[0].nro_lote";
    assert!(asks(&record(&[("producto_sospechoso", "Vacuna antitetánica")]), lot));
    assert!(asks(&record(&[("producto_sospechoso", "Trastuzumab 440 mg")]), lot));
    assert!(!asks(&record(&[("producto_sospechoso", "Paracetamol")]), lot));
    let mut marked = record(&[("producto_sospechoso", "Extracto X")]);
    marked.productos[0].es_biologico = Some(true);
    assert!(asks(&marked, lot));
    let mut denied = record(&[("producto_sospechoso", "Insulina")]);
    denied.productos[0].es_biologico = Some(false);
    assert!(!asks(&denied, lot));
}

#[test]
fn the_units_own_biologicals_are_asked_for_their_batch() {
    let required = RequiredFields::standard().with_origins(OriginTable::parse("biologico: Extracto X").unwrap());
    let items = compute_missing(&record(&[("producto_sospechoso", "EXTRACTO X 5 ml")]), &required);
    assert!(items.iter().any(|item| item.path.to_string() == "productos[0].nro_lote"));
}

#[test]
fn every_suspect_product_is_asked_about() {
    let mut record = record(&[("producto_sospechoso", "A"), ("dosis", "500 mg")]);
    record.productos.push(Product { nombre_producto: Some("B".into()), ..Product::default() });
    assert!(!asks(&record, "productos[0].dosis"));
    assert!(asks(&record, "productos[1].dosis"));
}

#[test]
fn required_fields_replace_the_set_and_mean_the_main_product() {
    let required = RequiredFields::parse(" paciente_peso, paciente_fecha_nacimiento ,nro_lote").unwrap();
    let mut record = record(&[("producto_sospechoso", "A"), ("paciente_edad", "40")]);
    record.productos.push(Product::default());
    let paths: Vec<String> = compute_missing(&record, &required).iter().map(|item| item.path.to_string()).collect();
    assert_eq!(paths, ["paciente_peso", "productos[0].nro_lote"]);
}

#[test]
fn an_unknown_required_field_is_named_with_the_known_ones() {
    let error = RequiredFields::parse("paciente_pseo").unwrap_err().to_string();
    assert!(error.contains("\"paciente_pseo\"") && error.contains("paciente_peso") && error.contains("nro_lote"), "{error}");
}

#[test]
fn another_product_in_the_same_place_was_not_asked_about() {
    let record = record(&[("producto_sospechoso", "Paracetamol 500 mg")]);
    let dose = FieldPath::parse("dosis").unwrap();
    assert!(is_same_product(Some("PARACETAMOL"), &dose, &record));
    assert!(is_same_product(None, &dose, &record));
    assert!(!is_same_product(Some("Warfarina"), &dose, &record));
    assert!(!is_same_product(Some("Para"), &dose, &record), "a word is taken whole");
    assert!(is_same_product(Some("Warfarina"), &FieldPath::parse("paciente_peso").unwrap(), &record));
}

#[test]
fn paths_are_read_back_from_their_text() {
    for text in ["paciente_peso", "productos[2].dosis"] {
        assert_eq!(FieldPath::parse(text).unwrap().to_string(), text);
    }
    assert_eq!(FieldPath::parse("nro_lote").unwrap().to_string(), "productos[0].nro_lote");
    assert_eq!(FieldPath::parse("productos[0].paciente_peso"), None);
    assert_eq!(FieldPath::parse("productos[x].dosis"), None);
}
