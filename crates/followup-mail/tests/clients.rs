//! Answers as the mail programs of reporters send them: what the reporter wrote is kept, what he quotes is folded.
#![allow(clippy::unwrap_used)]

use followup_mail::split_reply;

/// The letter that is quoted, with quote marks where the program sets them.
const LETTER: &str = "Estimada Dra. Rojas:\n\nPara completar el reporte ICSR #123 necesitamos:\n\nINFORMACIÓN DEL PACIENTE\n1. Peso aproximado\n2. Número de lote\n\nMuchas gracias.";

fn marked(letter: &str) -> String {
    letter.lines().map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") }).collect::<Vec<_>>().join("\n")
}

const ANSWER: &str = "Buenas tardes:\n\nEl peso es 68 kg y el lote A-123.\n\nSaludos,\nDra. Rojas";

fn kept_apart(client: &str, own: &str, below: &str) {
    let text = format!("{own}\n\n{below}");
    let (reply, quoted) = split_reply(&text);
    assert!(reply.contains(ANSWER), "{client}: words were lost: {reply:?}");
    let quoted = quoted.unwrap_or_default();
    assert!(!reply.contains("Peso aproximado"), "{client}: the letter was not folded: {reply}");
    assert!(quoted.contains("Peso aproximado"), "{client}: the quote is gone: {quoted}");
}

#[test]
fn quotes_with_marks_are_folded() {
    let announcements = [
        ("Gmail es", "El mié, 18 nov 2026 a las 9:15, Farmacovigilancia (<fv@example.org>) escribió:"),
        ("Gmail es, wrapped", "El mié, 18 nov 2026 a las 9:15, Unidad de Farmacovigilancia del Perú (<\nfv@example.org>) escribió:"),
        ("Gmail Android es", "El mié., 18 de nov. de 2026 9:15 a. m., Farmacovigilancia <fv@example.org>\nescribió:"),
        ("Gmail es-419", "El mié, 18 nov 2026 a la(s) 9:15 a.m., Farmacovigilancia (fv@example.org)\nescribió:"),
        ("Apple Mail es", "El 18 nov 2026, a las 9:15, Farmacovigilancia <fv@example.org> escribió:"),
        ("iPhone es", "El 18 nov. 2026, a la(s) 9:15\u{202f}a.\u{a0}m., Farmacovigilancia <fv@example.org> escribió:\n"),
        ("Thunderbird es", "El 18/11/2026 a las 9:15, Farmacovigilancia escribió:"),
        ("Yahoo es", "El miércoles, 18 de noviembre de 2026, 09:15:12 a. m. GMT-5, Farmacovigilancia <fv@example.org> escribió:\n"),
        ("Gmail pt", "Em qua., 18 de nov. de 2026 às 09:15, Farmacovigilância <fv@example.org>\nescreveu:"),
        ("Apple Mail pt", "Em 18 de nov. de 2026, à(s) 09:15, Farmacovigilância <fv@example.org> escreveu:\n"),
        ("Thunderbird pt", "Em 18/11/2026 09:15, Farmacovigilância escreveu:"),
        ("Gmail en", "On Wed, Nov 18, 2026 at 9:15 AM Pharmacovigilance <fv@example.org> wrote:"),
        ("Apple Mail en", "On 18 Nov 2026, at 09:15, Pharmacovigilance <fv@example.org> wrote:\n"),
        ("Thunderbird en", "On 11/18/26 09:15, Pharmacovigilance wrote:"),
        (
            "Zimbra es",
            "----- Mensaje original -----\n> De: \"Farmacovigilancia\" <fv@example.org>\n> Para: \"Dra. Rojas\" <rojas@example.net>\n> Enviados: Miércoles, 18 de Noviembre 2026 9:15:12\n> Asunto: Solicitud de información - ICSR #123",
        ),
    ];
    for (client, announcement) in announcements {
        kept_apart(client, ANSWER, &format!("{announcement}\n{}", marked(LETTER)));
    }
}

