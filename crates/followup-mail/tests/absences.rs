//! Return dates in automatic answers.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use followup_domain::mail::inbound::MailReader;
use followup_mail::MimeReader;

/// Of a mail of Wednesday, 5 March 2025 (`dated`), or of one without a date.
fn returns_on(subject: &str, body: &str, dated: bool) -> Option<String> {
    let date = if dated { "Date: Wed, 5 Mar 2025 10:00:00 -0500\n" } else { "" };
    let raw = format!(
        "From: Ana <ana@example.com>\n{date}Auto-Submitted: auto-replied\nSubject: {subject}\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n"
    );
    MimeReader::default().read(raw.replace('\n', "\r\n").as_bytes()).unwrap().returns_on.map(|day| day.to_string())
}

#[test]
fn the_day_of_return_is_read_in_three_languages() {
    for (body, day) in [
        ("Estoy de vacaciones y regreso el 15 de marzo.", "2025-03-15"),
        ("Estaré de vuelta el lunes 10 de marzo de 2025.", "2025-03-10"),
        ("Me reincorporo el próximo lunes 17 de marzo a mis labores.", "2025-03-17"),
        ("Regresaré a la oficina el 3/4.", "2025-04-03"),
        ("Volveré el 1º de abril.", "2025-04-01"),
        ("Vuelvo el 02.04.2025", "2025-04-02"),
        ("Fecha de regreso: 12/03/2025", "2025-03-12"),
        ("Responderé a partir del 20 de marzo.", "2025-03-20"),
        ("Mi regreso será el día viernes, 14 de marzo", "2025-03-14"),
        ("Regreso el 15\nde marzo", "2025-03-15"),
        ("Regreso el 10 de enero", "2026-01-10"),
        ("Estarei de volta em 20 de março.", "2025-03-20"),
        ("Retorno dia 07/04/2025.", "2025-04-07"),
        ("Voltarei ao escritório na segunda-feira, 10 de março.", "2025-03-10"),
        ("Volto em 15/out.", "2025-10-15"),
        ("I will be back on March 15.", "2025-03-15"),
        ("Returning 15-Mar", "2025-03-15"),
        ("I am away returning to the office on May 5th.", "2025-05-05"),
        ("I'll be back in the office on the 5th of May, 2025", "2025-05-05"),
        ("I return on 2025-03-31.", "2025-03-31"),
        ("Back on 3/25.", "2025-03-25"),
        ("Back on 25/3/25.", "2025-03-25"),
        ("Back on 4/4.", "2025-04-04"),
        ("I will be back on Monday.", "2025-03-10"),
        ("Estaré de vuelta el miércoles.", "2025-03-12"),
        ("Back in the office next Thursday", "2025-03-06"),
        ("Regreso el 15.", "2025-03-15"),
        ("Regreso el 3.", "2025-04-03"),
        ("Regreso el lunes 10 y contestaré.", "2025-03-10"),
        ("Volto no dia 20.", "2025-03-20"),
        ("I will be back on the 17th.", "2025-03-17"),
        ("Vuelvo a la oficina mañana.", "2025-03-06"),
        ("Regreso pasado mañana.", "2025-03-07"),
        ("Volto amanhã.", "2025-03-06"),
        ("I am back tomorrow.", "2025-03-06"),
        ("Regreso mañana por la mañana.", "2025-03-06"),
    ] {
        assert_eq!(returns_on("Out of office", body, true).as_deref(), Some(day), "{body}");
    }
}

