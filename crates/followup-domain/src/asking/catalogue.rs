//! The field catalogue: the one source of names, groups, labels, question wording, E2B(R3) ids and null flavours.

use crate::case::{CaseRecord, Desenlace, Gravedad, PartialDate, Product, Scalar, Sexo, YesNo};
use crate::text::says_nothing;

/// The part of the case that a field belongs to, in the order in which it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The patient.
    Patient,
    /// A suspect product.
    Product,
    /// The event.
    Event,
    /// The reporter.
    Reporter,
}

impl Group {
    /// Every group in order.
    pub const ALL: [Self; 4] = [Self::Patient, Self::Product, Self::Event, Self::Reporter];

    /// The key in the published JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Patient => "paciente",
            Self::Product => "producto",
            Self::Event => "evento",
            Self::Reporter => "reporter",
        }
    }

    /// The heading in a letter.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Patient => "INFORMACIÓN DEL PACIENTE",
            Self::Product => "INFORMACIÓN DEL MEDICAMENTO",
            Self::Event => "INFORMACIÓN DEL EVENTO",
            Self::Reporter => "INFORMACIÓN DEL NOTIFICADOR",
        }
    }
}

/// Why information is absent, in HL7's codes as E2B(R3) uses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NullFlavor {
    /// No information.
    NI,
    /// Masked: known and withheld.
    MSK,
    /// Asked but unknown.
    ASKU,
    /// Not asked.
    NASK,
    /// Unknown.
    UNK,
}

/// When a field is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// In every case; without it the report is not valid (E2D: patient, reporter, product, event).
    Validity,
    /// In every case.
    Always,
    /// In serious cases.
    Serious,
    /// For a woman of 12 to 55 years when the narrative mentions pregnancy.
    PregnancyMentioned,
    /// For biologics and vaccines.
    Biologic,
    /// Unless the patient died or has not recovered.
    UnlessUnresolved,
    /// When the patient died.
    Fatal,
    /// When there was an autopsy.
    Autopsied,
    /// Because the unit's `REQUIRED_FIELDS` lists it.
    Configured,
}

impl Rule {
    /// Why the field is asked for, for the people of the unit.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Validity => "Necesario para que el reporte sea válido",
            Self::Always => "Se pide en todos los casos",
            Self::Serious => "Se pide porque el caso es grave",
            Self::PregnancyMentioned => "La narración menciona un embarazo",
            Self::Biologic => "Producto biológico o vacuna: se requiere la trazabilidad del lote",
            Self::UnlessUnresolved => "El evento pudo haberse resuelto",
            Self::Fatal => "Se pide porque el paciente falleció",
            Self::Autopsied => "Se pide porque hubo autopsia",
            Self::Configured => "Exigido por la configuración de la unidad",
        }
    }

    /// Whether it holds for a field that the unit's `REQUIRED_FIELDS` lists, too: nobody is asked when a living patient died.
    pub fn binds_the_unit(self) -> bool {
        matches!(self, Self::UnlessUnresolved | Self::Fatal | Self::Autopsied)
    }
}

/// One row of the catalogue.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// The flat name that stands for the item.
    pub field: &'static str,
    /// Other fields of which any one also answers it.
    pub or_any_of: &'static [&'static str],
    /// The part of the case.
    pub group: Group,
    /// The key within the group.
    pub key: &'static str,
    /// What the unit reads.
    pub label: &'static str,
    /// What the reporter reads.
    pub question: &'static str,
    /// The E2B(R3) data elements.
    pub e2b: &'static [&'static str],
    /// The null flavours that E2B(R3) allows for the main element.
    pub null_flavors: &'static [NullFlavor],
    /// When it is asked for.
    pub rule: Rule,
}

use NullFlavor::{ASKU, MSK, NASK, NI, UNK};

const NAMES: &[NullFlavor] = &[MSK, ASKU, NASK, UNK];
const DATES: &[NullFlavor] = &[MSK, ASKU, NASK];
const UNSAID: &[NullFlavor] = &[ASKU, NASK, UNK];

