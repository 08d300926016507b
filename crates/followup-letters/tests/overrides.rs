//! A unit's own template files.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;

use followup_domain::asking::request::{LetterKind, LetterRenderer};
use followup_domain::message::Channel;
use followup_letters::{TemplateError, TemplateLetters};
use tempfile::TempDir;

use support::{letter_for, paracetamol};

const QUESTIONS: &str = "{% for seccion in secciones %}\n{{ seccion.titulo }}:\n{% for pregunta in seccion.preguntas %}\n* {{ pregunta }}\n{% endfor %}\n{% endfor %}";

fn folder(name: &str, content: impl AsRef<[u8]>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), content).unwrap();
    folder
}

fn refusal(name: &str, content: impl AsRef<[u8]>) -> String {
    TemplateLetters::with_overrides(folder(name, content).path()).unwrap_err().to_string()
}

#[test]
fn a_file_replaces_its_letter_and_no_other() {
    let text = format!("\u{feff}Asunto: {{{{ prefijo }}}}\r\n  Caso {{{{ caso }}}}\r\n\r\nBuenos días:\r\n{QUESTIONS}\r\nSaludos");
    let folder = folder("solicitud.email.txt", text);
    fs::write(folder.path().join(".hidden"), "{{").unwrap();
    fs::write(folder.path().join("README.md"), "{{").unwrap();
    let letters = TemplateLetters::with_overrides(folder.path()).unwrap();
    let letter = letters.render(Channel::Email, &letter_for(&paracetamol(), LetterKind::Request)).unwrap();
    assert_eq!(letter.subject, "[VIGIA] Caso 123");
    assert!(letter.body.starts_with("Buenos días:\nINFORMACIÓN DEL PACIENTE:\n* "), "{}", letter.body);
    assert!(letter.body.ends_with("\nSaludos\n"), "{}", letter.body);

    let reminder = letter_for(&paracetamol(), LetterKind::Reminder);
    assert_eq!(letters.render(Channel::Email, &reminder), TemplateLetters::built_in().render(Channel::Email, &reminder));
}

#[test]
fn the_compiled_in_files_pass_the_check_they_would_have_to_pass_as_replacements() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let letters = TemplateLetters::with_overrides(&source).unwrap();
    let letter = letter_for(&paracetamol(), LetterKind::Request);
    assert_eq!(letters.render(Channel::Email, &letter), TemplateLetters::built_in().render(Channel::Email, &letter));
}

#[test]
fn a_misspelt_file_name_is_refused_by_name() {
    let text = refusal("solictud.email.txt", "Asunto: a\n\nb");
    assert!(text.starts_with("templates: solictud.email.txt is not the name of a template; there are solicitud.email.txt, "), "{text}");
}

#[test]
fn mistakes_are_told_with_file_and_line() {
    for (text, expected) in [
        ("Asunto: a\n\n{% if producto %}\nb", "templates: solicitud.email.txt, line 4: syntax error"),
        ("Asunto: a\n\nHola\n{{ prodcuto }}", "templates: solicitud.email.txt, line 4: undefined value"),
        ("Asunto: a\n\n{% if prodcuto %}b{% endif %}", "templates: solicitud.email.txt, line 3: undefined value"),
        ("Asunto: a\n\nHola {{ reportante }}", "templates: solicitud.email.txt, line 3: invalid operation: this value may be absent"),
        ("Asunto: a\n\n{{ caso | nada }}", "templates: solicitud.email.txt, line 3: unknown filter: filter nada is unknown"),
    ] {
        let refusal = refusal("solicitud.email.txt", text);
        assert!(refusal.starts_with(expected), "{refusal}");
        assert!(!refusal.contains('\n'), "{refusal}");
    }
}

#[test]
fn a_mistake_that_only_some_letters_reach_is_found() {
    for text in [
        "{% if not producto and secciones | length > 1 %}{{ producto }}{% endif %}hola",
        "{% if not prefijo %}{{ preguntas }}{% endif %}hola",
        "{% if reportante %}{{ reportante.nombre.completo }}{% endif %}hola",
    ] {
        let refusal = refusal("recordatorio.sms.txt", text);
        assert!(refusal.starts_with("templates: recordatorio.sms.txt, line 1: "), "{refusal}");
    }
}

#[test]
fn an_email_needs_its_subject_and_every_question() {
    for (text, expected) in [
        ("Hola\n\nqué tal", "does not begin with a «Asunto:» line"),
        ("Asunto: {{ prefijo }}\n\nHola", "the subject is empty"),
        ("Asunto: a\n\n", "no text stands after the subject"),
        ("Asunto: a\n\nFalta información.", "heading must stand on a line of its own"),
        (
            "Asunto: a\n\n{% for s in secciones %}\n{{ s.titulo }}\n{{ s.preguntas | join(', ') }}\n{% endfor %}\n.",
            "every question must stand",
        ),
    ] {
        let refusal = refusal("solicitud.email.txt", text);
        assert!(refusal.contains(expected), "{refusal}");
    }
}

#[test]
fn a_short_message_has_no_subject_and_is_not_empty() {
    assert!(refusal("solicitud.sms.txt", "Asunto: a\n\nb").contains("has no «Asunto:» line"));
    assert!(refusal("solicitud.whatsapp.txt", " \n").contains("the message is empty"));
}

#[test]
fn what_cannot_be_read_is_named() {
    let latin1 = folder("solicitud.sms.txt", b"informaci\xf3n");
    let error = TemplateLetters::with_overrides(latin1.path()).unwrap_err();
    assert!(matches!(&error, TemplateError::Unreadable { path, .. } if path.ends_with("solicitud.sms.txt")), "{error}");

    let absent = latin1.path().join("absent");
    let error = TemplateLetters::with_overrides(&absent).unwrap_err();
    assert!(matches!(&error, TemplateError::Unreadable { path, .. } if path.ends_with("absent")), "{error}");
}