#[test]
fn the_end_of_an_absence_tells_the_day_too() {
    for (body, day) in [
        ("Estaré fuera hasta el 30/06/2025 inclusive.", "2025-07-01"),
        ("Estoy de vacaciones hasta el 14 de marzo.", "2025-03-15"),
        ("Estou de férias até 14 de março.", "2025-03-15"),
        ("I am out of the office until Monday, 10 March.", "2025-03-10"),
        ("I am away until March 14 inclusive.", "2025-03-15"),
        ("On leave through 14 March.", "2025-03-15"),
        ("I will be on holiday from 1 to 12 August.", "2025-08-13"),
        ("Estaré de vacaciones del 10 al 21 de marzo.", "2025-03-22"),
        ("Estaré ausente desde el 28 de marzo hasta el 2 de abril de 2025.", "2025-04-03"),
        ("Estarei em férias de 10 a 21 de março.", "2025-03-22"),
        ("I will be traveling for work on July 10-31.", "2025-08-01"),
        ("Out of office from March 10 to April 2, back soon.", "2025-04-03"),
        ("Estoy de vacaciones hasta el 14 de marzo. Regreso el 17 de marzo.", "2025-03-17"),
        ("Regreso el 17 de marzo. I will be back on March 17.", "2025-03-17"),
        ("No estaré disponible hasta el próximo lunes 10.", "2025-03-11"),
        ("I am out of the office from March 10 to March 14 and return Monday.", "2025-03-17"),
        ("I will be back on Monday. Out of office from March 10 to March 14.", "2025-03-17"),
        ("I am out of the office until March 17, back Monday.", "2025-03-17"),
        ("Estaré de vacaciones del lunes 10 al viernes 21 de marzo.", "2025-03-22"),
        ("Estaré de vacaciones del 10 al 14 de marzo y regreso el 17.", "2025-03-17"),
        ("Estaré ausente del 12 al 23 de marzo de 2025. Retomo labores el 26.", "2025-03-26"),
        ("Estaré ausente del 12 al 23 de marzo. Retomo mis actividades el lunes 24.", "2025-03-24"),
        ("Estoy de licencia hasta el 14 de marzo; reanudo funciones el 17.", "2025-03-17"),
        ("Del 10 al 14 de marzo estaré fuera. Me incorporo a mis labores el 17 de marzo.", "2025-03-17"),
        ("De vacaciones hasta el 20 de marzo. Me reintegro el 21.", "2025-03-21"),
        ("Estarei ausente de 10 a 14 de março. Retomo as atividades no dia 17.", "2025-03-17"),
        ("I am on leave until 14 March and resume work on the 17th.", "2025-03-17"),
        ("Out from March 10 to March 14, rejoining on Monday.", "2025-03-17"),
        ("Estaré de vacaciones del 30 de diciembre de 2025 al 2 de enero de 2026", "2026-01-03"),
    ] {
        assert_eq!(returns_on("Respuesta", body, true).as_deref(), Some(day), "{body}");
    }
    assert_eq!(returns_on("Away until May 5", "Thanks.", true).as_deref(), Some("2025-05-05"));
}

#[test]
fn what_is_ambiguous_is_no_date() {
    for body in [
        "I will be back on 3/4.",
        "Back on 03/04/2025.",
        "Regreso pronto.",
        "Regreso el 15:30.",
        "Regreso el 15 de marso.",
        "Regreso en 15 días.",
        "Regreso a las 15.",
        "Regreso el lunes 11.",
        "Regreso el lunes 15:00.",
        "Regreso el 32.",
        "Regreso a la mañana.",
        "Estoy ausente.\n\nHasta mañana.",
        "Regreso el 12 o 13.",
        "Regreso el 12 y 13.",
        "I will be back on the 15 percent.",
        "Regreso el lunes 15 de marzo.",
        "Regreso el 31 de febrero.",
        "Regreso el 10 de marzo o el 12. Regreso el 12 de marzo.",
        "Regresé el 3 de marzo de 2024.",
        "Regreso el 3 de marzo.",
        "I will call back on Monday.",
        "I will get back to you on March 15.",
        "Oferta válida hasta el 30 de junio.",
        "Gracias por su mensaje del 1 de marzo.",
        "Estaré ausente a partir del 20 de marzo.",
        "I will be back at 9:30.",
        "Regreso el 99/99/9999",
        "Teléfono 15 3 2025",
        "",
    ] {
        assert_eq!(returns_on("Respuesta automática", body, true), None, "{body}");
    }
}

#[test]
fn without_a_date_of_its_own_a_mail_must_give_the_year() {
    assert_eq!(returns_on("x", "Regreso el 15 de marzo.", false), None);
    assert_eq!(returns_on("x", "Regreso el lunes.", false), None);
    assert_eq!(returns_on("x", "Regreso mañana.", false), None);
    assert_eq!(returns_on("x", "Regreso el 15.", false), None);
    assert_eq!(returns_on("x", "Regreso el 15 de marzo de 2025.", false).as_deref(), Some("2025-03-15"));
}

#[test]
fn only_an_automatic_answer_returns() {
    let raw = "From: Ana <ana@example.com>\r\nDate: Wed, 5 Mar 2025 10:00:00 -0500\r\nSubject: Re: ICSR\r\n\r\nRegreso el 15 de marzo.\r\n";
    assert_eq!(MimeReader::default().read(raw.as_bytes()).unwrap().returns_on, None);
}
