//! Letters in the unit's own words.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use followup_app::LetterTextError;
use followup_domain::asking::letter_text::{KeptText, TextProblem};
use followup_domain::message::Channel;
use followup_domain::ports::{Clock, StoreExt};
use support::{Unit, qf, unit};

const EMAIL: &str = "solicitud.email.txt";
const SMS: &str = "solicitud.sms.txt";
const OWN: &str =
    "Asunto: {{ prefijo }} Caso {{ caso }}: nos falta un dato\n\nBuenos días:\n\n{% include \"parte.preguntas.txt\" %}\n\n{{ unidad }}\n";

/// Stores what no use case would: as an earlier release may have found it good.
fn kept_before(unit: &Unit, name: &str, text: &str) {
    let kept =
        KeptText { name: name.into(), text: Some(text.into()), version: 1, changed_by: "user:qf".into(), changed_at: unit.clock.now() };
    unit.app.store.write(|tx| tx.letter_texts().put(&kept)).unwrap();
}

/// The first letter of a new case, as it left.
fn letter(unit: &Unit) -> (String, String) {
    let id = unit.case(&[]);
    assert_eq!(unit.deliver().accepted, 1);
    let content = unit.thread(id)[0].content.clone();
    (content.subject.unwrap(), content.body)
}

#[test]
fn a_request_leaves_in_the_units_own_words() {
    let unit = unit();
    let before = letter(&unit);
    let kept = unit.app.set_letter_text(&qf(), EMAIL, OWN, Some(0)).unwrap();
    assert_eq!((kept.own(), kept.version(), kept.faults.len()), (Some(OWN), 1, 0));
    let (subject, body) = letter(&unit);
    assert_eq!(subject, "[VIGIA] Caso 2: nos falta un dato");
    assert!(
        body.starts_with(
            "Buenos días:\n\nINFORMACIÓN DEL MEDICAMENTO:\n- Dosis administrada (mg o tabletas)\n\nINFORMACIÓN DEL PACIENTE:\n"
        ) && body.ends_with("\nUnidad de Farmacovigilancia\n"),
        "{body}"
    );
    let reset = unit.app.reset_letter_text(&qf(), EMAIL, Some(1)).unwrap();
    assert_eq!((reset.own(), reset.version()), (None, 2));
    assert_eq!(letter(&unit).1.replace("#3", "#1"), before.1);
    let told: Vec<(String, String)> = unit.system_audit().into_iter().map(|row| (row.action, row.actor)).collect();
    let expected = ["letter_text.set", "letter_text.reset"].map(|action| (action.to_owned(), "user:qf".to_owned()));
    assert_eq!(told, expected);
}

#[test]
fn a_part_of_the_units_own_stands_in_every_letter() {
    let unit = unit();
    unit.app.set_letter_text(&qf(), "parte.saludo.txt", "Muy buenos días,\n", Some(0)).unwrap();
    assert!(letter(&unit).1.starts_with("Muy buenos días,\n"));
}

#[test]
fn what_cannot_be_used_is_not_kept_and_what_is_the_same_anyway_is_no_text_of_ones_own() {
    let unit = unit();
    let refused = unit.app.set_letter_text(&qf(), EMAIL, "Asunto: {{ caso }}\n\n{{ nada }}", Some(0));
    let Err(LetterTextError::Invalid { name: EMAIL, faults }) = refused else { panic!("{refused:?}") };
    assert_eq!((faults[0].line, &faults[0].problem), (Some(3), &TextProblem::UnknownVariable("nada".into())));
    let long = format!("Caso {{{{ caso }}}}: {{{{ faltan | join(', ') }}}}. {}", "Escríbanos pronto. ".repeat(40));
    let refused = unit.app.set_letter_text(&qf(), SMS, &long, Some(0));
    let Err(LetterTextError::Invalid { faults, .. }) = refused else { panic!("{refused:?}") };
    assert!(matches!(faults[0].problem, TextProblem::TooManyParts { parts: 5.., most: 4 }), "{faults:?}");
    assert_eq!(unit.app.letter_text(EMAIL).unwrap().version(), 0);
    let shipped = unit.app.letter_text(EMAIL).unwrap().shipped.text;
    assert_eq!(unit.app.set_letter_text(&qf(), EMAIL, &shipped, Some(0)).unwrap().own(), None);
    for name in ["otra.txt", "", "parte.lista.txt"] {
        assert_eq!(unit.app.set_letter_text(&qf(), name, OWN, Some(0)), Err(LetterTextError::NotFound), "{name}");
        assert_eq!(unit.app.letter_text(name), Err(LetterTextError::NotFound), "{name}");
    }
}

