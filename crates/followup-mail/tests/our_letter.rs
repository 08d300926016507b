//! Answers that stand inside our own quoted letter are found, each with its question, as each mail program returns them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use followup_domain::mail::inbound::MailReader;
use followup_mail::{MimeReader, split_reply_knowing};
use proptest::prelude::*;

const LETTER: &str = "Estimada Dra. Rojas,

Gracias por notificar el evento adverso relacionado con Paracetamol e Ibuprofeno.

Le escribimos porque usted figura como notificadora de ese reporte, que nuestra unidad (Departamento de Farmacovigilancia) evalúa como caso ICSR #123.

Gracias por la edad y la vía de administración de Paracetamol.

Para completar la evaluación del caso, necesitamos la siguiente información adicional:

INFORMACIÓN DEL PACIENTE:
- Fecha de nacimiento (o edad exacta)
- Sexo
- Peso aproximado

INFORMACIÓN DEL MEDICAMENTO (Paracetamol):
- Número de lote
- Dosis administrada (mg o tabletas)
- Frecuencia de administración (p. ej., cada 8 horas o una vez por semana)

INFORMACIÓN DEL MEDICAMENTO (Ibuprofeno):
- Número de lote
- Dosis administrada (mg o tabletas)
- Frecuencia de administración (p. ej., cada 8 horas o una vez por semana)

INFORMACIÓN DEL EVENTO:
- ¿Cuándo empezó el evento? (fecha exacta)
- Gravedad (¿hospitalización, riesgo de vida, secuelas?)

Puede responder a este correo con la información. Si desconoce algún dato, indíquelo también, por favor.

Pedimos estos datos porque las normas de farmacovigilancia nos obligan a completar y evaluar cada reporte. Son confidenciales y se usan solo con ese fin; del paciente bastan las iniciales, sin su nombre completo ni su documento de identidad.

Si quiere comprobar que este mensaje es nuestro, llámenos al +51 1 555 0100 y mencione el caso ICSR #123. No le pediremos contraseñas ni que abra enlaces.

Atentamente,
Departamento de Farmacovigilancia
Teléfono: +51 1 555 0100
Av. Arequipa 1000, Lima
";

const GMAIL: &str = "El lun, 4 mar 2024 a las 10:15, Farmacovigilancia (<pv@example.org>) escribió:";
const OUTLOOK: &str = "________________________________\nDe: Farmacovigilancia <pv@example.org>\nEnviado: lunes, 4 de marzo de 2024 10:15\nPara: Dra. Rojas <rojas@example.com>\nAsunto: [VIGIA] Solicitud de información - ICSR #123\n";

fn marked(text: &str) -> String {
    text.trim_end().lines().map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") }).collect::<Vec<_>>().join("\n")
}

/// The letter with something behind or below one of its lines (the first such line from `from` on).
fn answered(letter: &str, line: &str, answer: &str) -> String {
    assert!(letter.contains(line));
    letter.replacen(line, &format!("{line}{answer}"), 1)
}

fn reply(mail: &str) -> String {
    split_reply_knowing(mail, LETTER).0
}

#[test]
fn answers_below_marked_questions_keep_their_questions_only() {
    let quote = answered(&marked(LETTER), "> - Sexo", "\nFemenino\n");
    let quote = answered(&quote, "> - Peso aproximado", "\n\n68 kg\n");
    let (reply, quoted) = split_reply_knowing(&format!("Buenos días, respondo:\n\n{GMAIL}\n\n{quote}"), LETTER);
    assert_eq!(reply, "Buenos días, respondo:\n\n> INFORMACIÓN DEL PACIENTE:\n> - Sexo\nFemenino\n\n> - Peso aproximado\n\n68 kg");
    let quoted = quoted.unwrap();
    assert!(quoted.starts_with(GMAIL) && quoted.contains("Número de lote") && quoted.ends_with("> Av. Arequipa 1000, Lima"));
}

#[test]
fn answers_behind_marked_questions_are_found() {
    for (question, answer) in [("- Sexo", ": F"), ("- Sexo", " - no sé"), ("- Peso aproximado", " 68"), ("- Número de lote", "   A-123")]
    {
        let text = format!("{GMAIL}\n\n{}", answered(&marked(LETTER), question, answer));
        assert!(reply(&text).ends_with(&format!("> {question}{answer}")), "{}", reply(&text));
        assert_eq!(reply(&text).lines().count(), 2, "{}", reply(&text));
    }
}

