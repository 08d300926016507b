//! The field catalogue: the one source of names, groups, labels, question wording, E2B(R3) ids and null flavours.

use super::frequency::tells_frequency;
use crate::case::origin::Origin;
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
    /// For a patient who may be a woman of 12 to 55 years, when the text mentions pregnancy.
    PregnancyMentioned,
    /// For biologics and vaccines.
    Biologic,
    /// For vaccines.
    Vaccine,
    /// For what is taken again and again: any product but a vaccine.
    Repeated,
    /// In serious cases, for what is taken again and again.
    SeriousTreatment,
    /// In serious cases, for what a patient who lives could stop or go on taking.
    ActionTaken,
    /// In serious cases, for what a patient who lives stopped taking.
    Rechallenge,
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
            Self::Serious | Self::SeriousTreatment => "Se pide porque el caso es grave",
            Self::PregnancyMentioned => "El caso menciona un embarazo",
            Self::Biologic => "Producto biológico o vacuna: se requiere la trazabilidad del lote",
            Self::Vaccine => "Vacuna: se requiere para evaluar el evento",
            Self::Repeated => "Se pide de todo medicamento que no es una vacuna",
            Self::ActionTaken => "Caso grave: qué se hizo con el medicamento dice de su relación con el evento",
            Self::Rechallenge => "El medicamento se retiró: si se volvió a administrar dice de su relación con el evento",
            Self::UnlessUnresolved => "El evento pudo haberse resuelto",
            Self::Fatal => "Se pide porque el paciente falleció",
            Self::Autopsied => "Se pide porque hubo autopsia",
            Self::Configured => "Exigido por la configuración de la unidad",
        }
    }

    /// Whether it is a question about a living patient only, whoever asks it.
    pub fn spares_the_dead(self) -> bool {
        matches!(self, Self::ActionTaken | Self::Rechallenge)
    }

    /// Whether it holds for a field that the unit's `REQUIRED_FIELDS` lists, too: nobody is asked when a living patient died.
    pub fn binds_the_unit(self) -> bool {
        matches!(self, Self::UnlessUnresolved | Self::Fatal | Self::Autopsied)
    }
}

/// How much depends on an answer: the order of questions in a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// One of the four minimum criteria of a valid report (ICH E2D): patient, reporter, event, product.
    Minimum,
    /// Seriousness: it sets the deadlines.
    Seriousness,
    /// When: without it nobody can say what came first.
    Dates,
    /// How much, how often, which batch.
    Dose,
    /// What became of the patient and of the treatment.
    Outcome,
    /// What completes the picture.
    Rest,
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
    /// The same within a sentence, with its article.
    pub noun: &'static str,
    /// What the reporter reads.
    pub question: &'static str,
    /// What they read of a vaccine, where that differs.
    pub of_vaccine: Option<&'static str>,
    /// The E2B(R3) data elements.
    pub e2b: &'static [&'static str],
    /// The null flavours that E2B(R3) allows for the main element.
    pub null_flavors: &'static [NullFlavor],
    /// When it is asked for.
    pub rule: Rule,
    /// Its place in a letter.
    pub weight: Weight,
}

use NullFlavor::{ASKU, MSK, NASK, NI, UNK};

const NAMES: &[NullFlavor] = &[MSK, ASKU, NASK, UNK];
const DATES: &[NullFlavor] = &[MSK, ASKU, NASK];
const UNSAID: &[NullFlavor] = &[ASKU, NASK, UNK];

