//! How a case is laid out, in its form and where it is shown: the parts, their fields, and which of them a first call tells.

use followup_domain::case::seriousness::CRITERIA;
use followup_domain::case::{CaseRecord, Event, FieldKind, Product};

/// A part of the case.
pub(in crate::pages::cases) struct Part {
    pub(in crate::pages::cases) key: &'static str,
    pub(in crate::pages::cases) title: &'static str,
    /// What the form says of it.
    pub(in crate::pages::cases) note: Option<&'static str>,
    /// What a first call tells.
    pub(in crate::pages::cases) first: &'static [&'static str],
    /// What stands folded.
    pub(in crate::pages::cases) rest: &'static [&'static str],
    /// In its place stands a list of the case ([`LISTS`]).
    pub(in crate::pages::cases) list: Option<usize>,
}

/// A list of the case.
pub(in crate::pages::cases) struct List {
    /// Its published name.
    pub(in crate::pages::cases) name: &'static str,
    /// What one of its objects is called.
    pub(in crate::pages::cases) item: &'static str,
    /// The button that adds one.
    pub(in crate::pages::cases) add: &'static str,
    pub(in crate::pages::cases) add_text: &'static str,
    /// Every field of an object.
    pub(in crate::pages::cases) fields: &'static [&'static str],
    /// The field that tells which one it is.
    pub(in crate::pages::cases) naming: &'static str,
}

/// Suspect products.
pub(in crate::pages::cases) const PRODUCTS: usize = 0;
/// Further events.
const EVENTS: usize = 2;

/// The three lists of a case.
pub(in crate::pages::cases) const LISTS: [List; 3] = [
    List {
        name: "productos",
        item: "Producto",
        add: "agregar_producto",
        add_text: "Agregar otro producto sospechoso",
        fields: Product::FIELDS,
        naming: "nombre_producto",
    },
    List {
        name: "concomitantes",
        item: "Otro medicamento",
        add: "agregar_concomitante",
        add_text: "Agregar otro medicamento",
        fields: Product::FIELDS,
        naming: "nombre_producto",
    },
    List {
        name: "eventos",
        item: "Otro evento",
        add: "agregar_evento",
        add_text: "Agregar otro evento",
        fields: Event::FIELDS,
        naming: "descripcion_evento",
    },
];

/// The parts, in the order in which they are shown.
pub(in crate::pages::cases) const PARTS: &[Part] = &[
    Part {
        key: "paciente",
        title: "Paciente",
        note: Some("Basta un dato que lo identifique: las iniciales, la edad o el sexo."),
        first: &["paciente_iniciales", "paciente_edad", "paciente_fecha_nacimiento", "paciente_sexo"],
        rest: &[
            "paciente_grupo_etareo",
            "paciente_dni",
            "paciente_peso",
            "paciente_diagnostico_principal",
            "paciente_comorbilidades",
            "medicacion_concomitante",
            "paciente_gestacion_meses_raw",
            "paciente_fecha_muerte",
            "paciente_causa_muerte",
            "paciente_autopsia",
            "paciente_causa_autopsia",
        ],
        list: None,
    },
    Part {
        key: "productos",
        title: "Productos sospechosos",
        note: None,
        first: &["nombre_producto", "dosis", "frecuencia", "fecha_inicio"],
        rest: PRODUCT_REST,
        list: Some(PRODUCTS),
    },
    Part {
        key: "evento",
        title: "Evento adverso",
        note: None,
        first: &["descripcion_evento", "fecha_inicio_evento", "gravedad", "ea_desenlace"],
        rest: &[
            CRITERIA[0],
            CRITERIA[1],
            CRITERIA[2],
            CRITERIA[3],
            CRITERIA[4],
            CRITERIA[5],
            "fecha_fin_evento",
            "evento_continua",
            "pruebas_resultados",
            "ea_causalidad",
        ],
        list: None,
    },
    Part {
        key: "notificador",
        title: "Reportante",
        note: Some("Con un contacto: por ahí se pide lo que falte."),
        first: &["reportante_nombre", "reportante_contacto", "reportante_ocupacion"],
        rest: &["reportante_email", "reportante_telefono"],
        list: None,
    },
    Part {
        key: "concomitantes",
        title: "Otros medicamentos que usaba el paciente",
        note: None,
        first: &["nombre_producto", "dosis", "frecuencia", "fecha_inicio"],
        rest: PRODUCT_REST,
        list: Some(1),
    },
    Part {
        key: "eventos",
        title: "Otros eventos del mismo caso",
        note: None,
        first: &["descripcion_evento", "fecha_inicio_evento", "gravedad", "ea_desenlace"],
        rest: &[CRITERIA[0], CRITERIA[1], CRITERIA[2], CRITERIA[3], CRITERIA[4], CRITERIA[5], "fecha_fin_evento", "ea_causalidad"],
        list: Some(EVENTS),
    },
    Part {
        key: "caso",
        title: "El caso en la unidad",
        note: None,
        first: &["numero", "fecha_recepcion"],
        rest: &[
            "codigo_interno_lab",
            "cenafyt_codigo",
            "estado",
            "tipo_notificacion",
            "fuente_notificacion",
            "evaluador_nombre",
            "evaluador_email",
            "auto_followup",
        ],
        list: None,
    },
];