#[test]
fn outlook_answers_without_any_mark_are_found() {
    let quote = answered(LETTER, "- Sexo", "\nFemenino");
    let quote = answered(&quote, "- Número de lote", ": A-123");
    let quote = answered(&quote, "(fecha exacta)", "\nEl 2 de marzo, en la noche.\nAl día siguiente empeoró.");
    let expected = "INFORMACIÓN DEL PACIENTE:\n- Sexo\nFemenino\n\nINFORMACIÓN DEL MEDICAMENTO (Paracetamol):\n- Número de lote: A-123\n\n\
        INFORMACIÓN DEL EVENTO:\n- ¿Cuándo empezó el evento? (fecha exacta)\nEl 2 de marzo, en la noche.\nAl día siguiente empeoró.";
    let bare = |text: &str| text.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    assert_eq!(bare(&reply(&format!("{OUTLOOK}\n{quote}"))), bare(expected));
    let (with_greeting, quoted) = split_reply_knowing(&format!("Saludos.\n\n{OUTLOOK}\n{quote}"), LETTER);
    assert_eq!(bare(&with_greeting), format!("Saludos.\n{}", bare(expected)));
    assert!(quoted.unwrap().starts_with(OUTLOOK.trim_end()));
}

#[test]
fn a_phones_quote_with_its_announcement_inside_is_folded() {
    let announced = "El 4 mar 2024, a la(s) 10:15, Farmacovigilancia <pv@example.org> escribió:";
    let quote = marked(&format!("{announced}\n\n{LETTER}"));
    assert_eq!(reply(&format!("No sé.\n\nEnviado desde mi iPhone\n\n{quote}")), "No sé.");
    let inside = answered(&quote, "> - Sexo", "\nF");
    assert_eq!(reply(&inside), "> INFORMACIÓN DEL PACIENTE:\n> - Sexo\nF");
    let samsung = format!(
        "-------- Mensaje original --------\nDe: PV <pv@example.org>\nFecha: 4/3/24 10:15 (GMT-05:00)\nPara: x\nAsunto: y\n\n{LETTER}"
    );
    assert_eq!(reply(&answered(&samsung, "- Sexo", " F")), "INFORMACIÓN DEL PACIENTE:\n- Sexo F");
    assert_eq!(reply(&format!("{announced}\n{}", answered(LETTER, "- Sexo", " F"))), "INFORMACIÓN DEL PACIENTE:\n- Sexo F");
}

#[test]
fn an_answer_about_the_second_product_keeps_its_heading() {
    let (before, after) = LETTER.split_at(LETTER.find("(Ibuprofeno)").unwrap());
    let text = format!("{OUTLOOK}\n{before}{}", answered(after, "- Número de lote", "\nB-77"));
    assert_eq!(reply(&text), "INFORMACIÓN DEL MEDICAMENTO (Ibuprofeno):\n- Número de lote\nB-77");
}

#[test]
fn answers_in_colour_are_found_in_html() {
    let html = LETTER.lines().map(|line| format!("<p class=MsoNormal>{line}</p>")).collect::<String>();
    let html = html.replace("<p class=MsoNormal>- Sexo</p>", "<p class=MsoNormal>- Sexo <span style='color:red'>femenino</span></p>");
    let html = html.replace("aproximado</p>", "aproximado</p><p class=MsoNormal><span style='color:#0070C0'>68 kg</span></p>");
    let raw = format!(
        "From: rojas@example.com\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Respuestas en rojo.</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'>\
         <p><b>De:</b> PV &lt;pv@example.org&gt;<br><b>Enviado el:</b> lunes, 4 de marzo de 2024 10:15<br><b>Para:</b> x<br><b>Asunto:</b> y</p></div>{html}"
    );
    let reader = MimeReader::default();
    let mail = reader.read(raw.as_bytes()).unwrap();
    let (reply, quoted) = reader.split_knowing(&mail.body_text, LETTER);
    for kept in ["Respuestas en rojo.", "- Sexo femenino", "- Peso aproximado", "68 kg"] {
        assert!(reply.contains(kept), "{reply}");
    }
    assert!(!reply.contains("Número de lote") && quoted.unwrap().contains("Número de lote"));
}

#[test]
fn a_letter_that_a_program_wrapped_anew_is_recognised() {
    let wrapped = marked(LETTER)
        .replace("evaluación del caso, necesitamos", "evaluación del caso,\n> necesitamos")
        .replace("hospitalización, riesgo", "hospitalización,\nriesgo");
    let text = format!("El lote es A-123.\n\n{GMAIL}\n{wrapped}");
    assert_eq!(reply(&text), "El lote es A-123.");
    let answered = answered(&text, "riesgo de vida, secuelas?)", "\nEstuvo hospitalizada");
    assert!(
        reply(&answered).ends_with("> - Gravedad (¿hospitalización,\nriesgo de vida, secuelas?)\nEstuvo hospitalizada"),
        "{}",
        reply(&answered)
    );
}

#[test]
fn words_that_were_taken_out_of_a_question_are_an_answer() {
    let text = format!("{OUTLOOK}\n{}", LETTER.replace("(¿hospitalización, riesgo de vida, secuelas?)", "(¿hospitalización)"));
    assert!(reply(&text).contains("- Gravedad (¿hospitalización)"), "{}", reply(&text));
}