macro_rules! catalogue {
    ($($field:literal $(or $others:expr)? , $group:ident . $key:literal, $label:literal ($noun:literal),
        $question:literal $(vaccine $of_vaccine:literal)?, $e2b:expr, $flavors:expr, $rule:ident, $weight:ident;)+) => {
        /// Every field that may be asked for, by group.
        pub static CATALOGUE: &[FieldSpec] = &[$(FieldSpec {
            field: $field,
            or_any_of: catalogue!(@others $($others)?),
            group: Group::$group,
            key: $key,
            label: $label,
            noun: $noun,
            question: $question,
            of_vaccine: catalogue!(@vaccine $($of_vaccine)?),
            e2b: $e2b,
            null_flavors: $flavors,
            rule: Rule::$rule,
            weight: Weight::$weight,
        }),+];
    };
    (@others) => { &[] };
    (@others $others:expr) => { $others };
    (@vaccine) => { None };
    (@vaccine $of_vaccine:literal) => { Some($of_vaccine) };
}

catalogue! {
    "paciente_iniciales", Patient."iniciales", "Iniciales" ("las iniciales del paciente"), "Iniciales del paciente", &["D.1"], NAMES, Validity, Minimum;
    "paciente_fecha_nacimiento" or &["paciente_edad", "paciente_grupo_etareo"], Patient."fecha_nacimiento",
        "Fecha de nacimiento (o edad exacta)" ("la fecha de nacimiento o la edad"), "Fecha de nacimiento (o edad exacta)",
        &["D.2.1", "D.2.2", "D.2.3"], &[MSK], Always, Minimum;
    "paciente_sexo", Patient."sexo", "Sexo" ("el sexo del paciente"), "Sexo", &["D.5"], &[MSK, UNK, ASKU, NASK], Always, Minimum;
    "paciente_fecha_muerte", Patient."fecha_muerte", "Fecha del fallecimiento" ("la fecha del fallecimiento"), "Fecha del fallecimiento",
        &["D.9.1"], DATES, Fatal, Outcome;
    "paciente_causa_muerte", Patient."causa_muerte", "Causa del fallecimiento" ("la causa del fallecimiento"),
        "Causa del fallecimiento, según se informó", &["D.9.2.r.2"], &[], Fatal, Outcome;
    "paciente_autopsia", Patient."autopsia", "Autopsia" ("el dato sobre la autopsia"), "¿Se realizó autopsia? (sí o no)", &["D.9.3"], UNSAID, Fatal, Outcome;
    "paciente_causa_autopsia", Patient."causa_autopsia", "Causa según la autopsia" ("la causa según la autopsia"),
        "Causa del fallecimiento que determinó la autopsia", &["D.9.4.r.2"], &[], Autopsied, Outcome;
    "paciente_peso", Patient."peso", "Peso aproximado" ("el peso"), "Peso aproximado", &["D.3"], &[], Always, Rest;
    "paciente_comorbilidades", Patient."antecedentes", "Antecedentes y alergias" ("los antecedentes y alergias"),
        "Antecedentes médicos y alergias", &["D.7.2"], NAMES, Serious, Rest;
    "paciente_gestacion_meses_raw", Patient."gestacion", "Meses de gestación" ("los meses de gestación"), "Meses de gestación",
        &["D.6", "D.2.2.1"], &[], PregnancyMentioned, Rest;
    "medicacion_concomitante", Patient."concomitantes", "Otros medicamentos" ("los otros medicamentos"),
        "Otros medicamentos que usaba el paciente (o «ninguno»)", &["G.k.1", "G.k.2.2"], &[], Serious, Rest;
    "nombre_producto", Product."nombre", "Medicamento" ("el nombre del medicamento"), "Nombre del medicamento",
        &["G.k.2.2"], &[], Validity, Minimum;
    "dosis", Product."dosis", "Dosis exacta" ("la dosis"), "Dosis administrada (mg o tabletas)" vaccine "Dosis aplicada (p. ej., 0,5 ml)",
        &["G.k.4.r.1a", "G.k.4.r.1b", "G.k.4.r.8"], &[], Always, Dose;
    "frecuencia", Product."frecuencia", "Frecuencia" ("la frecuencia"), "Frecuencia de administración (p. ej., cada 8 horas o una vez por semana)",
        &["G.k.4.r.2", "G.k.4.r.3"], &[], Repeated, Dose;
    "via_administracion", Product."via_administracion", "Vía de administración" ("la vía de administración"),
        "Vía de administración (oral, inyectable, etc.)" vaccine "Vía de administración (intramuscular, subcutánea, oral, etc.)",
        &["G.k.4.r.10"], UNSAID, Always, Dose;
    "fecha_inicio", Product."fecha_inicio", "Inicio del tratamiento" ("el inicio del tratamiento"),
        "¿Cuándo empezó el tratamiento? (fecha exacta)" vaccine "¿Cuándo se aplicó la vacuna? (fecha exacta)",
        &["G.k.4.r.4"], DATES, Always, Dates;
    "fecha_fin" or &["tratamiento_continua"], Product."fecha_fin", "Fin del tratamiento" ("el fin del tratamiento"),
        "¿Cuándo terminó el tratamiento? (fecha, o si continúa)", &["G.k.4.r.5"], DATES, SeriousTreatment, Dates;
    "nro_lote", Product."nro_lote", "Número de lote" ("el número de lote"),
        "Número de lote del producto" vaccine "Número de lote de la vacuna (figura en el carné o registro de vacunación)",
        &["G.k.4.r.7"], &[], Biologic, Dose;
    "numero_dosis", Product."numero_dosis", "Número de dosis" ("el número de dosis"), "Número de dosis (primera, segunda, refuerzo, etc.)",
        &["G.k.4.r.8"], &[], Vaccine, Dose;
    "sitio_administracion", Product."sitio_administracion", "Sitio de aplicación" ("el sitio de aplicación"),
        "Sitio de aplicación (p. ej., brazo izquierdo)", &["G.k.4.r.8"], &[], Vaccine, Dose;
    "motivo_prescripcion", Product."motivo", "Motivo de uso" ("el motivo de uso"), "Motivo de uso (para qué se indicó)",
        &["G.k.7.r.1"], UNSAID, SeriousTreatment, Rest;
    "accion_tomada", Product."accion_tomada", "Acción tomada con el medicamento" ("la acción tomada"),
        "¿Qué se hizo con el medicamento? (se retiró, se cambió la dosis, se continuó igual)", &["G.k.8"], &[], ActionTaken, Outcome;
    "reexposicion", Product."reexposicion", "Readministración" ("el resultado de la readministración"),
        "¿Se volvió a administrar el medicamento? De ser así, ¿reapareció el evento?", &["G.k.9.i.4"], &[], Rechallenge, Outcome;
    "descripcion_evento", Event."descripcion", "Descripción" ("la descripción del evento"), "Descripción del evento adverso",
        &["E.i.1"], &[], Validity, Minimum;
    "fecha_inicio_evento", Event."fecha_inicio", "Inicio" ("el inicio del evento"), "¿Cuándo empezó el evento? (fecha exacta)",
        &["E.i.4"], DATES, Always, Dates;
    "fecha_fin_evento" or &["evento_continua"], Event."fecha_fin", "Resolución" ("la fecha de resolución"),
        "¿Cuándo se resolvió el evento? (fecha aproximada, o si continúa)", &["E.i.5"], DATES, UnlessUnresolved, Dates;
    "ea_desenlace", Event."desenlace", "Estado actual del paciente" ("el estado actual del paciente"),
        "Estado actual del paciente (recuperado, en recuperación, etc.)", &["E.i.7"], &[], Always, Outcome;
    "gravedad", Event."gravedad", "Gravedad" ("la gravedad"), "Gravedad (¿hospitalización, riesgo de vida, secuelas?)",
        &["E.i.3.2a", "E.i.3.2b", "E.i.3.2c", "E.i.3.2d", "E.i.3.2e", "E.i.3.2f"], &[NI], Always, Seriousness;
    "pruebas_resultados", Event."pruebas", "Exámenes y pruebas" ("los resultados de los exámenes"),
        "Exámenes o pruebas relevantes, con fecha y resultado (o «ninguno»)", &["F.r.1", "F.r.2.1", "F.r.3.4"], &[], Serious, Rest;
    "reportante_nombre", Reporter."nombre", "Nombre" ("su nombre"), "Nombre y apellidos", &["C.2.r.1"], DATES, Always, Minimum;
    "reportante_ocupacion", Reporter."profesion", "Profesión" ("su profesión"), "Profesión (médico, farmacéutico, paciente, etc.)",
        &["C.2.r.4"], &[UNK], Always, Rest;
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
        answers(self.field) || self.or_any_of.iter().any(|name| answers(name)) || self.is_told_elsewhere(record, product)
    }

    /// What one field in place of another cannot say.
    fn is_told_elsewhere(&self, record: &CaseRecord, product: Option<&Product>) -> bool {
        match self.field {
            "frecuencia" => product.and_then(|product| product.dosis.as_deref()).is_some_and(tells_frequency),
            "medicacion_concomitante" => {
                let names = record.concomitantes.iter().flat_map(|product| [&product.nombre_producto, &product.ifa]);
                names.flatten().any(|name| !says_nothing(name))
            }
            "gravedad" => record.seriousness().is_some(),
            "ea_desenlace" => record.is_fatal(),
            _ => false,
        }
    }

    /// What the reporter reads of a product. About somebody who died, nobody asks what goes on.
    pub fn question_of(&self, origin: Origin, record: &CaseRecord) -> &'static str {
        let quiet = QUIET_QUESTIONS.iter().find(|(field, _)| *field == self.field && record.is_fatal()).map(|(_, question)| *question);
        quiet.or_else(|| self.of_vaccine.filter(|_| origin == Origin::Vaccine)).unwrap_or(self.question)
    }
}

