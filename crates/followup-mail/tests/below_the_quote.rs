//! Signatures, notices and feet of lists are folded above and below the quote, and what the reporter wrote in their shapes is not.

#![allow(clippy::unwrap_used)]

use followup_mail::split_reply;

const SIGNATURES: &str = include_str!("variants/signatures.txt");
const NOTICES: &str = include_str!("variants/notices.txt");
const LIST_FEET: &str = include_str!("variants/list_feet.txt");
const OWN_WORDS: &str = include_str!("variants/own_words.txt");

const OWN: &str = "El lote es A-123.";
const GMAIL: &str = "El lun, 4 mar 2024 a las 10:15, PV (<pv@example.org>) escribió:";
const QUOTE: &str = "> Estimada doctora:\n>\n> ¿Nos puede decir el número de lote?\n>\n> Gracias";
const QUESTION: &str = "> Hola\n> ¿Lote?";
const OUTLOOK: &str =
    "De: PV <pv@example.org>\nEnviado el: lunes, 4 de marzo de 2024 10:15\nPara: Dra. Ríos <rios@example.com>\nAsunto: ICSR";

/// The texts of a file.
fn texts(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.trim_end_matches('\n').split("\n%\n")
}

/// A text is folded alone, above a quote and below one.
#[track_caller]
fn assert_folded(below: &str) {
    for mail in [
        format!("{OWN}\n\n{below}"),
        format!("{OWN}\n\n{below}\n\n{GMAIL}\n{QUOTE}"),
        format!("{OWN}\n\n{below}\n\n{OUTLOOK}\n\nHola, ¿lote?"),
        format!("{OWN}\n\n{GMAIL}\n\n{QUOTE}\n\n\n{below}"),
        format!("{OWN}\n\n{GMAIL}\n{QUESTION}\n\n{below}"),
        format!("{GMAIL}\n{QUOTE}\n\n{OWN}\n\n{below}"),
    ] {
        assert_eq!(split_reply(&mail).0, OWN, "\n{mail}");
    }
}

#[test]
fn a_signature_below_a_delimiter_is_folded_wherever_it_stands() {
    texts(SIGNATURES).for_each(assert_folded);
    for signature in texts(SIGNATURES) {
        assert_eq!(split_reply(&format!("{OWN}\n{signature}")).0, OWN, "\n{signature}");
    }
}

#[test]
fn a_notice_of_secrecy_or_of_a_virus_scanner_is_folded_wherever_it_stands() {
    for notice in texts(NOTICES) {
        assert_folded(notice);
        assert_folded(&format!("--\n{notice}"));
        assert_folded(&format!("---\n{notice}"));
        assert_folded(&format!("______________________________\n\n{notice}"));
    }
}

#[test]
fn the_foot_of_a_mailing_list_is_folded_wherever_it_stands() {
    texts(LIST_FEET).for_each(assert_folded);
}

#[test]
fn signs_with_nothing_below_them_are_folded_and_those_that_stand_for_a_value_are_not() {
    for signs in ["--", "-- ", "--\n***\n======", "_____", "* * *", "———", "...........", "--\n\n--", "#####"] {
        assert_folded(signs);
    }
    for own in
        ["Lote:\n--\nCaducidad:\n--", "Dosis:\n---", "Fecha de fin:\n_____", "Respondo.\n+", "Respondo.\n-", "Peso\n...", "Dosis\n---"]
    {
        for mail in [own.to_owned(), format!("{own}\n\n{GMAIL}\n{QUOTE}"), format!("{own}\n\n{OUTLOOK}\n\nHola")] {
            assert_eq!(split_reply(&mail).0, own, "\n{mail}");
        }
    }
}

#[test]
fn what_the_reporter_wrote_is_kept_whatever_it_looks_like() {
    for own in texts(OWN_WORDS) {
        let lines = || own.lines().filter(|line| !line.trim().is_empty());
        for mail in [format!("Hola.\n\n{own}"), format!("Respondo:\n{own}"), format!("Respondo lo que sé.\n{own}\nNada más.")] {
            assert_eq!(split_reply(&mail), (mail.clone(), None), "\n{mail}");
            for quote in [format!("{GMAIL}\n\n{QUOTE}"), format!("{OUTLOOK}\n\nHola, ¿lote?")] {
                assert_eq!(split_reply(&format!("{mail}\n\n{quote}")).0, mail, "\n{mail}");
            }
        }
        for mail in [
            format!("Hola.\n{own}\n{OUTLOOK}\n\nHola, ¿lote?"),
            format!("{GMAIL}\n\n{QUOTE}\n\n{own}"),
            format!("{GMAIL}\n{QUESTION}\n{own}"),
            format!("{GMAIL}\n{QUESTION}\n{own}\n> Gracias"),
            format!("Hola\n\n{GMAIL}\n{QUESTION}\n\n{own}\n\n> ¿Peso?\n60\n> Gracias"),
            format!("El peso es 60 kg.\n\nSaludos,\nAna Ríos\n\n{own}"),
        ] {
            let (reply, _) = split_reply(&mail);
            for line in lines() {
                assert!(reply.lines().any(|kept| kept == line), "{line:?} is lost in\n{mail}\n--> {reply}");
            }
        }
    }
}

