//! What the reporter wrote is separated from what is quoted, as each mail program quotes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use followup_mail::split_reply;
use proptest::prelude::*;

const ANSWER: &str = "Buenos días:\n\nEl lote es A-123 y la paciente pesa 68 kg.\nSaludos,\nDra. Ríos\nCel. 999 888 777";

fn assert_folds(quote: &str) {
    let text = format!("{ANSWER}\n\n{quote}");
    let (reply, quoted) = split_reply(&text);
    assert_eq!(reply, ANSWER, "{quote}");
    assert_eq!(quoted.as_deref(), Some(quote));
}

fn assert_keeps_all(text: &str) {
    assert_eq!(split_reply(text), (text.to_owned(), None));
}

#[test]
fn gmail() {
    assert_folds("El lun, 4 mar 2024 a las 10:15, Farmacovigilancia (<pv@example.org>) escribió:\n\n> ¿Número de lote?\n> ¿Peso?");
    assert_folds("El lun, 4 mar 2024 a las 10:15, Unidad de Farmacovigilancia y Seguridad\n(<pv@example.org>) escribió:\n\n> ¿Lote?");
    assert_folds("On Mon, Mar 4, 2024 at 10:15 AM Pharmacovigilance <pv@example.org> wrote:\n\n> Lot number?");
    assert_folds("Em seg., 4 de mar. de 2024 às 10:15, Farmacovigilância <pv@example.org>\nescreveu:\n\n> Qual o lote?");
    assert_folds("Le lun. 4 mars 2024 à 10:15, PV <pv@example.org> a écrit :\n\n> Numéro de lot ?");
    assert_folds("Am Mo., 4. März 2024 um 10:15 Uhr schrieb PV <pv@example.org>:\n\n> Charge?");
}

#[test]
fn apple_mail() {
    assert_folds("> El 4 mar 2024, a las 10:15, Farmacovigilancia <pv@example.org> escribió:\n> \n> ¿Lote?");
    assert_folds("Enviado desde mi iPhone\n\n> El 4 mar 2024, a la(s) 10:15, PV <pv@example.org> escribió:\n> \n> ¿Lote?");
    assert_folds("El 4 mar 2024, a las 10:15 a. m., PV <pv@example.org> escribió:\n\n¿Lote?\n¿Peso?");
}

#[test]
fn outlook() {
    assert_folds(
        "De: Farmacovigilancia <pv@example.org>\nEnviado el: lunes, 4 de marzo de 2024 10:15\nPara: Dra. Ríos <rios@example.com>\nAsunto: ICSR #123\n\n¿Lote?\n¿Peso?",
    );
    assert_folds(
        "________________________________\nDe: PV <pv@example.org>\nEnviado: lunes, 4 de marzo de 2024 10:15\nPara: rios@example.com\nAsunto: ICSR\n\n¿Lote?",
    );
    assert_folds(
        "-----Mensaje original-----\nDe: PV [mailto:pv@example.org]\nEnviado el: lunes, 4 de marzo de 2024 10:15\nPara: x\nAsunto: y\n\n¿Lote?",
    );
    assert_folds(
        "Obtener Outlook para Android<https://example.net/x>\n________________________________\nFrom: PV <pv@example.org>\nSent: Monday, March 4, 2024 10:15:00 AM\nTo: x <x@example.com>\nSubject: ICSR\n\nLot?",
    );
    assert_folds("*De:* PV <pv@example.org>\n*Enviado:* lunes, 4 de marzo de 2024 10:15\n*Para:* x\n*Asunto:* y\n\n¿Lote?");
    assert_folds("De: PV <pv@example.org>\nEnviada em: segunda-feira, 4 de março de 2024 10:15\nPara: x\nAssunto: y\n\nLote?");
}

#[test]
fn yahoo_thunderbird_and_samsung() {
    assert_folds("    El lunes, 4 de marzo de 2024, 10:15:00 GMT-5, PV <pv@example.org> escribió:  \n \n ¿Lote?");
    assert_folds("El 04/03/2024 a las 10:15, PV escribió:\n> ¿Lote?");
    assert_folds(
        "-------- Mensaje original --------\nDe: PV <pv@example.org>\nFecha: 4/3/24 10:15 (GMT-05:00)\nPara: x\nAsunto: y\n\n¿Lote?",
    );
    assert_folds("Enviado desde mi dispositivo Samsung Galaxy\n\n-------- Mensaje original --------De: PV Fecha: 4/3/24 Asunto: y\n¿Lote?");
}

#[test]
fn skin_and_colours_are_no_answers_inside_the_quote() {
    let own = "Tiene ronchas en el cuerpo, muy enrojecidas, y lo compró en línea.";
    assert_eq!(split_reply(&format!("{own}\n\nEl lun, 4 mar 2024 a las 10:15, PV <pv@example.org> escribió:\n> ¿Lote?")).0, own);
}

#[test]
fn signatures_that_programs_mark_are_folded() {
    assert_folds("-- \nHospital Central\nServicio de Farmacia");
    assert_folds("Enviado desde Outlook para Android");
    assert_folds("Sent from my iPhone");
}