#[test]
fn quotes_without_marks_are_folded() {
    let announcements = [
        (
            "Outlook es",
            "De: Farmacovigilancia <fv@example.org>\nEnviado el: miércoles, 18 de noviembre de 2026 09:15\nPara: Dra. Rojas <rojas@example.net>\nAsunto: Solicitud de información - ICSR #123",
        ),
        (
            "Outlook es, with CC",
            "De: Farmacovigilancia [mailto:fv@example.org]\nEnviado el: miércoles, 18 de noviembre de 2026 9:15 a. m.\nPara: rojas@example.net\nCC: jefa@example.net\nAsunto: Solicitud de información\nImportancia: Alta",
        ),
        (
            "Outlook web es",
            "________________________________\nDe: Farmacovigilancia <fv@example.org>\nEnviado: miércoles, 18 de noviembre de 2026 09:15\nPara: Dra. Rojas <rojas@example.net>\nAsunto: Solicitud de información",
        ),
        (
            "Outlook iOS es",
            "Obtener Outlook para iOS<https://aka.ms/o0ukef>\n________________________________\nDe: Farmacovigilancia <fv@example.org>\nEnviado: Wednesday, November 18, 2026 9:15:12 AM\nPara: Dra. Rojas <rojas@example.net>\nAsunto: Solicitud de información",
        ),
        (
            "Outlook, bold labels",
            "*De:* Farmacovigilancia <fv@example.org>\n*Enviado el:* miércoles, 18 de noviembre de 2026 09:15\n*Para:* rojas@example.net\n*Asunto:* Solicitud de información",
        ),
        (
            "Samsung es",
            "Enviado desde mi dispositivo Samsung Galaxy\n\n\n-------- Mensaje original --------\nDe: Farmacovigilancia <fv@example.org>\nFecha: 18/11/26  9:15  (GMT-05:00)\nPara: rojas@example.net\nAsunto: Solicitud de información",
        ),
        (
            "Yahoo es, no marks",
            "    El miércoles, 18 de noviembre de 2026, 09:15:12 a. m. GMT-5, Farmacovigilancia <fv@example.org> escribió:  ",
        ),
        (
            "Yahoo Android es",
            "Enviado desde Yahoo Mail para Android \n \n  El mié, 18 de nov. de 2026 a la(s) 9:15 a. m., Farmacovigilancia<fv@example.org> escribió:  ",
        ),
        (
            "Outlook pt",
            "De: Farmacovigilância <fv@example.org>\nEnviada em: quarta-feira, 18 de novembro de 2026 09:15\nPara: rojas@example.net\nAssunto: Solicitação de informações",
        ),
        (
            "Samsung pt",
            "-------- Mensagem original --------\nDe: Farmacovigilância <fv@example.org>\nData: 18/11/26 09:15 (GMT-03:00)\nPara: rojas@example.net\nAssunto: Solicitação",
        ),
        (
            "Outlook en",
            "From: Pharmacovigilance <fv@example.org>\nSent: Wednesday, November 18, 2026 9:15 AM\nTo: rojas@example.net\nSubject: Request for information",
        ),
        (
            "Outlook express es",
            "----- Original Message ----- \nFrom: Farmacovigilancia\nTo: rojas@example.net\nSent: Wednesday, November 18, 2026 9:15 AM\nSubject: Solicitud",
        ),
        (
            "HCL Notes",
            "From: \"Farmacovigilancia\" <fv@example.org>\nTo: rojas@example.net\nDate: 18/11/2026 09:15\nSubject: Solicitud de información",
        ),
        ("GroupWise", ">>> Farmacovigilancia <fv@example.org> 18/11/2026 9:15 >>>"),
        ("Roundcube es", "El 2026-11-18 09:15, Farmacovigilancia <fv@example.org> escribió:"),
        ("GMX de", "Farmacovigilancia schrieb am Mi. 18. November 2026 um 09:15:"),
        (
            "Proton",
            "------- Original Message -------\nOn Wednesday, November 18th, 2026 at 9:15 AM, Farmacovigilancia <fv@example.org> wrote:",
        ),
        (
            "Huawei",
            "-------- Mensaje original --------\nDe: Farmacovigilancia <fv@example.org>\nFecha: mié., 18 nov. 2026, 9:15 a. m.\nPara: rojas@example.net\nAsunto: Solicitud",
        ),
    ];
    for (client, announcement) in announcements {
        kept_apart(client, ANSWER, &format!("{announcement}\n\n{LETTER}"));
    }
}

