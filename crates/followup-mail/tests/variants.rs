//! What mail programs write around a quote, client by client and language by language: `variants/` has the texts, one on a line or
//! parted by `%`. A new one is a line.

#![allow(clippy::unwrap_used)]

use followup_mail::split_reply;

const ATTRIBUTIONS: &str = include_str!("variants/attributions.txt");
const ATTRIBUTIONS_ABOVE_MARKS: &str = include_str!("variants/attributions_above_marks.txt");
const HEADERS: &str = include_str!("variants/headers.txt");
const SEPARATORS: &str = include_str!("variants/separators.txt");
const FORWARDS: &str = include_str!("variants/forwards.txt");
const DEVICES: &str = include_str!("variants/devices.txt");

const NAME: &str = "Farmacovigilancia Central";
const ADDRESS: &str = "pv@example.org";
const OWN: &str = "El lote es A-123 y la paciente pesa 68 kg.";
const LETTER: &str = "Estimada doctora:\n\n¿Nos puede decir el número de lote?\n\nGracias";
const GMAIL: &str = "El lun, 4 mar 2024 a las 10:15, PV (<pv@example.org>) escribió:";

fn marked(letter: &str) -> String {
    letter.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// The attributions of a file, with names and addresses.
fn attributions(file: &str) -> Vec<String> {
    let filled = |text: &str| {
        let text = text.replace("{name}", NAME).replace("{address}", ADDRESS).replace("\\n", "\n");
        text.replace("{nbsp}", "\u{a0}").replace("{nnbsp}", "\u{202f}")
    };
    file.lines().map(|line| filled(line.split_once('\t').unwrap().1)).collect()
}

/// The text broken at blanks, so that no line is longer than `width`.
fn wrapped(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split([' ', '\n']) {
        match lines.last_mut().filter(|line| line.chars().count() + word.chars().count() < width) {
            Some(line) => *line = format!("{line} {word}"),
            None => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

/// Nothing but what the reporter wrote is the reply.
#[track_caller]
fn assert_reply(mail: &str, own: &str) {
    assert_eq!(split_reply(mail).0, own, "\n{mail}");
}

#[test]
fn an_attribution_of_any_client_announces_the_quote_below_it() {
    let letter = marked(LETTER);
    for attribution in [attributions(ATTRIBUTIONS), attributions(ATTRIBUTIONS_ABOVE_MARKS)].concat() {
        assert_reply(&format!("{OWN}\n\n{attribution}\n\n{letter}"), OWN);
        assert_reply(&format!("{OWN}\n{attribution}\n{letter}"), OWN);
        assert_reply(&format!("{OWN}\n\n \u{a0} {attribution} \u{a0}\n{letter}"), OWN);
        assert_reply(&format!("{attribution}\n{letter}\n\n{OWN}"), OWN);
    }
}

#[test]
fn an_attribution_with_its_address_announces_a_quote_without_marks() {
    for attribution in attributions(ATTRIBUTIONS) {
        assert_reply(&format!("{OWN}\n\n{attribution}\n\n{LETTER}"), OWN);
        assert_reply(&format!("{OWN}\n{attribution}\n{LETTER}"), OWN);
    }
}

#[test]
fn an_attribution_may_be_wrapped_anywhere() {
    for attribution in attributions(ATTRIBUTIONS).iter().filter(|text| !text.starts_with(">>>")) {
        for width in [36, 48, 60, 72] {
            let attribution = wrapped(attribution, width);
            assert_reply(&format!("{OWN}\n\n{attribution}\n\n{}", marked(LETTER)), OWN);
            assert_reply(&format!("{OWN}\n\n{attribution}\n\n{LETTER}"), OWN);
        }
    }
}

#[test]
fn an_attribution_that_begins_with_its_date_is_told_from_the_words_before_it_and_behind_it() {
    let spanish = ["es gmail", "es gmail-419", "es gmail-android", "es apple", "es yahoo", "en gmail", "en apple", "pt gmail", "fr gmail"];
    for line in ATTRIBUTIONS.lines().filter(|line| spanish.contains(&line.split_once('\t').unwrap().0)) {
        for attribution in attributions(line) {
            assert_reply(&format!("{OWN} {attribution}\n{}", marked(LETTER)), OWN);
            assert_reply(&format!("{OWN}\n\n  {attribution}   Estimada doctora:\n\n\n¿Lote?"), OWN);
            assert_reply(&format!("{OWN}\n\n{attribution}> Estimada doctora:\n> ¿Lote?"), OWN);
        }
    }
}

#[test]
fn an_address_on_lines_of_its_own_belongs_to_the_attribution() {
    for verb in ["wrote:", "escribió:", "a écrit :"] {
        let head = "On Tue, 13 Oct 2026 at 08:20 PV";
        assert_reply(&format!("{OWN}\n\n{head}\n\n<\nmailto:PV <{ADDRESS}>\n> {verb}\n\n\n{LETTER}"), OWN);
        assert_reply(&format!("{OWN}\n\n{head} <{ADDRESS}<\nmailto:{ADDRESS}>> {verb}\n{LETTER}"), OWN);
    }
}

/// Sender, date, recipient, copy and subject, as a client names them.
fn headers() -> Vec<Vec<&'static str>> {
    HEADERS.lines().map(|line| line.split('\t').skip(1).collect()).collect()
}

#[test]
fn a_header_block_in_any_language_announces_the_quote_below_it() {
    for labels in headers() {
        let [from, sent, to, copy, subject, date] = labels[..] else { panic!("{labels:?}") };
        let sender = format!("{from}: {NAME} <{ADDRESS}>");
        let block = format!("{sender}\n{sent}: {date}\n{to}: Dra. Ríos <rios@example.com>\n{subject}: Re: ICSR");
        assert_reply(&format!("{OWN}\n\n{block}\n\n{LETTER}"), OWN);
        assert_reply(&format!("{OWN}\n{block}\n{LETTER}"), OWN);
        assert_reply(&format!("{OWN}\n\n{}\n\n{LETTER}", block.replace('\n', "\n\n")), OWN);
        assert_reply(&format!("{OWN}\n\n________________________________\n{block}\n\n{LETTER}"), OWN);
        assert_reply(&format!("{OWN}\n\n{}\n\n{LETTER}", block.replace(": ", " : ")), OWN);
        let copied = format!("{block}\n{copy}: a@example.com; b@example.com");
        let bold: Vec<String> =
            copied.lines().map(|line| line.split_once(':').unwrap()).map(|(name, rest)| format!("**{name}:**{rest}")).collect();
        assert_reply(&format!("{OWN}\n\n{}\n\n{LETTER}", bold.join("\n")), OWN);
        // Two of the labels are enough when they say from which address and when.
        assert_reply(&format!("{OWN}\n\n{sender}\n{sent}: {date}\n\n{LETTER}"), OWN);
        assert_reply(&format!("{OWN}\n\n{}", marked(&format!("{block}\n\n{LETTER}"))), OWN);
    }
}

#[test]
fn the_reporters_own_labels_above_a_header_block_stay_the_reporters() {
    for labels in headers() {
        let [from, sent, to, _, subject, date] = labels[..] else { panic!("{labels:?}") };
        let block = format!("{from}: {NAME} <{ADDRESS}>\n{sent}: {date}\n{to}: Dra. Ríos <rios@example.com>\n{subject}: Re: ICSR");
        for own in [
            "Le copio la nota.\nAsunto: alergia\nFecha: 9 de octubre de 2026\nSe le dio clorfenamina.",
            "Motivo: control\nFecha: 9/10/2026\nPara: hipertensión\nAsunto: alergia",
            &format!("Datos:\n\n{sent}: 9 de octubre de 2026\n{subject}: alergia a penicilina"),
            "Asunto: alergia",
        ] {
            assert_reply(&format!("{own}\n\n{block}\n\n{LETTER}"), own);
        }
        let own = "Motivo: control\nFecha: 9/10/2026\nPara: hipertensión\nAsunto: alergia";
        assert_reply(&format!("{own}\n{block}\n\n{LETTER}"), own);
    }
}

#[test]
fn words_between_dashes_part_the_quote_from_the_reply() {
    for separator in SEPARATORS.lines() {
        let header = format!("From: {NAME} <{ADDRESS}>\nDate: 13/10/26 08:20 (GMT+01:00)\nTo: rios@example.com\nSubject: Re: ICSR");
        assert_reply(&format!("{OWN}\n\n{separator}\n\n{LETTER}"), OWN);
        assert_reply(&format!("{OWN}\n\n{separator}\n{header}\n\n{LETTER}"), OWN);
        assert_reply(&format!("{OWN}\n\n{separator}{}\n{LETTER}", header.replace('\n', " ")), OWN);
        assert_reply(&format!("{OWN}\n\n{separator}\n{}", marked(&format!("{header}\n\n{LETTER}"))), OWN);
    }
}

#[test]
fn a_forward_is_folded_unless_the_sender_says_that_it_is_the_answer() {
    for forward in FORWARDS.lines() {
        let mail = format!(
            "{forward}\n\nFrom: {NAME} <{ADDRESS}>\nSubject: Lote\nDate: October 13, 2026 at 8:20:12 AM GMT-5\nTo: rios@example.com\n\nEl lote es A-123"
        );
        assert_reply(&format!("Ya respondí ayer.\n\n{mail}"), "Ya respondí ayer.");
        let answer = format!("Le reenvío lo que dice el laboratorio.\n\n{mail}");
        assert_reply(&answer, &answer);
    }
}

#[test]
fn what_stands_below_the_end_of_a_forwarded_mail_is_the_senders() {
    for end in ["---------- Fin del mensaje ----------", "-------- End of forwarded message --------", "--- Fim da mensagem ---"] {
        let mail = format!(
            "Hola.\n\n---------- Mensaje reenviado ----------\nDe: Lab <lab@example.com>\nAsunto: Lote\n\nEl lote es A-123\n{end}\n\nPesa 52 kg."
        );
        assert!(split_reply(&mail).0.ends_with("Pesa 52 kg."), "{end}");
    }
}

#[test]
fn a_line_of_a_device_or_a_program_is_folded_wherever_it_stands() {
    for device in DEVICES.lines() {
        assert_reply(&format!("{OWN}\n\n{device}"), OWN);
        assert_reply(&format!("{OWN}\n{device}"), OWN);
        assert_reply(&format!("{OWN}\n\n-- \n{device}"), OWN);
        assert_reply(&format!("{OWN}\n\n_{device}_"), OWN);
        assert_reply(&format!("{OWN}\n\n{device}\n\n{GMAIL}\n{}", marked(LETTER)), OWN);
        assert_reply(&format!("{OWN}\n\n{GMAIL}\n\n{}\n\n{device}", marked(LETTER)), OWN);
    }
}

#[test]
fn a_device_line_that_was_wrapped_is_folded() {
    let device = "-- \nEnviado desde mi dispositivo Android con K-9 Mail. Por favor, disculpa mi\nbrevedad.";
    assert_reply(&format!("{OWN}\n{device}"), OWN);
}

#[test]
fn a_link_that_lost_its_quote_mark_is_part_of_the_quote_and_a_link_of_the_senders_is_not() {
    let quote = |torn: &str| format!("{OWN}\n\n{GMAIL}\n\n> Formulario:\n>\n{torn}\n> Gracias\n>");
    for torn in [
        " (https://example.org/f/8zK2) >",
        "<https://example.org/f>",
        "<mailto:pv@example.org>",
        "<https://a.example/> | <https://b.example/>",
        "[image: logo]",
    ] {
        assert_reply(&quote(torn), OWN);
    }
    let link = "https://example.com/informe.pdf";
    assert!(split_reply(&quote(link)).0.ends_with(link));
}

#[test]
fn where_a_desk_asks_for_the_reply_above_a_line_it_ends() {
    for line in [
        "##- Por favor, escriba su respuesta por encima de esta línea -##",
        "##- Please type your reply above this line -##",
        "--- Responda acima desta linha ---",
    ] {
        assert_reply(&format!("{OWN}\n\n{line}\n\n{LETTER}"), OWN);
    }
}
