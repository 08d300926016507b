//! The compiled-in letters, as reviewed snapshots.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use followup_domain::asking::request::{Letter, LetterKind, LetterRenderer, Letterhead, RequestLetter};
use followup_domain::case::{CaseRecord, Product};
use followup_domain::message::Channel;
use followup_domain::sending::{SmsParts, SmsRules};
use followup_letters::TemplateLetters;

use support::{died, letter_for, letterhead, named_reporter, paracetamol};

const CHANNELS: [Channel; 3] = [Channel::Email, Channel::Sms, Channel::Whatsapp];
const KINDS: [LetterKind; 2] = [LetterKind::Request, LetterKind::Reminder];

fn render(channel: Channel, letter: &RequestLetter) -> Letter {
    TemplateLetters::built_in().render(channel, letter).unwrap()
}

/// Every letter and channel for one case, as one text to review.
fn all_letters(record: &CaseRecord) -> String {
    let mut text = String::new();
    for kind in KINDS {
        for channel in CHANNELS {
            let letter = render(channel, &letter_for(record, kind));
            text += &format!("=== {kind:?} by {channel}\nSubject: {}\n\n{}\n", letter.subject, letter.body);
        }
    }
    text
}

#[test]
fn letters_for_a_case_with_a_product_and_no_reporter_name() {
    insta::assert_snapshot!(all_letters(&paracetamol()));
}

#[test]
fn letters_for_a_case_with_a_reporter_and_two_products() {
    let mut record = named_reporter();
    record.productos.push(Product { nombre_producto: Some("Ibuprofeno".into()), ..Product::default() });
    insta::assert_snapshot!(all_letters(&record));
}

#[test]
fn letters_for_a_case_without_a_product() {
    insta::assert_snapshot!(all_letters(&CaseRecord::default()));
}

#[test]
fn letters_for_a_patient_who_died() {
    insta::assert_snapshot!(all_letters(&died()));
}

#[test]
fn a_letter_about_somebody_who_died_asks_for_nothing_that_hurts_and_a_short_one_does_not_tell() {
    for record in [died(), CaseRecord { reportante_nombre: None, productos: Vec::new(), ..died() }] {
        for kind in KINDS {
            for channel in CHANNELS {
                let Letter { subject, body } = render(channel, &letter_for(&record, kind));
                for word in ["riesgo de vida", "secuelas", "continúa", "recuperado", "¡", "Hola"] {
                    assert!(!body.contains(word), "{word}: {body}");
                }
                let tells_of_death = |text: &str| ["alleci", "uerte", "utopsia"].iter().any(|word| text.contains(word));
                assert!(!tells_of_death(&subject), "{subject}");
                assert_eq!(tells_of_death(&body), channel != Channel::Sms, "{body}");
                let (death, weight) = (body.find("Fecha del fallecimiento"), body.find("Peso"));
                assert!(channel == Channel::Sms || death.is_some() && death < weight, "{body}");
            }
        }
    }
}

#[test]
fn letters_that_ask_for_nothing_promise_no_list() {
    let mut text = String::new();
    for kind in KINDS {
        for channel in CHANNELS {
            let letter = render(channel, &RequestLetter { sections: Vec::new(), asked: Vec::new(), ..letter_for(&paracetamol(), kind) });
            assert!(!letter.body.contains("siguiente información") && !letter.body.contains("nos falta"), "{}", letter.body);
            text += &format!("=== {kind:?} by {channel}\n{}\n", letter.body);
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn subjects_are_exactly_those_of_the_specification() {
    let subject = |kind, prefix: &str| {
        let letter =
            RequestLetter { letterhead: Letterhead { subject_prefix: prefix.into(), ..letterhead() }, ..letter_for(&paracetamol(), kind) };
        render(Channel::Email, &letter).subject
    };
    assert_eq!(subject(LetterKind::Request, "[VIGIA]"), "[VIGIA] Solicitud de información - ICSR #123");
    assert_eq!(subject(LetterKind::Reminder, "[VIGIA]"), "[VIGIA] Recordatorio - ICSR #123");
    assert_eq!(subject(LetterKind::Request, ""), "Solicitud de información - ICSR #123");
    assert_eq!(subject(LetterKind::Request, " [V]\r\nBcc: x@y "), "[V] Bcc: x@y Solicitud de información - ICSR #123");
}

#[test]
fn blank_lines_stand_alone_and_no_line_ends_in_a_blank() {
    for record in [CaseRecord::default(), paracetamol(), named_reporter(), died()] {
        for kind in KINDS {
            for channel in CHANNELS {
                let body = render(channel, &letter_for(&record, kind)).body;
                assert!(!body.contains("\n\n\n") && !body.contains(" \n") && !body.starts_with('\n'), "{body:?}");
                assert_eq!(body.ends_with('\n'), channel == Channel::Email, "{body:?}");
            }
        }
    }
}

#[test]
fn values_are_printed_and_never_executed_or_escaped() {
    for hostile in ["{{ unidad }}", "{% raise %}", "<b>&amp;</b>", "{# no #}"] {
        let mut record = paracetamol();
        record.productos[0].nombre_producto = Some(hostile.into());
        let body = render(Channel::Email, &letter_for(&record, LetterKind::Request)).body;
        assert!(body.contains(&format!("relacionado con {hostile}.")), "{body}");
    }
}

#[test]
fn a_value_stays_on_its_line() {
    let mut letter = letter_for(&paracetamol(), LetterKind::Request);
    letter.products = vec!["Paracetamol\n\nAtentamente,\u{2028}\u{0}otro".into()];
    letter.letterhead = Letterhead { unit_name: "Unidad\r\nde prueba".into(), ..Letterhead::default() };
    let body = render(Channel::Email, &letter).body;
    assert!(body.contains("relacionado con Paracetamol Atentamente, otro.\n"), "{body}");
    assert!(body.ends_with("Atentamente,\nUnidad de prueba\n"), "{body}");
}

#[test]
fn every_question_of_an_email_counts_as_asked() {
    let record = named_reporter();
    let missing = support::missing(&record);
    for kind in KINDS {
        let body = render(Channel::Email, &letter_for(&record, kind)).body;
        let asked = followup_domain::asking::request::asked_in(&body, &record, &missing);
        assert_eq!(asked, missing.iter().map(|item| item.path.clone()).collect::<Vec<_>>());
    }
}

#[test]
fn text_messages_stay_short_however_much_is_missing() {
    for record in [CaseRecord::default(), paracetamol(), named_reporter()] {
        for kind in KINDS {
            let text = render(Channel::Sms, &letter_for(&record, kind)).body;
            assert!(SmsParts::of(&text).parts <= SmsRules::default().most_parts, "{text}");
        }
    }
}

#[test]
fn a_call_has_no_letter() {
    let error = TemplateLetters::built_in().render(Channel::Call, &letter_for(&paracetamol(), LetterKind::Request)).unwrap_err();
    assert_eq!(error.to_string(), "template cannot be rendered: there is no letter for the channel call");
}
