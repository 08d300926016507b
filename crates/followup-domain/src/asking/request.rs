//! The request for missing information: what is asked and in which words. Laying it out is the template's.

pub use super::sections::product_names;
use super::sections::{by_weight, in_catalogue_order, nouns, one_line, product_heading, sections};
use crate::asking::catalogue::Group;
use crate::asking::letter_text::{OwnText, ShippedText, TextFault};
use crate::asking::missing::{FieldPath, MissingItem};
use crate::case::CaseRecord;
use crate::ids::CaseId;
use crate::message::Channel;
use crate::published::published_enum;
use crate::text::says_nothing;

published_enum! {
    /// Whether the reporter was asked before.
    LetterKind {
        /// The first request.
        Request = "request",
        /// A reminder of what is still missing.
        Reminder = "reminder",
    }
}

/// Everything a template may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLetter {
    /// First request or reminder.
    pub kind: LetterKind,
    /// The case.
    pub case_id: CaseId,
    /// The reporter, as the case names them.
    pub reporter_name: Option<String>,
    /// The suspect products that have a name, each once, the main one first.
    pub products: Vec<String>,
    /// Whether the patient died: the letter is written with that in mind.
    pub fatal: bool,
    /// What is asked, grouped: what makes the case valid and assessable first.
    pub sections: Vec<Section>,
    /// The same as nouns, each once and without products, for short messages; by [`crate::asking::catalogue::Weight`].
    pub asked: Vec<String>,
    /// What the reporter gave after earlier letters, as nouns.
    pub received: Vec<String>,
    /// What the reporter said not to know, as nouns.
    pub unknown: Vec<String>,
    /// Who asks.
    pub letterhead: Letterhead,
}

/// A heading and its questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// In capitals, naming the product where there are several.
    pub heading: String,
    /// The questions, in full.
    pub questions: Vec<String>,
    /// The same in a word or two, for short messages.
    pub labels: Vec<String>,
}

/// A laid-out letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line; never patient data.
    pub subject: String,
    /// Plain text, lines ended by `\n`.
    pub body: String,
}

/// Lays a letter out; implemented over template files.
pub trait LetterRenderer: Send + Sync {
    /// The text for a channel.
    ///
    /// # Errors
    /// A template that cannot be rendered: its file and line.
    fn render(&self, channel: Channel, letter: &RequestLetter) -> Result<Letter, RenderError>;

    /// The same with texts of the unit's own in place of those that are brought along.
    ///
    /// # Errors
    /// One of them cannot be rendered, or takes too much.
    fn render_with(&self, own: &[OwnText], channel: Channel, letter: &RequestLetter) -> Result<Letter, RenderError> {
        let _ = own;
        self.render(channel, letter)
    }

    /// The texts that a unit may replace by its own: letters first, then parts of several letters.
    fn shipped(&self) -> Vec<ShippedText> {
        Vec::new()
    }

    /// What is wrong with one of the unit's own texts, and with the letters that it stands in.
    fn faults(&self, own: &[OwnText], name: &str) -> Vec<TextFault> {
        let _ = (own, name);
        Vec::new()
    }

    /// The values that texts may show, by their names.
    fn variables(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whom a letter greets, of a reporter's name as somebody typed it; none where that names no person.
    fn greeted(&self, reporter_name: &str) -> Option<String> {
        Some(reporter_name.to_owned())
    }
}

/// A template that cannot be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template cannot be rendered: {0}")]
pub struct RenderError(pub String);

/// Who asks: the unit's words that stand in every letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letterhead {
    /// The unit that signs.
    pub unit_name: String,
    /// Where a reader who doubts can call it.
    pub unit_phone: Option<String>,
    /// Its postal address.
    pub unit_address: Option<String>,
    /// The first word of every subject.
    pub subject_prefix: String,
}

/// What a letter is composed of.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The case.
    pub case_id: CaseId,
    /// What is known of it.
    pub record: &'a CaseRecord,
    /// What is asked.
    pub missing: &'a [MissingItem],
    /// First request or reminder.
    pub kind: LetterKind,
    /// What the reporter gave after earlier letters.
    pub received: &'a [FieldPath],
    /// What the reporter said not to know.
    pub unknown: &'a [FieldPath],
}

/// Composes the request for the missing items (docs/product.md §4).
pub fn compose_request(asking: &Asking<'_>, letterhead: &Letterhead) -> RequestLetter {
    let Asking { case_id, record, missing, kind, received, unknown } = *asking;
    let given = |paths: &[FieldPath]| nouns(record, in_catalogue_order(paths).into_iter(), true);
    RequestLetter {
        kind,
        case_id,
        reporter_name: record.reportante_nombre.as_deref().filter(|name| !says_nothing(name)).map(one_line),
        products: product_names(record),
        fatal: record.is_fatal(),
        sections: sections(record, missing),
        asked: nouns(record, by_weight(missing).into_iter().map(|item| &item.path), false),
        received: given(received),
        unknown: given(unknown),
        letterhead: letterhead.clone(),
    }
}