#[test]
fn of_two_who_change_a_text_at_once_the_second_is_told() {
    let unit = unit();
    unit.app.set_letter_text(&qf(), EMAIL, OWN, Some(0)).unwrap();
    let other = OWN.replace("Buenos días", "Buenas tardes");
    for version in [0, 2, -1] {
        assert_eq!(unit.app.set_letter_text(&qf(), EMAIL, &other, Some(version)), Err(LetterTextError::Stale));
        assert_eq!(unit.app.reset_letter_text(&qf(), EMAIL, Some(version)), Err(LetterTextError::Stale));
    }
    assert_eq!(unit.app.letter_text(EMAIL).unwrap().own(), Some(OWN));
    assert!(unit.app.set_letter_text(&qf(), EMAIL, &other, Some(1)).is_ok());
    assert_eq!(unit.app.reset_letter_text(&qf(), EMAIL, None).unwrap().version(), 3, "whoever saw none");
}

#[test]
fn a_kept_text_that_cannot_be_used_any_more_stops_no_letter_and_is_told() {
    let plain = letter(&unit());
    for broken in ["Asunto: {{ caso }}\n\n{{ valor_de_antes }}", "Asunto: {{ caso", "{% include \"parte.antes.txt\" %}", "Sin asunto"] {
        let unit = unit();
        kept_before(&unit, EMAIL, broken);
        assert_eq!(letter(&unit), plain, "{broken}");
        let told = unit.app.unusable_letter_texts().unwrap();
        assert_eq!((told.len(), told[0].shipped.name, told[0].own()), (1, EMAIL, Some(broken)));
        assert!(!told[0].faults.is_empty());
    }
    let unit = unit();
    kept_before(&unit, "carta.de.antes.txt", "{{");
    assert_eq!(letter(&unit), plain, "a text that nothing asks for");
    assert_eq!(unit.app.unusable_letter_texts().unwrap(), []);
}

#[test]
fn a_text_is_shown_before_it_is_kept() {
    let unit = unit();
    let shown = unit.app.preview_letter_text(EMAIL, OWN).unwrap();
    let body = shown.letter.unwrap().body;
    assert!(shown.faults.is_empty() && body.contains("- Peso aproximado") && shown.sms.is_none(), "{body}");
    let shown = unit.app.preview_letter_text(SMS, "Caso {{ caso }}: nos falta {{ faltan | join(\" y \") }}").unwrap();
    assert_eq!((shown.channel, shown.sms.unwrap().parts), (Channel::Sms, 1));
    let shown = unit.app.preview_letter_text(SMS, "Caso {{ caso }} {{ nada }}").unwrap();
    assert!(shown.letter.is_none() && shown.faults.len() == 1);
    // A letter may lack something and still be shown.
    let shown = unit.app.preview_letter_text(SMS, "Hola").unwrap();
    assert!(shown.letter.is_some() && shown.faults.len() == 1);
    assert_eq!(unit.app.preview_letter_text("x", "y"), Err(LetterTextError::NotFound));
    assert_eq!(unit.app.letter_texts().unwrap().iter().filter(|text| text.version() > 0).count(), 0);
}

#[test]
fn every_value_and_every_text_has_its_words() {
    let unit = unit();
    for name in unit.app.letters.variables() {
        assert!(followup_words::letters::variable(name).is_some(), "{name}");
    }
    for text in unit.app.letter_texts().unwrap() {
        assert!(!followup_words::letters::name(&text.shipped).ends_with(".txt"), "{}", text.shipped.name);
    }
}
