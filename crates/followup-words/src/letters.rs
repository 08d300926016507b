//! The unit's letters as they are named, and what can be wrong with one.

use followup_domain::asking::letter_text::{LONGEST_LETTER_TEXT, ShippedText, TextFault, TextProblem};
use followup_domain::asking::request::LetterKind;
use followup_domain::message::Channel;

/// Parts that several letters include, by their file.
const PARTS: &[(&str, &str)] = &[
    ("parte.saludo.txt", "Saludo"),
    ("parte.presentacion.txt", "Quién escribe y por qué"),
    ("parte.recibido.txt", "Agradecimiento por lo que ya llegó"),
    ("parte.preguntas.txt", "Las preguntas, por secciones"),
    ("parte.respaldo.txt", "Por qué se pide, confidencialidad y firma"),
    ("parte.lista.txt", "Cómo se escribe una lista de palabras"),
];

/// What letters may say, by the name of each value.
const VARIABLES: &[(&str, &str)] = &[
    ("caso", "el número del caso"),
    ("reportante", "a quién se saluda: «Dra. Rojas»; puede faltar"),
    ("genero", "«f» o «m» donde el título lo dice; puede faltar"),
    ("producto", "el producto sospechoso principal; puede faltar"),
    ("productos", "los nombres de todos los productos; puede no haber ninguno"),
    ("fallecido", "si el paciente falleció"),
    ("secciones", "lo que se pide, por secciones: «titulo», «preguntas» y «etiquetas» de cada una; puede no haber ninguna"),
    ("etiquetas", "lo que se pide, en una o dos palabras cada cosa"),
    ("faltan", "lo que se pide, como «la dosis»; lo más importante primero"),
    ("recibidos", "lo que el reportante ya dio después de una carta"),
    ("desconocidos", "lo que el reportante dijo no saber"),
    ("unidad", "la unidad que firma"),
    ("telefono", "el teléfono de la unidad; puede faltar"),
    ("direccion", "la dirección de la unidad; puede faltar"),
    ("prefijo", "la primera palabra de los asuntos, como «[VIGIA]»; puede estar vacía"),
    ("remitente", "quién escribe, en los mensajes cortos"),
];

/// Somebody else changed a letter's text.
pub const STALE: &str = "Otra persona cambió este texto mientras tanto";
/// There is no such text.
pub const NOT_FOUND: &str = "No hay una carta con ese nombre";

/// What a letter, or a part of letters, is called.
pub fn name(shipped: &ShippedText) -> String {
    match shipped.letter {
        Some((LetterKind::Request, channel)) => format!("Primera solicitud por {}", carried_by(channel)),
        Some((LetterKind::Reminder, channel)) => format!("Recordatorio por {}", carried_by(channel)),
        None => part(shipped.name).to_owned(),
    }
}

/// A channel within a sentence.
fn carried_by(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "correo",
        Channel::Sms => "SMS",
        Channel::Whatsapp => "WhatsApp",
        Channel::Call => "teléfono",
    }
}

fn part(name: &str) -> &str {
    PARTS.iter().find(|(known, _)| *known == name).map_or(name, |(_, words)| words)
}

/// What a value of letters is; none for one that there is not.
pub fn variable(name: &str) -> Option<&'static str> {
    VARIABLES.iter().find(|(known, _)| *known == name).map(|(_, about)| *about)
}

/// Where something is wrong, and what. `of` is the text that was looked at.
pub fn fault(fault: &TextFault, of: &str) -> String {
    let elsewhere = if fault.name == of { String::new() } else { format!(" de «{}»", fault.name) };
    match fault.line {
        Some(line) => format!("Línea {line}{elsewhere}: {}", problem(&fault.problem)),
        None if elsewhere.is_empty() => capitalised(&problem(&fault.problem)),
        None => format!("En el texto{elsewhere}: {}", problem(&fault.problem)),
    }
}

fn problem(problem: &TextProblem) -> String {
    match problem {
        TextProblem::Blank => "el texto está vacío".into(),
        TextProblem::TooLong => format!("el texto tiene más de {LONGEST_LETTER_TEXT} caracteres"),
        TextProblem::Syntax(said) => {
            format!(
                "una instrucción está mal escrita o no se cierra: revise las llaves y que cada «if» y cada «for» tengan su final ({said})"
            )
        }
        TextProblem::NotAllowed(what) => {
            format!("aquí no se puede usar «{what}»; sirven {{{{ valor }}}}, if, elif, else, for, include y from … import")
        }
        TextProblem::UnknownVariable(name) => {
            let known: Vec<&str> = VARIABLES.iter().map(|(known, _)| *known).collect();
            format!("no hay ningún valor «{name}»; hay: {}", known.join(", "))
        }
        TextProblem::UnknownFilter(name) => {
            format!("no hay ningún filtro «{name}»; hay: join, length, first, last, upper, lower, capitalize, title, trim, default")
        }
        TextProblem::UnknownPart => "incluye una parte que no existe".into(),
        TextProblem::NoSuchValue => "usa un valor que no existe ahí".into(),
        TextProblem::MayBeAbsent => "escribe un valor que puede faltar: pregunte antes por él, con {% if … %}".into(),
        TextProblem::TooMuchWork => "da demasiadas vueltas para escribir una carta".into(),
        TextProblem::TooLongLetter => "la carta sale demasiado larga".into(),
        TextProblem::NoSubject => "la carta debe empezar con «Asunto: …» y una línea en blanco".into(),
        TextProblem::EmptySubject => "el asunto queda vacío en algunas cartas".into(),
        TextProblem::SubjectInShort => "un mensaje corto no lleva «Asunto:»".into(),
        TextProblem::EmptyLetter => "la carta no dice nada en algunos casos".into(),
        TextProblem::NoHeading => {
            "el título de cada sección debe estar solo en su línea, antes de sus preguntas: {{ seccion.titulo }}".into()
        }
        TextProblem::NoQuestion => {
            "cada pregunta debe estar sola en su línea, en orden: lo que no está en la carta palabra por palabra no cuenta como pedido"
                .into()
        }
        TextProblem::NoCase => "falta el número del caso: {{ caso }}".into(),
        TextProblem::AsksNothing => "no dice qué falta: use {{ faltan | join(\", \") }} o las etiquetas".into(),
        TextProblem::TooManyParts { parts, most } => {
            format!("un mensaje habitual ocupa {parts} partes y se envían {most} como máximo: acórtelo")
        }
        TextProblem::Other(said) => format!("no se puede escribir la carta ({said})"),
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where_and_what_and_what_there_is_instead() {
        let fault_of = |name: &str, line, problem| fault(&TextFault { name: name.into(), line, problem }, "solicitud.sms.txt");
        let unknown = fault_of("solicitud.sms.txt", Some(3), TextProblem::UnknownVariable("prodcuto".into()));
        assert!(unknown.starts_with("Línea 3: no hay ningún valor «prodcuto»; hay: caso, reportante, ") && unknown.contains("remitente"));
        assert_eq!(fault_of("solicitud.sms.txt", None, TextProblem::Blank), "El texto está vacío");
        assert_eq!(
            fault_of("parte.saludo.txt", None, TextProblem::UnknownPart),
            "En el texto de «parte.saludo.txt»: incluye una parte que no existe"
        );
        assert!(fault_of("solicitud.sms.txt", None, TextProblem::NoCase).contains("{{ caso }}"));
        assert!(
            fault_of("a", Some(1), TextProblem::NotAllowed("set".into()))
                .starts_with("Línea 1 de «a»: aquí no se puede usar «set»; sirven {{ valor }}")
        );
    }
}