/// Those of the missing items that a person chose to ask for, in their order; all of them where nobody chose.
pub fn chosen(missing: Vec<MissingItem>, asks: Option<&[FieldPath]>) -> Vec<MissingItem> {
    match asks {
        Some(asks) => missing.into_iter().filter(|item| asks.contains(&item.path)).collect(),
        None => missing,
    }
}

/// Which of the items a text asks for: those whose question stands in it word for word.
/// A person may cut a drafted request before sending it; only what was really asked counts as asked.
/// With several products of the same questions, a question counts for those whose heading stands before it.
pub fn asked_in(body: &str, record: &CaseRecord, missing: &[MissingItem]) -> Vec<FieldPath> {
    let lines: Vec<&str> = body.lines().map(without_marker).collect();
    let several = record.productos.len() > 1;
    let is_asked = |item: &&MissingItem| {
        let from = match item.path.product {
            Some(index) if several => {
                let heading = product_heading(record, index);
                match lines.iter().position(|line| line.trim_end_matches(':') == heading) {
                    Some(position) => position + 1,
                    None => return false,
                }
            }
            _ => 0,
        };
        let until_next_heading = |line: &&&str| !(several && item.path.product.is_some() && line.starts_with(Group::Product.heading()));
        lines[from..].iter().take_while(until_next_heading).any(|line| *line == item.question)
    };
    missing.iter().filter(is_asked).map(|item| item.path.clone()).collect()
}