const PRODUCT_REST: &[&str] = &[
    "ifa",
    "forma_farmaceutica",
    "laboratorio_pais",
    "registro_sanitario",
    "nro_lote",
    "numero_dosis",
    "via_administracion",
    "sitio_administracion",
    "fecha_fin",
    "tratamiento_continua",
    "motivo_prescripcion",
    "accion_tomada",
    "reexposicion",
    "es_biologico",
];

/// What a field takes, of the case or of an object of a list.
pub(super) fn kind(list: Option<usize>, field: &str) -> FieldKind {
    let kind = match list {
        None => CaseRecord::kind(field),
        Some(EVENTS) => Event::kind(field),
        Some(_) => Product::kind(field),
    };
    kind.unwrap_or(FieldKind::Text)
}

/// The path of a field, as a request names it and as a refusal names it back.
pub(in crate::pages::cases) fn path(place: Option<(usize, usize)>, field: &str) -> String {
    match place.and_then(|(list, row)| Some((LISTS.get(list)?, row))) {
        Some((list, row)) => format!("{}[{row}].{field}", list.name),
        None => field.to_owned(),
    }
}

/// The list, the row and the field of a path; the field alone where it is the case's.
pub(super) fn taken_apart(path: &str) -> (Option<(usize, usize)>, &str) {
    let in_list = path.split_once('[').and_then(|(name, rest)| {
        let (row, field) = rest.split_once(']')?;
        let list = LISTS.iter().position(|list| list.name == name)?;
        Some(((list, row.parse().ok()?), field.strip_prefix('.').unwrap_or(field)))
    });
    in_list.map_or((None, path), |(place, field)| (Some(place), field))
}

/// What a path is called: the label, in a list with the object that it belongs to.
pub(in crate::pages::cases) fn label(path: &str) -> String {
    let (place, field) = taken_apart(path);
    let label = followup_words::fields::label(field);
    match place.and_then(|(list, row)| Some((LISTS.get(list)?, row))) {
        Some((list, row)) if field.is_empty() => format!("{} {}", list.item, row + 1),
        Some((list, row)) => format!("{} {}: {label}", list.item, row + 1),
        None => label.to_owned(),
    }
}

/// The id of a path's field on the page.
pub(in crate::pages::cases) fn anchor(path: &str) -> String {
    let plain: String = path.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    format!("c-{plain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_stands_in_one_part_and_nothing_else_does() {
        let stands: Vec<&str> = PARTS.iter().filter(|part| part.list.is_none()).flat_map(|part| [part.first, part.rest].concat()).collect();
        assert_eq!(stands.len(), CaseRecord::FIELDS.len());
        assert!(CaseRecord::FIELDS.iter().all(|field| stands.contains(field)));
        for (at, list) in LISTS.iter().enumerate() {
            let part = PARTS.iter().find(|part| part.list == Some(at)).unwrap();
            let stands = [part.first, part.rest].concat();
            assert_eq!((part.key, stands.len()), (list.name, list.fields.len()));
            assert!(list.fields.iter().all(|field| stands.contains(field)) && stands.contains(&list.naming));
        }
    }

    #[test]
    fn a_path_is_taken_apart_as_it_was_made() {
        for (place, field) in [(None, "numero"), (Some((0, 1)), "dosis"), (Some((2, 99)), "gravedad")] {
            assert_eq!(taken_apart(&path(place, field)), (place, field));
        }
        assert_eq!(label("productos[1].dosis"), "Producto 2: Dosis");
        assert_eq!(label("eventos[0]"), "Otro evento 1");
        assert_eq!((label("otro[1].x").as_str(), anchor("productos[1].dosis").as_str()), ("otro[1].x", "c-productos-1--dosis"));
    }
}
