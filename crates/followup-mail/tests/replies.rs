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
    let announced = "El lun, 4 mar 2024 a las 10:15, PV (<pv@example.org>) escribió:";
    let answers = "> 1. ¿Número de lote?\nA-123\n> 2. ¿Peso?\n68 kg";
    assert_eq!(split_reply(&format!("{announced}\n{answers}")), (answers.to_owned(), Some(announced.to_owned())));
    let text = "> ¿Lote?\nA-123\n> ¿Peso?\n68 kg";
    let (reply, quoted) = split_reply(&format!("Respondo:\n\nEl 4/3/2024 10:15, PV escribió:\n{text}\n> Gracias\n> Unidad"));
    assert_eq!(reply, format!("Respondo:\n\n{text}"));
    assert_eq!(quoted.as_deref(), Some("El 4/3/2024 10:15, PV escribió:\n\n> Gracias\n> Unidad"));
}

#[test]
fn a_sentence_of_the_reporters_above_a_quote_mark_stays() {
    let text = "El médico escribió:\n> 38 de fiebre\ny desde entonces sigue igual.";
    assert_eq!(split_reply(text), (text.to_owned(), None));
}

#[test]
fn a_quote_between_two_paragraphs_of_the_reporters_is_folded_unless_the_second_may_answer_it() {
    let quote = "El lun, 4 mar 2024 a las 10:15, PV (<pv@example.org>) escribió:\n> Buenos días\n>\n> Unidad de Farmacovigilancia";
    let (reply, quoted) = split_reply(&format!("Buenos días:\n\n{quote}\n\nEl lote es A-123."));
    assert_eq!((reply.as_str(), quoted.as_deref()), ("Buenos días:\n\nEl lote es A-123.", Some(quote)));
    for question in ["> ¿Número de lote?", "> Peso aproximado:", "> - Sexo"] {
        let (reply, _) = split_reply(&format!("Buenos días:\n\n{quote}\n{question}\n\nA-123"));
        assert!(reply.contains(&format!("{question}\n\nA-123")), "{reply}");
    }
}

#[test]
fn a_forwarded_mail_is_shown_without_its_header() {
    let header = "---------- Forwarded message ---------\nDe: Dr. Soto <soto@example.com>\nFecha: lun, 4 mar 2024 a las 10:15\nAsunto: lote\nPara: Ana <ana@example.com>";
    let (reply, quoted) = split_reply(&format!("{header}\n\n\nEl lote es A-123."));
    assert_eq!((reply.as_str(), quoted.as_deref()), ("El lote es A-123.", Some(header)));
}

#[test]
fn a_quote_marked_by_bars_is_folded_and_a_table_is_not() {
    let announced = "2024/3/4 PV <pv@example.org>\n\n";
    assert_folds(&format!("{announced}| ¿Lote?\n|\n| ¿Peso?"));
    let table = format!("Los datos:\n\n{announced}| Lote | A-1 |\n| Peso | 68 |");
    assert_keeps_all(&table);
}

#[test]
fn a_quoted_line_that_was_wrapped_is_no_answer_and_an_answer_below_a_long_question_is_no_wrapped_line() {
    let long = "> Le pedimos que nos diga el número de lote y la fecha de vencimiento,";
    assert_folds(&format!("El 4/3/2024 10:15, PV <pv@example.org> escribió:\n{long}\nque están en la caja\n> Gracias"));
    let (reply, _) =
        split_reply(&format!("El 4/3/2024 10:15, PV <pv@example.org> escribió:\n{}\nno lo sé\n> Gracias", long.replace(',', "")));
    assert!(reply.contains("no lo sé"));
}

#[test]
fn a_warning_that_a_mail_system_put_above_the_mail_is_folded() {
    let warning = "PRECAUCIÓN: Este correo proviene de un remitente externo. No haga clic en enlaces\nni abra archivos adjuntos.";
    let (reply, quoted) = split_reply(&format!("{warning}\n\n{ANSWER}"));
    assert_eq!((reply.as_str(), quoted.as_deref()), (ANSWER, Some(warning)));
    assert_keeps_all("Atención: la paciente empeoró.\n\nEl lote es A-123.");
    assert_keeps_all("Precaución con el uso externo de la crema, dice la caja.\n\nEl lote es A-123.");
}

#[test]
fn what_is_printed_below_the_name_is_folded_and_an_afterthought_is_not() {
    let (reply, quoted) =
        split_reply("El lote es A-123.\n\nSaludos,\nAna Ríos\n\n____________\nFarmacia Sur\n+51 999 888 777\nana@example.com");
    assert_eq!(reply, "El lote es A-123.\n\nSaludos,\nAna Ríos");
    assert!(quoted.is_some_and(|quoted| quoted.contains("999 888 777")));
    assert_eq!(split_reply("Lot A-1.\n\nKind regards,\nJohn Smith\n\nGreen Street Surgery").0, "Lot A-1.\n\nKind regards,\nJohn Smith");
    for afterthought in [
        "P. D.: el paciente es alérgico.",
        "Falleció ayer",
        "Lote A-123",
        "____________\nLote: A-1",
        "____________\nPD: se recuperó",
        "¿Qué más necesitan?",
        "Farmacia Sur",
        "No es alérgica",
    ] {
        assert_keeps_all(&format!("Adjunto.\n\nSaludos,\nAna Ríos\n\n{afterthought}"));
    }
    for afterthought in ["He died yesterday", "Lot A-1", "Weight: low", "PS. recovered", "Recovered fully.", "Any more questions?"] {
        assert_keeps_all(&format!("Attached.\n\nKind regards,\nJohn\n\n{afterthought}"));
    }
}

#[test]
fn legal_notices_are_folded_and_the_reporters_own_words_about_them_are_not() {
    assert_folds(
        "Este mensaje y sus archivos adjuntos son confidenciales y van dirigidos exclusivamente a su destinatario.\nSi lo recibió por error, notifíquelo y elimínelo.",
    );
    assert_folds(
        "AVISO LEGAL: la información es confidencial, exclusiva del destinatario; está prohibida su divulgación.\n\nAntes de imprimir este correo, piense en el medio ambiente.",
    );
    assert_folds(". . . . . . . . . .\n\nFarmacias del Sur S.A.\nwww.example.com");
    assert_keeps_all("Lote A-1.\n\nEste mensaje es confidencial: la paciente no quiere que se divulgue su nombre.");
    assert_keeps_all("Lote A-1.\n\n..........\nPeso 68, véase www.example.com");
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
    let announced = "El lun, 4 mar 2024 a las 10:15, PV (<pv@example.org>) escribió:";
    let quote = format!("{announced}\n> ¿Lote?\n> Gracias");
    let (reply, quoted) = split_reply(&format!("{quote}\n\nEl lote es A-123."));
    assert_eq!((reply, quoted), ("El lote es A-123.".to_owned(), Some(quote.clone())));
    // Answers by number need their questions, and so does one directly below its question.
    for answered in ["> ¿Lote?\n> Gracias\n\n1) A-123\n2) 68 kg", "> ¿Lote?\n\nA-123"] {
        assert_eq!(split_reply(&format!("{announced}\n{answered}")), (answered.to_owned(), Some(announced.to_owned())));
    }
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