#[test]
fn what_looks_like_a_quote_and_is_none_is_kept_whole() {
    let own = [
        "El paciente escribió: me siento muy mal desde el lunes.\nPeso 68 kg.",
        "Datos:\nDe: Laboratorio Andino\nLote: A-123\nFecha: 12/03/2026\nDosis: 10 mg",
        "El 12/03/2026 a las 9:15 la paciente refirió:\nnáuseas y mareos.\nEl lote es A-123.",
        "Temperatura:\n> 38 °C durante dos días",
        "Presión\n> 140/90\nEl lote es A-123",
        "Resumen\n---\nPeso: 68 kg\n---\nLote: A-123",
        "Hola\n--\nLote A-123\nPeso 68 kg\nInicio 3 de marzo, fin 9 de marzo, la paciente se recuperó del todo",
        "On 12 March the patient wrote:\nI feel sick.\nBatch A-123",
        "Fecha de inicio: 3 de marzo\nFecha de fin: 9 de marzo\nPara: hipertensión\nDe: 10 mg",
        "1. 68 kg\n2. A-123",
        "Enviado el: 3 de marzo el frasco al laboratorio\nLote A-123",
        "From: 3 March\nTo: 9 March\nBatch A-123",
        "_______________\nPeso: 68 kg\nLote: A-123",
        "Le adjunto el informe.\n\n***\n\nEl lote es A-123",
    ];
    for text in own {
        let (reply, quoted) = split_reply(text);
        assert_eq!((reply.as_str(), quoted), (text, None));
    }
}

#[test]
fn answers_inside_the_quoted_questions_survive_with_their_questions() {
    let quoted = marked(LETTER)
        .replace("> 1. Peso aproximado", "> 1. Peso aproximado\n68 kg")
        .replace("> 2. Número de lote", "> 2. Número de lote\nA-123");
    let text = format!("El mié, 18 nov 2026 a las 9:15, Farmacovigilancia (<fv@example.org>) escribió:\n{quoted}");
    let (reply, _) = split_reply(&text);
    for (question, answer) in [("Peso aproximado", "68 kg"), ("Número de lote", "A-123")] {
        let question = reply.find(question).unwrap_or_else(|| panic!("the question {question} is gone: {reply}"));
        let answer = reply.find(answer).unwrap();
        assert!(question < answer, "{reply}");
    }
    assert!(reply.find("68 kg").unwrap() < reply.find("Número de lote").unwrap(), "each answer stands below its own question: {reply}");
}

#[test]
fn answers_in_the_same_line_as_the_quoted_question_survive() {
    let quoted = marked(LETTER)
        .replace("> 1. Peso aproximado", "> 1. Peso aproximado: 68 kg")
        .replace("> 2. Número de lote", "> 2. Número de lote A-123");
    let text = format!("Respondo abajo.\n\nEl mié, 18 nov 2026 a las 9:15, Farmacovigilancia (<fv@example.org>) escribió:\n{quoted}");
    let (reply, _) = split_reply(&text);
    assert!(reply.contains("68 kg") && reply.contains("A-123"), "{reply}");
}

#[test]
fn an_answer_below_the_quote_is_kept() {
    let text = format!("El 18/11/2026 a las 9:15, Farmacovigilancia escribió:\n{}\n\n{ANSWER}\n", marked(LETTER));
    let (reply, _) = split_reply(&text);
    assert!(reply.contains(ANSWER), "{reply}");
}