/// A line without its bullet or number, and without what a person may put behind a question.
fn without_marker(line: &str) -> &str {
    let line = line.trim().trim_start_matches(['-', '•', '*', '·', '–', ' ']);
    let numberless = line.trim_start_matches(|character: char| character.is_ascii_digit());
    let line = if numberless.len() < line.len() { numberless.strip_prefix(['.', ')']).map_or(line, str::trim_start) } else { line };
    line.trim_end_matches([':', ' ', '_'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asking::missing::{RequiredFields, compute_missing};
    use crate::case::{CasePatch, Product, Scalar};

    fn two_products() -> CaseRecord {
        let product = |name: &str| Product { nombre_producto: Some(name.into()), ..Product::default() };
        CaseRecord { productos: vec![product("Paracetamol"), product("Ibuprofeno\nforte")], ..CaseRecord::default() }
    }

    fn letter(record: &CaseRecord) -> RequestLetter {
        let missing = compute_missing(record, &RequiredFields::standard());
        let asking = Asking { case_id: CaseId(1), record, missing: &missing, kind: LetterKind::Request, received: &[], unknown: &[] };
        compose_request(&asking, &Letterhead::default())
    }

    fn headings(record: &CaseRecord) -> Vec<String> {
        letter(record).sections.into_iter().map(|section| section.heading).collect()
    }

    #[test]
    fn each_product_has_its_own_heading_when_there_are_several() {
        assert_eq!(
            headings(&two_products()),
            [
                "INFORMACIÓN DEL PACIENTE",
                "INFORMACIÓN DEL NOTIFICADOR",
                "INFORMACIÓN DEL EVENTO",
                "INFORMACIÓN DEL MEDICAMENTO (Paracetamol)",
                "INFORMACIÓN DEL MEDICAMENTO (Ibuprofeno forte)",
            ]
        );
    }

    #[test]
    fn headings_tell_unnamed_products_and_two_of_one_name_apart() {
        let product = |name: &str| Product { nombre_producto: Some(name.into()).filter(|_| !name.is_empty()), ..Product::default() };
        let productos = ["Insulina.", "", "insulina", "no sabe"].map(product).to_vec();
        let record = CaseRecord { productos, ..CaseRecord::default() };
        assert_eq!(
            headings(&record)[3..],
            [
                "INFORMACIÓN DEL MEDICAMENTO (Insulina)",
                "INFORMACIÓN DEL MEDICAMENTO (el 2.º del reporte, aún sin nombre)",
                "INFORMACIÓN DEL MEDICAMENTO (insulina, el 3.º del reporte)",
                "INFORMACIÓN DEL MEDICAMENTO (el 4.º del reporte, aún sin nombre)",
            ]
        );
        assert_eq!(letter(&record).products, ["Insulina"]);
    }

    #[test]
    fn what_makes_the_case_valid_is_asked_first_then_what_makes_it_assessable() {
        let sample = |fields: &[(&str, &str)]| {
            let mut record = CaseRecord::default();
            let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), Scalar::Text((*value).to_owned()))).collect();
            CasePatch { fields, ..CasePatch::default() }.apply(&mut record).unwrap();
            record
        };
        let known = [
            ("paciente_iniciales", "J.P."),
            ("paciente_edad", "40"),
            ("paciente_sexo", "F"),
            ("reportante_nombre", "Ana"),
            ("producto_sospechoso", "A"),
            ("descripcion_evento", "Rash"),
        ];
        let all = letter(&sample(&[]));
        assert_eq!(
            all.asked[..7],
            [
                "las iniciales del paciente",
                "la fecha de nacimiento o la edad",
                "el sexo del paciente",
                "su nombre",
                "la descripción del evento",
                "el nombre del medicamento",
                "la gravedad"
            ]
        );
        let valid = letter(&sample(&known));
        let headings: Vec<&str> = valid.sections.iter().map(|section| section.heading.as_str()).collect();
        let expected = ["EVENTO", "MEDICAMENTO", "PACIENTE", "NOTIFICADOR"].map(|name| format!("INFORMACIÓN DEL {name}"));
        assert_eq!(headings, expected);
        assert_eq!(valid.sections[0].labels, ["Gravedad", "Inicio", "Resolución", "Estado actual del paciente"]);
        assert_eq!(valid.sections[1].labels, ["Inicio del tratamiento", "Dosis exacta", "Frecuencia", "Vía de administración"]);
    }

    #[test]
    fn what_was_received_is_named_with_its_product_where_there_are_several() {
        let record = two_products();
        let paths = ["productos[1].dosis", "paciente_peso", "productos[7].dosis"].map(|path| FieldPath::parse(path).unwrap());
        let asking = Asking {
            case_id: CaseId(1),
            record: &record,
            missing: &[],
            kind: LetterKind::Reminder,
            received: &paths,
            unknown: &paths[1..2],
        };
        let letter = compose_request(&asking, &Letterhead::default());
        assert_eq!(
            (letter.received, letter.unknown),
            (vec!["el peso".to_owned(), "la dosis de Ibuprofeno forte".into()], vec!["el peso".to_owned()])
        );
    }

    #[test]
    fn a_letter_about_somebody_who_died_asks_in_quiet_words_and_they_count_as_asked() {
        let record = CaseRecord { paciente_fecha_muerte: crate::case::PartialDate::parse("2024").ok(), ..two_products() };
        let missing = compute_missing(&record, &RequiredFields::standard());
        let letter = letter(&record);
        assert!(letter.fatal);
        let questions: Vec<&str> = letter.sections.iter().flat_map(|section| &section.questions).map(String::as_str).collect();
        for word in ["riesgo de vida", "secuelas", "continúa", "recuperado", "resolvió", "Qué se hizo"] {
            assert!(!questions.iter().any(|question| question.contains(word)), "{word}: {questions:?}");
        }
        let text: Vec<String> =
            letter.sections.iter().map(|section| format!("{}:\n{}", section.heading, section.questions.join("\n"))).collect();
        let asked = asked_in(&text.join("\n"), &record, &missing);
        assert_eq!(asked, missing.iter().map(|item| item.path.clone()).collect::<Vec<_>>());
    }

    #[test]
    fn what_was_not_chosen_is_neither_written_nor_counted_as_asked() {
        let record = CaseRecord::default();
        let missing = compute_missing(&record, &RequiredFields::standard());
        assert_eq!(chosen(missing.clone(), None), missing);
        assert_eq!(chosen(missing.clone(), Some(&[])), []);
        // Another product's, and in another order.
        let asks = ["productos[3].dosis", "paciente_sexo", "paciente_peso"].map(|path| FieldPath::parse(path).unwrap());
        let some = chosen(missing.clone(), Some(&asks));
        let paths: Vec<String> = some.iter().map(|item| item.path.to_string()).collect();
        assert!(paths.len() == 2 && paths.iter().all(|path| path.starts_with("paciente_")), "{paths:?}");
        let asking = Asking { case_id: CaseId(1), record: &record, missing: &some, kind: LetterKind::Request, received: &[], unknown: &[] };
        let letter = compose_request(&asking, &Letterhead::default());
        let body: Vec<String> = letter.sections.into_iter().flat_map(|section| section.questions).collect();
        assert_eq!(asked_in(&body.join("\n"), &record, &missing), some.iter().map(|item| item.path.clone()).collect::<Vec<_>>());
    }

    #[test]
    fn only_questions_that_stand_in_the_text_count_as_asked() {
        let record = CaseRecord::default();
        let missing = compute_missing(&record, &RequiredFields::standard());
        let asked = asked_in("Estimado:\n- Peso aproximado\n- Sexo y más\n", &record, &missing);
        assert_eq!(asked.iter().map(ToString::to_string).collect::<Vec<_>>(), ["paciente_peso"]);
    }

    #[test]
    fn bullets_numbers_and_colons_do_not_hide_a_question() {
        for line in ["1. Peso aproximado", "2) Peso aproximado:", "• Peso aproximado: ____", "Peso aproximado"] {
            assert_eq!(without_marker(line), "Peso aproximado");
        }
        assert_eq!(without_marker("68 kg"), "68 kg");
    }

    #[test]
    fn a_question_counts_for_the_product_it_stands_under() {
        let record = two_products();
        let missing = compute_missing(&record, &RequiredFields::standard());
        let body = "INFORMACIÓN DEL MEDICAMENTO (Paracetamol):\n- Sexo\nINFORMACIÓN DEL MEDICAMENTO (Ibuprofeno forte):\n- Vía de administración (oral, inyectable, etc.)\n";
        let asked = asked_in(body, &record, &missing);
        assert_eq!(asked.iter().map(ToString::to_string).collect::<Vec<_>>(), ["paciente_sexo", "productos[1].via_administracion"]);
    }
}