macro_rules! catalogue {
    ($($field:literal $(or $others:expr)? , $group:ident . $key:literal, $label:literal, $question:literal, $e2b:expr, $flavors:expr, $rule:ident;)+) => {
        /// Every field that may be asked for, in the order in which it is asked.
        pub static CATALOGUE: &[FieldSpec] = &[$(FieldSpec {
            field: $field,
            or_any_of: catalogue!(@others $($others)?),
            group: Group::$group,
            key: $key,
            label: $label,
            question: $question,
            e2b: $e2b,
            null_flavors: $flavors,
            rule: Rule::$rule,
        }),+];
    };
    (@others) => { &[] };
    (@others $others:expr) => { $others };
}

catalogue! {
    "paciente_iniciales", Patient."iniciales", "Iniciales", "Iniciales del paciente", &["D.1"], NAMES, Validity;
    "paciente_fecha_nacimiento" or &["paciente_edad", "paciente_grupo_etareo"], Patient."fecha_nacimiento",
        "Fecha de nacimiento (o edad exacta)", "Fecha de nacimiento (o edad exacta)", &["D.2.1", "D.2.2", "D.2.3"], &[MSK], Always;
    "paciente_sexo", Patient."sexo", "Sexo", "Sexo", &["D.5"], &[MSK, UNK, ASKU, NASK], Always;
    "paciente_fecha_muerte", Patient."fecha_muerte", "Fecha del fallecimiento", "Fecha del fallecimiento", &["D.9.1"], DATES, Fatal;
    "paciente_causa_muerte", Patient."causa_muerte", "Causa del fallecimiento", "Causa del fallecimiento, según se informó", &["D.9.2.r.2"], &[], Fatal;
    "paciente_autopsia", Patient."autopsia", "Autopsia", "¿Se realizó autopsia? (sí o no)", &["D.9.3"], UNSAID, Fatal;
    "paciente_causa_autopsia", Patient."causa_autopsia", "Causa según la autopsia", "Causa del fallecimiento que determinó la autopsia", &["D.9.4.r.2"], &[], Autopsied;
    "paciente_peso", Patient."peso", "Peso aproximado", "Peso aproximado", &["D.3"], &[], Always;
    "paciente_comorbilidades", Patient."antecedentes", "Antecedentes y alergias", "Antecedentes médicos y alergias", &["D.7.2"], NAMES, Serious;
    "paciente_gestacion_meses_raw", Patient."gestacion", "Meses de gestación", "Meses de gestación", &["D.6", "D.2.2.1"], &[], PregnancyMentioned;
    "nombre_producto", Product."nombre", "Medicamento", "Nombre del medicamento", &["G.k.2.2"], &[], Validity;
    "dosis", Product."dosis", "Dosis exacta y frecuencia", "Dosis administrada (mg o tabletas) y frecuencia",
        &["G.k.4.r.1", "G.k.4.r.2", "G.k.4.r.3", "G.k.4.r.8"], &[], Always;
    "via_administracion", Product."via_administracion", "Vía de administración", "Vía de administración (oral, inyectable, etc.)",
        &["G.k.4.r.10"], UNSAID, Always;
    "fecha_inicio", Product."fecha_inicio", "Inicio del tratamiento", "¿Cuándo empezó el tratamiento? (fecha exacta)", &["G.k.4.r.4"], DATES, Always;
    "fecha_fin", Product."fecha_fin", "Fin del tratamiento", "¿Cuándo terminó el tratamiento? (fecha, o si continúa)", &["G.k.4.r.5"], DATES, Serious;
    "nro_lote", Product."nro_lote", "Número de lote", "Número de lote del producto", &["G.k.4.r.7"], &[], Biologic;
    "motivo_prescripcion", Product."motivo", "Motivo de uso", "Motivo de uso (para qué se indicó)", &["G.k.7"], UNSAID, Serious;
    "descripcion_evento", Event."descripcion", "Descripción", "Descripción del evento adverso", &["E.i.1"], &[], Validity;
    "fecha_inicio_evento", Event."fecha_inicio", "Inicio", "¿Cuándo empezó el evento? (fecha exacta)", &["E.i.4"], DATES, Always;
    "fecha_fin_evento", Event."fecha_fin", "Resolución", "¿Cuándo se resolvió el evento? (fecha aproximada)", &["E.i.5"], DATES, UnlessUnresolved;
    "ea_desenlace", Event."desenlace", "Estado actual del paciente", "Estado actual del paciente (recuperado, en recuperación, etc.)", &["E.i.7"], &[], Always;
    "gravedad", Event."gravedad", "Gravedad", "Gravedad (¿hospitalización, riesgo de vida, secuelas?)",
        &["E.i.3.2a", "E.i.3.2b", "E.i.3.2c", "E.i.3.2d", "E.i.3.2e", "E.i.3.2f"], &[NI], Always;
    "reportante_nombre", Reporter."nombre", "Nombre", "Nombre y apellidos", &["C.2.r.1"], DATES, Always;
    "reportante_ocupacion", Reporter."profesion", "Profesión", "Profesión (médico, farmacéutico, paciente, etc.)", &["C.2.r.4"], &[UNK], Always;
}