#[test]
fn answers_inside_the_quoted_questions_keep_their_questions() {
    assert_keeps_all("El lun, 4 mar 2024 a las 10:15, PV (<pv@example.org>) escribió:\n> 1. ¿Número de lote?\nA-123\n> 2. ¿Peso?\n68 kg");
    let text = "Respondo:\n\nEl 4/3/2024 10:15, PV escribió:\n> ¿Lote?\nA-123\n> ¿Peso?\n68 kg";
    assert_keeps_all(text);
    let (reply, quoted) = split_reply(&format!("{text}\n> Gracias\n> Unidad"));
    assert_eq!((reply.as_str(), quoted.as_deref()), (text, Some("> Gracias\n> Unidad")));
}

#[test]
fn answers_in_the_quoted_lines_survive_when_the_sender_says_so() {
    assert_keeps_all("Respuestas en azul.\n\nEl lun, 4 mar 2024 a las 10:15, PV (<pv@example.org>) escribió:\n> ¿Lote? A-123");
    assert_keeps_all(
        "Estimados, respondo abajo en rojo.\n\nDe: PV <pv@example.org>\nEnviado: lunes, 4 de marzo de 2024 10:15\nPara: x\nAsunto: y\n\n¿Lote? A-123",
    );
}

#[test]
fn an_answer_below_the_quote_is_the_reply() {
    let quote = "El lun, 4 mar 2024 a las 10:15, PV (<pv@example.org>) escribió:\n> ¿Lote?";
    let (reply, quoted) = split_reply(&format!("{quote}\n\nEl lote es A-123."));
    assert_eq!((reply.as_str(), quoted.as_deref()), ("El lote es A-123.", Some(quote)));
    // Answers by number need their questions.
    assert_keeps_all(&format!("{quote}\n\n1) A-123\n2) 68 kg"));
}

#[test]
fn the_reporters_own_words_are_never_taken_for_a_quote() {
    for text in [
        "El médico escribió:\nsuspender el medicamento desde el 4 de marzo de 2024.",
        "El 4 de marzo de 2024 el médico indicó:\nsuspender.",
        "El paciente tomó 2 tabletas a las 10:15 el 4 de marzo de 2024:\nuna con agua\notra con leche",
        "Fecha: 3 de marzo\nPara: dolor de cabeza\nDosis: 500 mg",
        "Datos:\nDe: 68 kg a 60 kg\nPara: hipertensión\nLote: 12",
        "Nombre: ____________\nLote: A-1\n____________________\nSaludos",
        "Primera parte\n--\nSegunda parte\n\na\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no\np",
        "Enviado desde la farmacia de turno el lote A-1",
        "Le mando la foto.\nEnviado vía WhatsApp también el lote A-1",
        "I stopped it.\nFrom my doctor: no more tablets",
        "I stopped it.\nSent from the pharmacy, lot A-1",
        "> 38 °C de fiebre\ny vómitos",
        "Mi correo es rios@example.com, escríbame:\npor la tarde",
    ] {
        assert_keeps_all(text);
    }
}

#[test]
fn own_words_just_above_an_attribution_stay_with_the_reply() {
    let quote = "El lun, 4 mar 2024 a las 10:15, PV <pv@example.org> escribió:\n\n> ¿Lote?";
    for own in ["El paciente sigue igual.", "El paciente sigue igual", "Gracias", "El 3 de marzo de 2024 a las 10:15 tomó la última dosis."]
    {
        let (reply, _) = split_reply(&format!("{own}\n{quote}"));
        assert!(reply.contains(own), "{own}: {reply}");
    }
}

#[test]
fn a_mail_that_is_all_quote_stays_whole() {
    assert_keeps_all("> ¿Lote?\n> ¿Peso?");
    assert_keeps_all("De: PV <pv@example.org>\nEnviado: lunes, 4 de marzo de 2024\nPara: x\nAsunto: y\n\nA-123");
    assert_keeps_all("Enviado desde mi iPhone");
    assert_keeps_all("");
}

fn visible_lines(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines.sort_unstable();
    lines
}

/// Lines of the kinds that the rules look at, in any order.
fn mail_like_text() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("El lun, 4 mar 2024 a las 10:15, X <x@example.com> escribió:".to_owned()),
        Just("escribió:".to_owned()),
        Just("De: X <x@example.com>".to_owned()),
        Just("Enviado: lunes, 4 de marzo de 2024".to_owned()),
        Just("Asunto: y".to_owned()),
        Just("-----Mensaje original-----".to_owned()),
        Just("________________________________".to_owned()),
        Just("-- ".to_owned()),
        Just("Enviado desde mi iPhone".to_owned()),
        Just(String::new()),
        "> [a-z ]{0,9}",
        "[a-z0-9 ]{1,12}",
        any::<String>().prop_map(|text| text.replace(['\r', '\n'], " ")),
    ];
    prop::collection::vec(line, 0..40).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn reply_and_quote_together_lose_nothing(text in mail_like_text()) {
        let (reply, quoted) = split_reply(&text);
        let both = format!("{reply}\n{}", quoted.unwrap_or_default());
        prop_assert_eq!(visible_lines(&both), visible_lines(&text));
    }

    #[test]
    fn a_reply_is_never_empty(text in mail_like_text()) {
        let (reply, _) = split_reply(&text);
        prop_assert!(text.trim().is_empty() || !reply.trim().is_empty());
    }

    #[test]
    fn plain_words_above_any_quote_stay_in_the_reply(words in "[A-Z][a-z ]{1,60}[.]", quote in mail_like_text()) {
        let (reply, _) = split_reply(&format!("{words}\n\n{quote}"));
        prop_assert!(reply.contains(words.trim()));
    }
}
