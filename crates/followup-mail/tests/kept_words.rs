//! What reporters write in the shapes of signatures, notices, warnings and headers stays theirs, with and without a quote.

#![allow(clippy::unwrap_used)]

use followup_domain::mail::inbound::MailReader;
use followup_mail::{MimeReader, split_reply, split_reply_knowing};

const LETTER: &str = "Estimada Dra. Rojas:\n\nPara completar el reporte necesitamos:\n- Sexo\n- Peso aproximado\n- Número de lote\n- Evolución del paciente\n\nMuchas gracias.";
const GMAIL: &str = "El mié, 18 nov 2026 a las 9:15, Farmacovigilancia (<fv@example.org>) escribió:";
const OUTLOOK: &str = "De: Farmacovigilancia <fv@example.org>\nEnviado el: miércoles, 18 de noviembre de 2026 09:15\nPara: Dra. Rojas <rojas@example.net>\nAsunto: Solicitud de información";

const SIGNATURE: &[&str] = &["-- ", "Dra. Ana Ruiz", "Hospital X"];

fn marked(letter: &str) -> String {
    letter.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Every line of the text is in the reply: of the text alone, above and below a quote with marks, and above one without.
fn assert_kept(own: &str) {
    assert_eq!(split_reply(own), (own.to_owned(), None), "alone");
    let gmail = format!("{GMAIL}\n\n{}", marked(LETTER));
    let outlook = format!("{OUTLOOK}\n\n{LETTER}");
    for mail in [format!("{own}\n\n{gmail}"), format!("{own}\n\n{outlook}"), format!("{gmail}\n\n{own}")] {
        for (reply, _) in [split_reply(&mail), split_reply_knowing(&mail, LETTER)] {
            // A signature above a quote may be folded; a postscript below it not.
            for line in own.lines().filter(|line| !SIGNATURE.contains(line) && !line.is_empty()) {
                assert!(reply.lines().any(|kept| kept == line), "{line:?} of {own:?} is lost in\n{mail}\n--> {reply}");
            }
        }
    }
}

fn assert_all_kept(texts: &[&str]) {
    texts.iter().for_each(|own| assert_kept(own));
}

#[test]
fn sentences_that_begin_like_a_notice() {
    assert_all_kept(&[
        "Lote 1.\n\nEste correo es para notificar que en la endoscopia se vieron lesiones violáceas en el esófago.",
        "Esta comunicación es para notificar que por error se administró el doble de dosis y la colonoscopia fue normal.",
        "Este mensaje va dirigido a notificar el fallecimiento; adjunto copia del informe.",
        "This email is to notify that the recipient of the transfusion had violaceous lesions.",
        "Antes de imprimir el informe, sepan que la paciente falleció.",
        "Este correo es confidencial: la paciente, destinataria de la transfusión, pide eliminar el correo; se borrará.",
    ]);
}

#[test]
fn labelled_data_that_look_like_a_header() {
    assert_all_kept(&[
        "De: 01/03/2024\nA: 10/03/2024\nFecha: 05/03/2024, erupción\nLa paciente falleció",
        "From: 1 March 2024\nTo: 10 March 2024\nDate: 5 March 2024 10:15, rash\nThe patient died",
        "De: Cirugía\nPara: Medicina Interna\nFecha: 05/03/2024\nAsunto: erupción\nSe recuperó.",
        "De: Cirugía\nPara: Medicina Interna\nFecha: lunes 05/03/2024 10:15\nAsunto: erupción\nSe recuperó.",
        "Datos:\n-----------\nDe: 01/03/2024\nFecha: 05/03/2024\nEvolución: falleció",
    ]);
}

#[test]
fn dashes_between_the_answers() {
    assert_all_kept(&[
        "Respondo:\n--\nLote: A123\nCaducidad: 05/2025\n--\nEvolución: falleció\n\nSaludos",
        "The answers:\n—\nBatch A123\nOutcome: died",
        "Respondo:\n--\nse encuentra bien",
        "Gracias.\n-- \nDra. Ana Ruiz\nHospital X\n\nPD: la paciente falleció ayer.",
        "Gracias.\n-- \nDra. Ana Ruiz\nHospital X\n\nOlvidé decirles que come bien.",
    ]);
}

#[test]
fn sentences_that_end_like_an_attribution() {
    assert_all_kept(&[
        "El 12/03/2024 a las 10:15 la enfermera escribió:\nPaciente con disnea y fiebre, lote A123",
        "El 12 de marzo de 2024 a las 10:15 recibimos de farmacia@hosp.example estos datos:\nLote A123, caducidad 05/2025",
        "El reportante (Dr. Gil <gil@hosp.example>), el 12/03/2024 10:15, escribió:\nLote A123. Falleció.",
        "El 12/03/2024 usted escribió:\nfalta el lote.\nEs A123.",
        "Hola.\n\nLa Dra. Gil <gil@hosp.example> escribió el 12/03/2024 a las 10:15:\nLote A123. Falleció.",
        "Lote A123.\n\nAna escribió:\n| dosis 20 mg\n| falleció",
        "Mi correo nuevo es ana@example.com, contesto una cosa:",
    ]);
}

#[test]
fn an_answer_in_lower_case_below_a_question_that_ends_in_a_comma() {
    let question = "> Indique la evolución, la fecha de alta, la dosis, el laboratorio, y además,";
    let (reply, _) = split_reply(&format!("{GMAIL}\n\n> ¿Lote?\nA123\n{question}\nfalleció el día 12"));
    assert!(reply.ends_with("falleció el día 12"), "{reply}");
}

#[test]
fn a_new_address_above_an_answer_inside_the_quote() {
    let mail = "Mi correo nuevo es ana@example.com, contesto una cosa:\n\n> ¿Número de lote?\nA123";
    assert!(split_reply(mail).0.contains("ana@example.com"));
}

#[test]
fn warnings_of_the_reporters() {
    assert_all_kept(&[
        "Atención: adjunto informe de la consulta externa, lote A-123, la paciente falleció.",
        "Aviso: remito enlace a la analítica de consultas externas; creatinina 3.\nPlaquetas 20.000.\n\nSaludos",
        "Aviso: un remitente externo nos dijo que no abra el frasco; el paciente tomó 3.",
    ]);
}

#[test]
fn afterthoughts_below_the_name() {
    assert_all_kept(&[
        "Saludos,\nAna Ruiz\n\n***\nLa paciente falleció ayer.",
        "Atentamente,\nAna Ruiz\n\n_____\nFumadora, diabética, alérgica a penicilina",
        "Saludos,\nAna Ruiz\n\n_____\nLa niña come bien",
        "Best regards,\nJohn Smith\n\nFatal, anaphylactic shock",
        "Best regards,\nJohn Smith\n\nCoombs positive",
        "Kind regards,\nJohn Smith\n\nThe child went to intensive care and came out blind",
        "Best regards,\nJohn Smith\n\nRenal failure and swelling of the face",
        "Best regards,\nJohn Smith\n\nRenal failure",
        "Best regards,\nJohn Smith\n\nBoth eyes swollen, could breathe only with help\n\nMiscarriage afterwards",
        "Best regards,\nJohn Smith\n\nWent home after a week in our ward",
        "¿Se recuperó?\n__________\nNo, sigue hospitalizada. Lo fabrica Bayer S.A.\nTampoco come.",
        "Hola.\n__________\nLa caja dice Bayer S.A.",
    ]);
}

#[test]
fn lines_that_begin_like_a_devices() {
    assert_all_kept(&[
        "Libre de virus de hepatitis C desde 2020.",
        "Enviado desde mi consulta: lote A-123, falleció.",
        "from my phone I can only say: batch A123, she died",
        "Sent from my iPhone, sorry: she died on 12 March",
        "Sent from my iPhone. A123",
        "Sent from my phone because the computer broke",
    ]);
}

#[test]
fn errors_of_medication_behind_a_devices_line_are_no_excuse() {
    assert_all_kept(&[
        "Enviado desde mi iPhone. Hubo errores de medicación",
        "Enviado desde mi iPhone. Hubo errores de\nmedicación",
        "Enviado desde mi iPhone. Hubo errores de administración",
        "Enviado desde mi iPhone. Hubo errores\nde administración",
        "Enviado desde mi iPhone. Hubo errores de prescripción",
        "Enviado desde mi iPhone. Hubo errores de cálculo",
        "Enviado desde mi celular, hubo errores de dilución",
        "Enviado do meu iPhone. Houve erros de medicação",
        "Enviado do meu iPhone. Houve erros de administração",
        "Inviato da iPhone. Errori di somministrazione",
        "Inviato da iPhone. Errori di calcolo",
        "Envoyé de mon iPhone. Fautes de prescription",
        "Sent from my iPhone. Typo in the prescription",
        "Gesendet von meinem iPhone. Tippfehler in der Verordnung",
    ]);
}

#[test]
fn what_names_a_treatment_below_the_name_is_no_slogan() {
    for formula in ["Best regards,", "Kind regards,", "Yours sincerely,", "Cordialement,", "Mit freundlichen Grüßen"] {
        for answer in [
            "Enalapril and metformin",
            "Both stopped in March",
            "Enalapril",
            "Paracetamol",
            "Insulin glargine",
            "Enalapril\nMetformin",
            "Enalapril plus amlodipine daily",
            "Atorvastatin Enalapril Metformin",
            "Warfarin + aspirin",
            "Aspirin stopped Monday",
            "Went home well",
            "Amlodipino y losartán",
            "Ibuprofène et amoxicilline",
            "Ramipril und Metoprolol",
        ] {
            assert_kept(&format!("Dear colleague, the list follows.\n\n{formula}\nAna Ruiz\n\n{answer}"));
        }
    }
}

#[test]
fn a_device_that_nobody_wrote_from_may_be_of_the_case() {
    assert_all_kept(&[
        "Parto por cesárea.\nRN vivo enviado a UCI",
        "Lot unknown.\nSent 1 tablet to QC",
        "Lote AB.\nEnviado 1 tableta a Lima",
        "Lote AB.\nDispositivo enviado a Lima",
        "Sin lote.\nEquipo enviado al laboratorio",
        "Sent my tablet to QC",
        "Parto en casa.\nEnviado vivo a UCI",
        "Parto en casa.\nEnviado desde UCI vivo",
        "Parto de RN vivo, enviado a UCI",
        "Nació hoy.\nRN enviado de UCI vivo",
        "Lot unknown.\nDevice sent to Lima",
        "Lote AB.\nEnviada la tableta a QC",
        "Nasceu ontem.\nEnviado vivo para UTI",
    ]);
}

#[test]
fn the_registration_of_a_product_is_no_companys_print() {
    assert_all_kept(&[
        "Lote no visible.\n\n-----\nRegistro Sanitario N° 123456",
        "Lote no visible.\n\n-----\nRegistro Sanitario 123456",
        "Lote no visible.\n\n-----\nReg. Sanitario Nº EE-12345",
        "Lote no visible.\n\n-----\nReg. San. N° 123456",
        "Lote no visible.\n\n-----\nN° Registro Sanitario 1234567",
        "Lote no visible.\n\n-----\nReg San 1234-5678901",
        "Lote não visível.\n\n-----\nReg. MS 1.0123.0456",
        "Lote não visível.\n\n-----\nRegistro M.S. nº 1.0123.0456",
    ]);
}

#[test]
fn greater_than_and_pasted_data() {
    assert_eq!(split_reply("Hola\n\n>Lote A123\n>Falleció").1, None);
    assert_all_kept(&[
        "Dosis 2 g/día. Edad\n>65 años. Falleció.",
        "Creatinina\n> 3 mg/dl",
        "Temperatura:\n> 38 °C durante dos días",
        "Presión\n> 140/90",
    ]);
}

#[test]
fn a_letter_behind_marks_that_nothing_announces_is_a_quote_unless_the_sender_introduces_it() {
    let letter = "> Estimada doctora:\n>\n> Falta el lote.\n>\n> Muchas gracias";
    assert_eq!(split_reply(&format!("Es A123.\n\n{letter}")).0, "Es A123.");
    for own in ["La farmacia dice:", "Le reenvío lo que dice la farmacia."] {
        assert_eq!(split_reply(&format!("{own}\n\n{letter}")).1, None);
    }
    assert_eq!(split_reply("Es A123.\n\n> Falta el lote.\n> Falta el peso.\n> Falta la edad.").1, None);
}

/// The reply of a mail with this text in place of the known letter's quote.
fn answered(quote: &str) -> String {
    split_reply_knowing(&format!("{GMAIL}\n\n{quote}"), LETTER).0
}

#[test]
fn an_older_line_inside_the_known_letter_does_not_end_it() {
    let quote = marked(LETTER)
        .replace("> - Sexo", "> - Sexo\nMujer\n>> viejo")
        .replace("> - Peso aproximado", "> - Peso aproximado\n68 kg")
        .replace("> - Número de lote", "> - Número de lote\nA123");
    let reply = answered(&quote);
    for answer in ["Mujer", "68 kg", "A123"] {
        assert!(reply.lines().any(|line| line == answer), "{reply}");
    }
    assert!(!reply.contains("viejo"), "{reply}");
}

#[test]
fn a_header_inside_the_known_letter_does_not_end_it() {
    let period = "De: 01/03/2024\nA: 10/03/2024\nFecha: 05/03/2024";
    let reported = "De: Ana <ana@example.com>\nFecha: 5 de marzo de 2024 10:15\nAsunto: lote";
    for block in [period, reported] {
        let quote =
            LETTER.replace("- Sexo", &format!("- Sexo\n{block}")).replace("- Evolución del paciente", "- Evolución del paciente: falleció");
        let (reply, _) = split_reply_knowing(&format!("{OUTLOOK}\n\n{quote}"), LETTER);
        assert!(reply.contains(block) && reply.contains("falleció"), "{reply}");
    }
}

#[test]
fn a_lone_sign_below_a_question_is_an_answer() {
    for sign in ["+", "-", "+/-", "x", "sí"] {
        let quote = LETTER.replace("- Número de lote", &format!("- Número de lote\n{sign}"));
        let (reply, _) = split_reply_knowing(&format!("{OUTLOOK}\n\n{quote}"), LETTER);
        assert!(reply.contains(&format!("- Número de lote\n{sign}")), "{sign}: {reply}");
    }
}

fn body(raw: &str) -> String {
    MimeReader::default().read(raw.as_bytes()).unwrap().body_text
}

#[test]
fn html_is_read_where_the_text_is_only_a_remark() {
    let mail = |text: &str, html: &str| {
        body(&format!(
            "From: a@example.com\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n\
             --b\r\nContent-Type: text/html\r\n\r\n{html}\r\n--b--\r\n"
        ))
    };
    assert_eq!(mail("Su programa de correo no admite HTML.", "<p>Lote A123, fallecio</p>").trim(), "Lote A123, fallecio");
    assert_eq!(
        mail("Lote A123, fallecio.", "<p>Lote A123, <b>fallecio</b>.</p><p>Aviso del servidor de la empresa</p>").trim(),
        "Lote A123, fallecio."
    );
}

#[test]
fn a_bar_at_the_side_of_ones_own_words_is_no_quote_mark() {
    let html = |above: &str| {
        body(&format!(
            "From: a@example.com\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>{above}</p><blockquote style='border-left:2px solid green'>Fallecio</blockquote>"
        ))
    };
    assert!(!html("Respondo:").contains('>'));
    assert!(html("El mié, 18 nov 2026 a las 9:15, PV &lt;fv@example.org&gt; escribió:").ends_with("> Fallecio"));
}