impl FieldSpec {
    /// Finds the row by its field's flat name or by one of its alternatives.
    pub fn find(name: &str) -> Option<&'static Self> {
        let name = if name == "producto_sospechoso" { "nombre_producto" } else { name };
        CATALOGUE.iter().find(|spec| spec.field == name || spec.or_any_of.contains(&name))
    }

    /// Whether the case answers this; `product` is the one it is asked about and is ignored for the other groups.
    pub fn is_answered(&self, record: &CaseRecord, product: Option<&Product>) -> bool {
        let answers = |name: &str| {
            let value = if self.group == Group::Product { product.and_then(|product| product.get(name)) } else { record.get(name) };
            value.is_some_and(|value| is_answer(name, &value))
        };
        answers(self.field) || self.or_any_of.iter().any(|name| answers(name)) || follows(self.field, record)
    }

    /// In which words a reporter is asked: about somebody who died, nobody asks what goes on.
    pub fn question_in(&self, record: &CaseRecord) -> &'static str {
        let other = QUIET_QUESTIONS.iter().find(|(field, _)| *field == self.field && record.is_fatal());
        other.map_or(self.question, |(_, question)| question)
    }
}

/// The questions that take other words when the patient died.
static QUIET_QUESTIONS: &[(&str, &str)] = &[("fecha_fin", "¿Cuándo terminó el tratamiento? (fecha)")];

/// Whether the rest of the case answers a field.
fn follows(field: &str, record: &CaseRecord) -> bool {
    match field {
        "gravedad" => record.seriousness().is_some(),
        "ea_desenlace" => record.is_fatal(),
        _ => false,
    }
}

fn is_answer(name: &str, value: &Scalar) -> bool {
    let Scalar::Text(text) = value else { return !matches!(value, Scalar::Null) };
    let unknown = [Sexo::Desconocido.as_str(), Desenlace::Desconocido.as_str(), YesNo::Unknown.as_str()];
    if says_nothing(text) || unknown.contains(&text.as_str()) {
        return false;
    }
    match name {
        "gravedad" => text != Gravedad::SinClasificar.as_str(),
        // A bare year does not answer a question for an exact date.
        name if name.contains("fecha") => PartialDate::parse(text).is_ok_and(PartialDate::has_month),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_fields_that_the_record_has() {
        for spec in CATALOGUE {
            let names = if spec.group == Group::Product { Product::FIELDS } else { CaseRecord::FIELDS };
            for name in [spec.field].iter().chain(spec.or_any_of) {
                assert!(names.contains(name), "{name}");
            }
        }
    }

    #[test]
    fn every_question_with_quiet_words_is_one_of_the_catalogue() {
        assert!(QUIET_QUESTIONS.iter().all(|(field, question)| FieldSpec::find(field).is_some_and(|spec| spec.question != *question)));
    }

    #[test]
    fn keys_are_unique_within_a_group() {
        for (index, spec) in CATALOGUE.iter().enumerate() {
            assert!(!CATALOGUE[..index].iter().any(|other| (other.group, other.key) == (spec.group, spec.key)), "{}", spec.field);
        }
    }

    #[test]
    fn alternatives_find_their_row() {
        assert_eq!(FieldSpec::find("paciente_edad").unwrap().key, "fecha_nacimiento");
        assert_eq!(FieldSpec::find("producto_sospechoso").unwrap().key, "nombre");
        assert!(FieldSpec::find("evaluador_nombre").is_none());
    }
}