#[test]
fn answers_between_a_ruler_and_the_formula_are_no_signature() {
    for own in [
        "Toma esto.\n***\nOmeprazol\n\nSaludos,\nAna Ríos",
        "Respondo.\n--\nOmeprazol\nHospital Central",
        "Toma esto.\n\n----\nOmeprazol\nMetformina\n\nAtentamente,\nDra. Ríos\nTel. 999 888 777",
        "Esto:\n\n_______\nAmoxicilina\nIbuprofeno\n\nSaludos",
        "***\nOmeprazol\n\nSaludos,\nAna Ríos",
        "Lugar\n-----\nHospital Central",
    ] {
        assert_eq!(split_reply(own), (own.to_owned(), None));
        assert_eq!(split_reply(&format!("{own}\n\n{GMAIL}\n{QUOTE}")).0, own);
    }
}

#[test]
fn the_senders_words_right_below_a_mail_systems_warning_stay() {
    for (warning, own) in [
        ("PRECAUCIÓN: correo externo. No haga clic en enlaces.", "No tenemos esos datos."),
        (
            "ATENCIÓN: este correo se originó fuera de la organización. No abra archivos adjuntos\na menos que reconozca al remitente.",
            "Sigue igual.",
        ),
        ("ACHTUNG: Diese E-Mail kommt von einem externen Absender. Keine Links öffnen.", "Nein."),
        ("ATTENTION : cet e-mail provient d'un expéditeur externe. Ne cliquez pas sur les liens.", "Non."),
    ] {
        for gap in ["\n", "\n\n"] {
            let (reply, quoted) = split_reply(&format!("{warning}{gap}{own}"));
            assert_eq!((reply.as_str(), quoted.as_deref()), (own, Some(warning)));
        }
    }
}

#[test]
fn a_letter_or_a_card_below_a_question_is_no_answer_to_it() {
    for own in [
        "Hola:\n\nEl lote es A-123.",
        "Estimados,\n\nPesa 68 kg.\n\nSaludos",
        "Buenas tardes. El lote es A-123.",
        "Dear colleagues,\nLot A-123",
    ] {
        for question in [QUESTION, "> 1. Sexo\n> 2. Lote", "> Lote:"] {
            assert_eq!(split_reply(&format!("{GMAIL}\n{question}\n\n{own}")).0, own, "{question}");
        }
    }
    for card in
        ["Dr. Juan Ríos\nCardiólogo CMP 40111\nTel. 01 555 0100", "Saludos,\nAna Ríos", "Atentamente,\n\nAna Ríos\nHospital Central"]
    {
        assert_eq!(split_reply(&format!("{OWN}\n\n{GMAIL}\n{QUESTION}\n\n{card}")).0, format!("{OWN}\n\n{card}"));
    }
    for answer in ["A-123", "Hospital Central", "Dr. Ríos\nHospital Central", "999 888 777", "No, hola no", "Ana Ríos"] {
        let (reply, _) = split_reply(&format!("Respondo.\n\n{GMAIL}\n{QUESTION}\n\n{answer}"));
        assert!(reply.ends_with(&format!("> ¿Lote?\n\n{answer}")), "{reply}");
    }
}

#[test]
fn a_card_below_a_formula_of_another_language_is_folded_and_below_a_spanish_one_it_is_not() {
    let card = "Main Street Surgery\nPhone: +44 20 5555 0100\nwww.example.com";
    let formulas = [
        "Kind regards,",
        "Mit freundlichen Grüßen",
        "Viele Grüße,",
        "Cordialement,",
        "Cordiali saluti",
        "Met vriendelijke groet,",
        "Pozdrawiam",
    ];
    for formula in formulas {
        let own = format!("Lot A-123.\n\n{formula}\n\nJohn Smith");
        assert_eq!(split_reply(&format!("{own}\n\n{card}")).0, own);
        assert_eq!(split_reply(&format!("{own}\n\n_______________\n{card}")).0, own);
    }
    for formula in ["Saludos,", "Atentamente,", "Atenciosamente,", "Muchas gracias", "Thanks", "Many thanks"] {
        let own = format!("Lot A-123.\n\n{formula}\n\nJohn Smith\n\n{card}");
        assert_eq!(split_reply(&own).0, own);
    }
}
