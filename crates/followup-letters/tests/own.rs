//! Texts of the unit's own: what is wrong with one is said by its line, and no text takes more than a letter may.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::time::Instant;

use followup_domain::asking::letter_text::{LONGEST_LETTER_TEXT, OwnText, TextFault, TextProblem};
use followup_domain::asking::request::{LetterKind, LetterRenderer};
use followup_domain::message::Channel;
use followup_letters::TemplateLetters;

use support::{letter_for, named_reporter, paracetamol};

const EMAIL: &str = "solicitud.email.txt";
const SMS: &str = "solicitud.sms.txt";
const QUESTIONS: &str = "{% include \"parte.preguntas.txt\" %}";

fn own(name: &str, text: &str) -> OwnText {
    OwnText { name: name.into(), text: text.into() }
}

fn faults(name: &str, text: &str) -> Vec<TextFault> {
    TemplateLetters::built_in().faults(&[own(name, text)], name)
}

#[test]
fn every_text_that_is_brought_along_could_be_the_units_own_and_says_the_same() {
    let letters = TemplateLetters::built_in();
    let shipped = letters.shipped();
    assert_eq!(shipped.len(), 11, "six letters and five parts");
    let all: Vec<OwnText> = shipped.iter().map(|text| own(text.name, &text.text)).collect();
    for text in &shipped {
        assert_eq!(letters.faults(&all, text.name), [], "{}", text.name);
        assert!(!text.is_of_deployment);
    }
    for kind in [LetterKind::Request, LetterKind::Reminder] {
        for channel in [Channel::Email, Channel::Sms, Channel::Whatsapp] {
            let letter = letter_for(&named_reporter(), kind);
            assert_eq!(letters.render_with(&all, channel, &letter), letters.render(channel, &letter), "{kind} {channel}");
        }
    }
}

#[test]
fn a_text_of_the_units_own_stands_in_its_letter_and_a_part_in_each() {
    let letters = TemplateLetters::built_in();
    let letter = letter_for(&paracetamol(), LetterKind::Request);
    let text = format!("Asunto: Caso {{{{ caso }}}}\n\nBuenos días:\n{QUESTIONS}\nHasta pronto");
    let rendered = letters.render_with(&[own(EMAIL, &text)], Channel::Email, &letter).unwrap();
    assert_eq!(rendered.subject, "Caso 123");
    assert!(rendered.body.starts_with("Buenos días:\nINFORMACIÓN DEL PACIENTE:\n- ") && rendered.body.ends_with("\nHasta pronto\n"));
    let part = [own("parte.saludo.txt", "Muy buenos días,")];
    for kind in [LetterKind::Request, LetterKind::Reminder] {
        let body = letters.render_with(&part, Channel::Email, &letter_for(&paracetamol(), kind)).unwrap().body;
        assert!(body.starts_with("Muy buenos días,\n"), "{body}");
    }
    assert_eq!(letters.render_with(&part, Channel::Sms, &letter), letters.render(Channel::Sms, &letter));
}

#[test]
fn what_is_wrong_is_said_of_its_line() {
    use TextProblem::{
        AsksNothing, Blank, EmptyLetter, EmptySubject, MayBeAbsent, NoCase, NoHeading, NoQuestion, NoSubject, NoSuchValue, NotAllowed,
        SubjectInShort, TooLong, UnknownFilter, UnknownPart, UnknownVariable,
    };
    let with_questions = |text: &str| format!("Asunto: {{{{ caso }}}}\n\n{text}\n{QUESTIONS}");
    let rows: Vec<(&str, String, Option<usize>, TextProblem)> = vec![
        (EMAIL, " \n ".into(), None, Blank),
        (EMAIL, "a".repeat(LONGEST_LETTER_TEXT + 1), None, TooLong),
        (EMAIL, with_questions("Hola {{ reportant }}"), Some(3), UnknownVariable("reportant".into())),
        (EMAIL, with_questions("{% if prodcuto %}x{% endif %}"), Some(3), UnknownVariable("prodcuto".into())),
        (EMAIL, with_questions("{% set x = 1 %}"), Some(3), NotAllowed("set".into())),
        (EMAIL, with_questions("{{ unidad ~ unidad }}"), Some(3), NotAllowed("~".into())),
        (EMAIL, with_questions("{{ unidad | replace('a', 'b') }}"), Some(3), UnknownFilter("replace".into())),
        (EMAIL, with_questions("{% include \"parte.nada.txt\" %}"), Some(3), UnknownPart),
        (EMAIL, with_questions("\n{{ reportante }}"), Some(4), MayBeAbsent),
        (EMAIL, with_questions("{{ unidad.nombre.largo }}"), Some(3), NoSuchValue),
        (EMAIL, format!("Caso {{{{ caso }}}}\n\n{QUESTIONS}"), None, NoSubject),
        (EMAIL, format!("Asunto: {{{{ prefijo }}}}\n\n{{{{ caso }}}}\n{QUESTIONS}"), None, EmptySubject),
        (EMAIL, "Asunto: {{ caso }}\n\n".into(), None, EmptyLetter),
        (EMAIL, format!("Asunto: Datos\n\nFaltan:\n{QUESTIONS}"), None, NoCase),
        (EMAIL, "Asunto: {{ caso }}\n\nFaltan datos.".into(), None, NoHeading),
        (
            EMAIL,
            "Asunto: {{ caso }}\n\nF\n{% for s in secciones %}\n{{ s.titulo }}\n{{ s.etiquetas | join(', ') }}\n{% endfor %}".into(),
            None,
            NoQuestion,
        ),
        ("recordatorio.whatsapp.txt", "Caso {{ caso }}: faltan datos.".into(), None, NoHeading),
        (SMS, "Asunto: {{ caso }}\n\nb".into(), None, SubjectInShort),
        (SMS, "Caso {{ caso }}: escríbanos.".into(), None, AsksNothing),
        (SMS, "Nos falta {{ faltan | join(', ') }}".into(), None, NoCase),
    ];
    for (name, text, line, problem) in rows {
        assert_eq!(faults(name, &text), [TextFault { name: name.into(), line, problem }], "{text}");
    }
    for text in ["{% if producto %}", "{{ caso", "{% for x secciones %}{% endfor %}", "{% endif %}", "{{ caso | }}"] {
        let found = faults(SMS, text);
        assert!(matches!(&found[..], [TextFault { line: Some(1), problem: TextProblem::Syntax(_), .. }]), "{text}: {found:?}");
    }
    assert_eq!(faults(SMS, "Caso {{ caso }}: {{ faltan | join(\", \") }}"), []);
}