#[test]
fn an_answer_that_is_a_word_of_the_letter_is_no_part_of_it() {
    for answer in ["Sexo", "no", "Paracetamol", "hospitalización", "✓"] {
        let text = format!("{OUTLOOK}\n{}", answered(LETTER, "- Peso aproximado", &format!("\n{answer}")));
        assert!(reply(&text).contains(&format!("- Peso aproximado\n{answer}")), "{answer}: {}", reply(&text));
    }
}

#[test]
fn a_letter_without_answers_inside_is_folded_whole() {
    for quote in [format!("{GMAIL}\n\n{}", marked(LETTER)), format!("{OUTLOOK}\n{LETTER}")] {
        assert_eq!(reply(&format!("No tengo esos datos.\n\n{quote}")), "No tengo esos datos.");
    }
    let below = format!("{GMAIL}\n\n{}\n\nEl lote es A-123.", marked(LETTER));
    assert_eq!(reply(&below), "El lote es A-123.");
}

#[test]
fn what_an_older_mail_says_below_the_letter_is_folded() {
    let older = "El vie, 1 mar 2024 a las 9:00, Rojas <rojas@example.com> escribió:\n\nNotifico una reacción.";
    for quote in
        [format!("{OUTLOOK}\n{LETTER}\n{older}"), format!("{GMAIL}\n{}\n>\n{}", marked(LETTER), marked(&older.replace("\n\n", "\n\n> ")))]
    {
        assert_eq!(reply(&format!("Femenino.\n\n{quote}")), "Femenino.");
    }
}

#[test]
fn an_announcement_that_gives_no_year_or_no_date_is_folded_above_the_known_letter() {
    for announcement in [
        "El 13/10/26 a las 8:20, Unidad de Farmacovigilancia escribió:",
        "El 2026-10-13 08:20, Farmacovigilancia escribió:",
        "Unidad de Farmacovigilancia escribió:",
        "Farmacovigilancia <pv@example.org> escribió:",
        "Am 13.10.26 um 08:20 schrieb PV:",
    ] {
        let mail = format!("El lote es A-123.\n\n{announcement}\n{}", marked(LETTER));
        assert_eq!(reply(&mail), "El lote es A-123.", "{announcement}");
    }
}

#[test]
fn the_known_letter_is_found_without_anything_that_announces_it() {
    for announcement in ["", "El 13/10/26 a las 8:20, PV escribió:\n\n", "PV escribió:\n"] {
        let mail = format!("No tengo esos datos.\n\n{announcement}{LETTER}");
        assert_eq!(reply(&mail), "No tengo esos datos.", "{announcement}");
        let inside = format!("Respondo.\n\n{announcement}{}", answered(LETTER, "- Sexo", ": F"));
        let lines = |text: &str| text.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("|");
        assert_eq!(lines(&reply(&inside)), "Respondo.|INFORMACIÓN DEL PACIENTE:|- Sexo: F", "{announcement}");
    }
}

#[test]
fn questions_that_the_reporter_copied_are_no_quoted_letter() {
    let own = "- Fecha de nacimiento (o edad exacta)\n3/4/1960\n- Sexo\nF\n- Peso aproximado\n60";
    assert_eq!(split_reply_knowing(own, LETTER), (own.to_owned(), None));
}

#[test]
fn a_mail_that_does_not_quote_the_letter_is_split_as_any_other() {
    for text in ["", "El lote es A-123.", "Hola\n\n> otra cosa\n> distinta", &format!("Sí.\n\n{GMAIL}\n> Otro correo, nada que ver")] {
        assert_eq!(split_reply_knowing(text, LETTER), followup_mail::split_reply(text));
        assert_eq!(split_reply_knowing(text, ""), followup_mail::split_reply(text));
    }
}

fn visible_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    lines.sort_unstable();
    lines
}

proptest! {
    #[test]
    fn an_answer_below_or_behind_any_question_survives(
        question in prop::sample::select(LETTER.lines().filter(|line| line.starts_with('-')).collect::<Vec<_>>()),
        answer in "[A-Z][a-z0-9]{3,12}( [a-z0-9]{1,9}){0,6}",
        below: bool,
        quotes: bool,
        greets: bool,
    ) {
        let glue = if below { "\n" } else { ": " };
        let letter = answered(LETTER, question, &format!("{glue}{answer}"));
        let letter = if quotes { format!("{GMAIL}\n{}", marked(&letter)) } else { format!("{OUTLOOK}\n{letter}") };
        let mail = if greets { format!("Buenas tardes.\n\n{letter}") } else { letter };
        let (reply, quoted) = split_reply_knowing(&mail, LETTER);
        prop_assert!(reply.contains(&answer) && reply.contains(question), "{}", reply);
        prop_assert!(!reply.contains("Departamento"));
        let both = format!("{reply}\n{}", quoted.unwrap_or_default());
        prop_assert_eq!(visible_lines(&both), visible_lines(&mail));
    }

    #[test]
    fn any_text_and_letter_can_be_split(text in any::<String>(), letter in any::<String>()) {
        split_reply_knowing(&text, &letter);
        split_reply_knowing(&format!("hola\n{OUTLOOK}\n{letter}{text}"), &letter);
    }
}