/// The questions that take other words when the patient died.
static QUIET_QUESTIONS: &[(&str, &str)] = &[("fecha_fin", "¿Cuándo terminó el tratamiento? (fecha)")];

fn is_answer(name: &str, value: &Scalar) -> bool {
    let text = match value {
        Scalar::Text(text) => text,
        // "It goes on: no" does not say when it ended.
        Scalar::Bool(goes_on) => return *goes_on,
        Scalar::Number(_) => return true,
        Scalar::Null => return false,
    };
    let unknown = [Sexo::Desconocido.as_str(), Desenlace::Desconocido.as_str(), YesNo::Unknown.as_str()];
    if says_nothing(text) || unknown.contains(&text.as_str()) {
        return false;
    }
    match name {
        "gravedad" => text != Gravedad::SinClasificar.as_str(),
        // An address says where somebody is reached, not who it is.
        "reportante_nombre" => !text.contains('@'),
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
    fn keys_are_unique_within_a_group() {
        for (index, spec) in CATALOGUE.iter().enumerate() {
            assert!(!CATALOGUE[..index].iter().any(|other| (other.group, other.key) == (spec.group, spec.key)), "{}", spec.field);
        }
    }

    #[test]
    fn no_two_rows_ask_in_the_same_words() {
        // What was asked is known by its words.
        let quiet = QUIET_QUESTIONS.iter().map(|(field, question)| FieldSpec::find(field).map(|_| *question).unwrap());
        let questions = CATALOGUE.iter().flat_map(|spec| [Some(spec.question), spec.of_vaccine]).flatten();
        let questions: Vec<&str> = questions.chain(quiet).collect();
        for (index, question) in questions.iter().enumerate() {
            assert!(!questions[..index].contains(question), "{question}");
        }
    }

    #[test]
    fn nouns_begin_with_their_article() {
        for spec in CATALOGUE {
            assert!(["el ", "la ", "los ", "las ", "su "].iter().any(|article| spec.noun.starts_with(article)), "{}", spec.noun);
        }
    }

    #[test]
    fn alternatives_find_their_row() {
        assert_eq!(FieldSpec::find("paciente_edad").unwrap().key, "fecha_nacimiento");
        assert_eq!(FieldSpec::find("producto_sospechoso").unwrap().key, "nombre");
        assert!(FieldSpec::find("evaluador_nombre").is_none());
    }
}