#[test]
fn a_part_is_looked_at_in_every_letter_that_includes_it() {
    let found = faults("parte.preguntas.txt", "{% for seccion in secciones %}{{ seccion.titulo }}{% endfor %}");
    let names: Vec<&str> = found.iter().map(|fault| fault.name.as_str()).collect();
    assert_eq!(names, [EMAIL, "recordatorio.email.txt", "solicitud.whatsapp.txt", "recordatorio.whatsapp.txt"], "{found:?}");
    let found = faults("parte.respaldo.txt", "Atentamente,\n{{ direccion }}");
    assert_eq!(found, [TextFault { name: "parte.respaldo.txt".into(), line: Some(2), problem: TextProblem::MayBeAbsent }]);
}

#[test]
fn no_text_takes_more_time_or_room_than_a_letter_may() {
    let long = "x".repeat(3_000);
    let nested = |inner: &str| format!("{}{inner}{}", "{% for a in 'aaaaaaaaaaaaaaaaaaaa' %}".repeat(6), "{% endfor %}".repeat(6));
    let doubled = format!("{}{{% set x = x ~ x %}}", "{% set x = 'aaaa' %}".repeat(200));
    for text in [
        nested(""),
        nested(&long),
        format!("{{% for a in '{long}' %}}{{% for b in '{long}' %}}{long}{{% endfor %}}{{% endfor %}}"),
        format!("{{% include \"{SMS}\" %}}{{% include \"{SMS}\" %}}"),
        "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}".to_owned(),
        doubled,
        format!("{}1{}", "(".repeat(9_000), ")".repeat(9_000)),
        format!("{{{{ {}1{} }}}}", "(".repeat(9_000), ")".repeat(9_000)),
        format!("{{{{ {}1{} }}}}", "[".repeat(9_000), "]".repeat(9_000)),
        "{{ 'a' | join('b') | join('c') | join('d') }}".to_owned(),
    ] {
        let begun = Instant::now();
        let text = format!("Caso {{{{ caso }}}} {{{{ faltan | join(', ') }}}} {text}");
        let _ = faults(SMS, &text);
        let letter = letter_for(&paracetamol(), LetterKind::Request);
        let own = [own(SMS, &text)];
        let rendered = TemplateLetters::built_in().render_with(&own, Channel::Sms, &letter);
        assert!(rendered.map_or(0, |letter| letter.body.len()) <= 200 * 1024);
        assert!(begun.elapsed().as_secs() < 5, "{:?}: {}", begun.elapsed(), &text[..100]);
    }
}

#[test]
fn what_the_deployment_brings_along_is_what_the_unit_replaces() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(SMS), "Caso {{ caso }}: falta {{ faltan | join(' y ') | replace('a', 'a') }}").unwrap();
    let letters = TemplateLetters::with_overrides(folder.path()).unwrap();
    let shipped = letters.shipped().into_iter().find(|text| text.name == SMS).unwrap();
    assert!(shipped.is_of_deployment && shipped.text.starts_with("Caso {{ caso }}"));
    let letter = letter_for(&paracetamol(), LetterKind::Request);
    let greeting = [own("parte.saludo.txt", "Hola,")];
    assert!(letters.render_with(&greeting, Channel::Email, &letter).unwrap().body.starts_with("Hola,\n"));
    let mine = [own(SMS, "Del caso {{ caso }}: {{ faltan | first }}")];
    assert!(letters.render_with(&mine, Channel::Sms, &letter).unwrap().body.starts_with("Del caso 123: "));
}

#[test]
fn the_values_are_those_that_letters_show() {
    let letters = TemplateLetters::built_in();
    let all: String = letters.variables().iter().map(|name| format!("{{% if {name} %}}{name} {{% endif %}}")).collect();
    let text = format!("Caso {{{{ caso }}}} {{{{ faltan | join(', ') }}}} {all}");
    assert_eq!(letters.faults(&[own(SMS, &text)], SMS), []);
    let body = letters.render_with(&[own(SMS, &text)], Channel::Sms, &letter_for(&named_reporter(), LetterKind::Request)).unwrap().body;
    for name in [
        "reportante",
        "genero",
        "producto",
        "productos",
        "secciones",
        "etiquetas",
        "unidad",
        "telefono",
        "direccion",
        "prefijo",
        "remitente",
    ] {
        assert!(body.contains(name), "{name}: {body}");
    }
}
