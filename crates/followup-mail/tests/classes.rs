//! People and machines are told apart.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use followup_domain::contact::EmailAddress;
use followup_domain::mail::inbound::MailReader;
use followup_domain::message::Classification::{self, AutoReply, Bounce, Complaint, DeliveryNotice, Echo, Human};
use followup_mail::MimeReader;

fn class(raw: &str) -> Classification {
    let reader = MimeReader::new([EmailAddress::parse("pv@example.org").unwrap()]);
    reader.read(raw.replace('\n', "\r\n").as_bytes()).unwrap().classification
}

fn plain(header: &str, body: &str) -> Classification {
    class(&format!("To: pv@example.org\n{header}\n\n{body}\n"))
}

fn report(header: &str, report_type: &str, machine_part: &str) -> String {
    format!(
        "To: pv@example.org\n{header}\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type={report_type}; boundary=\"b\"\n\n\
         --b\nContent-Type: text/plain\n\nThis is the mail system.\n\n--b\nContent-Type: message/{report_type}\n\n{machine_part}\n\n\
         --b\nContent-Type: message/rfc822\n\nFrom: pv@example.org\nAuto-Submitted: auto-generated\nX-Followup-Origin: automatic\n\
         Subject: ICSR\n\nx\n\n--b--\n"
    )
}

fn delivery(fields: &str) -> Classification {
    let fields = format!("Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; r@example.com\n{fields}");
    class(&report("From: MAILER-DAEMON@mx.example.com\nSubject: Delivery Status", "delivery-status", &fields))
}

#[test]
fn delivery_reports_are_read_by_their_action() {
    assert_eq!(delivery("Action: failed\nStatus: 5.1.1"), Bounce);
    assert_eq!(delivery("action: FAILED (bad mailbox)"), Bounce);
    assert_eq!(delivery("Action: delayed\nStatus: 4.4.1"), DeliveryNotice);
    assert_eq!(delivery("Action: delivered"), DeliveryNotice);
    assert_eq!(delivery("Action: relayed"), DeliveryNotice);
    assert_eq!(delivery("Action: expanded"), DeliveryNotice);
    assert_eq!(delivery("Action: delivered\n\nFinal-Recipient: rfc822; s@example.com\nAction: failed"), Bounce);
    assert_eq!(delivery("Status: 5.1.1"), Bounce);
    assert_eq!(delivery("Status: 4.2.2"), DeliveryNotice);
}

#[test]
fn bounces_of_servers_without_rfc_3464_are_recognised() {
    let server = "From: Mail Delivery System <MAILER-DAEMON@example.com>\nSubject: Undelivered Mail Returned to Sender";
    assert_eq!(plain(server, "I'm sorry"), Bounce);
    assert_eq!(plain("From: postmaster@example.com\nSubject: Aviso", "No se pudo entregar el mensaje a r@example.com"), Bounce);
    assert_eq!(plain("Return-Path: <>\nFrom: correo@example.com\nSubject: Mensaje no entregado", "Buzón inexistente"), Bounce);
    assert_eq!(plain("From: MAILER-DAEMON@example.com\nSubject: Warning: could not send message for past 4 hours", "x"), DeliveryNotice);
}

#[test]
fn read_notices_and_complaints_are_neither_answers_nor_bounces() {
    let notice = report(
        "From: Ana <ana@example.com>\nSubject: Leido: ICSR",
        "disposition-notification",
        "Final-Recipient: rfc822; ana@example.com\nDisposition: manual-action/MDN-sent-manually; displayed",
    );
    assert_eq!(class(&notice), DeliveryNotice);
    let complaint = report("From: fbl@example.com\nSubject: FW: ICSR", "feedback-report", "Feedback-Type: abuse\nVersion: 1");
    assert_eq!(class(&complaint), Complaint);
}

#[test]
fn automatic_answers_are_recognised_by_what_only_machines_write() {
    for header in [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: Auto-Generated; owner-email=\"x\"",
        "X-Autoreply: yes",
        "X-Autorespond: vacaciones",
        "Precedence: auto_reply",
        "Subject: Respuesta automática: ICSR #1\nX-Auto-Response-Suppress: All",
        "Subject: =?utf-8?q?Respuesta_autom=C3=A1tica=3A_ICSR?=\nReturn-Path: <>",
        "Subject: Fuera de la oficina\nPrecedence: bulk",
        "Subject: Respuesta automática: ICSR",
        "Subject: [EXT] Automatic reply: ICSR #1",
        "Subject: Réponse automatique : ICSR",
        "Subject: Fuera de la oficina: ICSR",
        "Subject: Ausente\nPrecedence: bulk",
        "Subject: Vacaciones: ICSR\nReturn-Path: <>",
    ] {
        assert_eq!(plain(&format!("From: Ana <ana@example.com>\n{header}"), "Estoy de vacaciones"), AutoReply, "{header}");
    }
}

#[test]
fn challenges_are_automatic_answers_with_a_reason_of_their_own() {
    for (header, body) in [
        (
            "From: ana@example.com\nSubject: Your email requires verification verify#x8",
            "The message you sent requires that you verify it. BoxTrapper",
        ),
        (
            "From: Ana <ana-confirm+1.2@example.com>\nSubject: Please confirm your message\nX-Delivery-Agent: TMDA/1.1",
            "Your message is on hold.",
        ),
        (
            "From: ana@example.com\nSubject: Re: ICSR (verification)\nAuto-Submitted: auto-replied",
            "I am protecting myself from receiving junk mail.",
        ),
        ("From: AntiSpam UOL <antispamuol@example.com>\nSubject: AntiSpam UOL - ICSR\nReturn-Path: <>", "Para confirmar, acesse"),
        ("From: ana@example.com\nSubject: Confirme su mensaje", "Su mensaje está retenido hasta que responda a este correo."),
    ] {
        let raw = format!("To: pv@example.org\n{header}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n")
            .replace('\n', "\r\n");
        let mail = MimeReader::default().read(raw.as_bytes()).unwrap();
        assert_eq!(
            (mail.classification, mail.classification_reason),
            (AutoReply, "asks the sender to confirm that a person wrote"),
            "{header}"
        );
    }
    assert_eq!(
        plain("From: Ana <ana@example.com>\nSubject: Please confirm your message", "¿Recibieron mi reporte? Please confirm."),
        Human
    );
    assert_eq!(plain("From: Ana <ana@example.com>\nSubject: Re: Please confirm your message", "It is being held by customs."), Human);
}

#[test]
fn notices_of_services_in_json_are_recognised() {
    let header = "From: no-reply@sns.example.com\nSubject: AWS Notification Message";
    for (kind, class) in [("Bounce", Bounce), ("Complaint", Complaint), ("Delivery", DeliveryNotice)] {
        assert_eq!(plain(header, &format!("{{\"notificationType\":\"{kind}\"}}")), class);
        assert_eq!(plain(header, &format!("{{\"Message\":\"{{\\\"notificationType\\\":\\\"{kind}\\\"}}\"}}")), class);
    }
    assert_eq!(plain("From: Ana <ana@example.com>\nSubject: Re: ICSR", "El log dice \"notificationType\":\"Bounce\""), Human);
}

#[test]
fn a_program_that_unsubscribes_complains() {
    let header = "From: Ana <ana@example.com>\nSubject: unsubscribe\nAuto-Submitted: auto-replied\nX-Apple-Unsubscribe: true";
    assert_eq!(plain(header, "Apple Mail sent this email to unsubscribe."), Complaint);
}

#[test]
fn a_returned_mail_from_an_address_that_nobody_reads_is_a_bounce() {
    let raw = |from: &str| {
        format!(
            "From: {from}\nTo: pv@example.org\nSubject: Notificación\nContent-Type: multipart/mixed; boundary=b\n\n\
             --b\n\nNo se pudo entregar a ana@example.com\n\n--b\nContent-Type: message/rfc822\n\nFrom: pv@example.org\n\nx\n--b--\n"
        )
    };
    assert_eq!(class(&raw("no-reply@example.com")), Bounce);
    assert_eq!(class(&raw("Ana <ana@example.com>")), Human);
}

#[test]
fn a_person_is_never_taken_for_a_machine() {
    for header in [
        "Subject: Re: ICSR",
        "Subject: Re: ICSR\nAuto-Submitted: no",
        "Subject: Re: ICSR\nAuto-Submitted: auto-forwarded",
        "Subject: Re: ICSR\nX-Auto-Response-Suppress: All",
        "Subject: Re: ICSR\nPrecedence: bulk\nList-Id: <medicos.example.com>",
        "Subject: Re: ICSR\nX-Autoreply: no",
        "Subject: Re: ICSR\nX-Autoreply: false",
        "Subject: Re: ICSR\nX-Autorespond: 0",
        "Subject: Absence of further information, ICSR #1\nX-Auto-Response-Suppress: DR, OOF, AutoReply",
        "Subject: Ausente de trabajo la paciente\nX-Auto-Response-Suppress: All",
        "Subject: Vacaciones del reportante\nPrecedence: bulk",
        "Subject: Fuera de la oficina y lote\nPrecedence: bulk\nList-Id: <medicos.example.com>",
        "Subject: Fuera de la oficina\nX-MS-Exchange-Inbox-Rules-Loop: ana@example.com",
        "Subject: RE: Undeliverable: ICSR\nReturn-Path: <>",
        "Subject: RE : Undeliverable: ICSR\nReturn-Path: <>",
        "Subject: [EXT] Re[2]: Mensaje no entregado\nReturn-Path: <>",
        "Subject: (Externo) EXT: RV: Mensaje no entregado\nReturn-Path: <>",
        "Subject: Failed delivery and neonatal outcome\nReturn-Path: <>",
        "Subject: Delivery report of the mother\nReturn-Path: <>",
        "Subject: Re: Respuesta automática: ICSR\nX-Auto-Response-Suppress: All",
        "Subject: Vacaciones y fiebre",
        "Subject: Fwd: Undelivered Mail Returned to Sender",
        "Subject: Returned mail: lo que me llegó",
        "Subject: Re: ICSR\nX-MS-Exchange-Inbox-Rules-Loop: ana@example.com",
        "Subject: Re: ICSR\nReturn-Path: <ana@example.com>\nX-Failed-Recipients: x@example.com",
    ] {
        let body = "No se pudo entregar la muestra; el paciente does not exist in our records. Lote A-1.";
        assert_eq!(plain(&format!("From: Ana <ana@example.com>\n{header}"), body), Human, "{header}");
    }
    assert_eq!(plain("From: Postmaster <postmaster@hospital.example>\nSubject: Re: ICSR", "El lote es A-123"), Human);
}

#[test]
fn questions_of_people_are_no_challenges() {
    for (header, body) in [
        ("Subject: Please confirm causality, ICSR #1", "The report was unsolicited, from a pharmacist. Batch A1."),
        ("Subject: Please confirm batch", "The shipment is being held by customs, on hold until you answer."),
        ("Subject: RE: Please confirm batch\nX-Auto-Response-Suppress: DR, OOF, AutoReply", "A1"),
        ("Subject: RE: Please confirm batch\nReturn-Path: <>", "A1. My whitelist is empty."),
        ("Subject: Confirmation required: lot\nX-Auto-Response-Suppress: All", "A1"),
    ] {
        assert_eq!(plain(&format!("From: Ana <ana@example.com>\n{header}"), body), Human, "{header}");
    }
}

#[test]
fn a_name_that_begins_as_a_servers_is_a_persons() {
    let body = "That lot does not exist in our stock; lot A1. gomez@example.com";
    assert_eq!(plain("From: System Administrator Gomez <gomez@example.com>\nSubject: ICSR", body), Human);
    assert_eq!(plain("From: System Administrator <gomez@example.com>\nSubject: RE: ICSR", "No such user: r@example.com"), Human);
    assert_eq!(plain("From: System Administrator <gomez@example.com>\nSubject: ICSR", body), Human);
    assert_eq!(plain("From: System Administrator <gomez@example.com>\nSubject: ICSR", "r@example.com does not exist"), Bounce);
    assert_eq!(plain("From: postmaster@example.com\nSubject: Re: ICSR", "550 r@example.com no such user"), Bounce);
}

#[test]
fn an_address_that_nobody_reads_reports_failures_of_mail_only() {
    let from = "From: noreply@example.com\nSubject: Aviso";
    assert_eq!(plain(from, "No se pudo entregar su mensaje. This mailbox does not exist."), Bounce);
    assert_eq!(plain(from, "No se pudo entregar su paquete."), Human);
}

#[test]
fn a_form_of_a_web_site_is_a_persons_whatever_was_not_delivered() {
    for from in ["From: noreply@clinica.example", "From: Formulario web <no-reply@clinica.example>"] {
        for text in [
            "Mensaje: el jarabe no fue entregado y el niño convulsionó",
            "Nombre: Ana Ruiz\nCorreo: ana@example.com\nMensaje: el jarabe no fue entregado y el niño convulsionó",
            "Nombre: Ana Ruiz\nE-mail: ana@example.com\nTeléfono: 550 5123\n\nMensaje:\nLa vacuna no se pudo entregar a tiempo; fiebre.",
            "Name: Ann\nEmail: ann@example.com\nMessage: the insulin was not delivered and she fell into a coma",
            "Name: Ann <ann@example.com>\nMessage: the vaccine could not be delivered. He died.",
            "Nome: Ana\nEmail: ana@example.com\nMensagem: o remédio não foi entregue e ela teve convulsões",
            "Mensaje: no se pudo entregar la muestra a ana@example.com, falleció",
        ] {
            assert_eq!(plain(&format!("{from}\nSubject: Nuevo mensaje del formulario"), text), Human, "{text}");
        }
    }
}

#[test]
fn a_person_who_passes_a_report_on_is_a_person() {
    let raw = "From: Ana <ana@example.com>\nTo: pv@example.org\nSubject: Me llegó esto\nContent-Type: multipart/mixed; boundary=b\n\n\
        --b\n\nMire\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed\n\n--b--\n";
    assert_eq!(class(raw), Human);
    for subject in ["Mensaje devuelto - lote ICSR #1", "[EXT] RE: Undeliverable: ICSR", "Me llegó: no se pudo entregar"] {
        let raw = format!(
            "From: Ana <ana@example.com>\nTo: pv@example.org\nSubject: {subject}\nContent-Type: multipart/mixed; boundary=b\n\n\
             --b\n\nMi mensaje no se pudo entregar. Lote A1.\n\n--b\nContent-Type: message/rfc822\n\nFrom: pv@example.org\n\nx\n--b--\n"
        );
        assert_eq!(class(&raw), Human, "{subject}");
    }
}

#[test]
fn our_own_mail_come_back_is_an_echo() {
    assert_eq!(plain("From: PV <PV@example.org>\nAuto-Submitted: auto-generated", "x"), Echo);
    assert_eq!(plain("From: PV <pv@example.org>\nX-Followup-Origin: person", "x"), Echo);
    // A colleague who writes from the unit's address by hand.
    assert_eq!(plain("From: PV <pv@example.org>\nSubject: Nota", "x"), Human);
    assert_eq!(plain("From: Ana <ana@example.com>\nX-Followup-Origin: person", "x"), Human);
}

/// A mail of a person's with these parts.
fn parts(kind: &str, parts: &[&str]) -> Classification {
    let body: String = parts.iter().map(|part| format!("--b\n{part}\n")).collect();
    class(&format!(
        "From: Ana <ana@example.com>\nTo: pv@example.org\nSubject: Re: ICSR\nMIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary=b\n\n{body}--b--\n"
    ))
}

const GMAIL: &str = "Content-Type: text/vnd.google.email-reaction+json; charset=utf-8\n\n{\"emoji\": \"\u{1f44d}\", \"version\": 1}";
const REACTION: &str = "Content-Type: text/plain; charset=utf-8\nContent-Disposition: reaction\n\n\u{1f622}";
const ACCEPTED: &str = "Content-Type: text/calendar; method=REPLY; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR";

fn text(said: &str) -> String {
    format!("Content-Type: text/plain; charset=utf-8\n\n{said}")
}

#[test]
fn gestures_in_which_nobody_says_anything_are_automatic() {
    for said in [
        "\u{1f44d}\n\nAna Ríos reaccionó a través de Gmail",
        "\u{2764}\u{fe0f}\n\nAna reacted via Gmail",
        "Ana reagiu pelo Gmail: \u{1f64f}",
        "",
    ] {
        assert_eq!(parts("alternative", &[&text(said), GMAIL]), AutoReply, "{said}");
    }
    let quoting = format!("\n> {}", "¿Lote?");
    for said in ["", "\n", &quoting] {
        assert_eq!(parts("mixed", &[&text(said), REACTION]), AutoReply, "{said}");
        assert_eq!(parts("alternative", &[&text(said), ACCEPTED]), AutoReply, "{said}");
    }
    assert_eq!(parts("mixed", &[REACTION]), AutoReply);
    for method in ["Reply", "COUNTER", "DECLINECOUNTER"] {
        assert_eq!(parts("mixed", &[&text(""), &ACCEPTED.replace("REPLY", method)]), AutoReply, "{method}");
    }
    let undeclared = ACCEPTED.replace("; method=REPLY", "");
    assert_eq!(parts("mixed", &[&text(""), &undeclared]), AutoReply);
}

#[test]
fn as_soon_as_something_is_said_beside_a_gesture_it_is_a_person_who_speaks() {
    assert_eq!(parts("alternative", &[&text("\u{1f44d} Peso 60 kg"), GMAIL]), Human);
    assert_eq!(parts("mixed", &[&text("La paciente falleció"), REACTION]), Human);
    assert_eq!(parts("mixed", &[&text("60"), REACTION]), Human);
    assert_eq!(parts("alternative", &[&text("Acepto; la paciente sigue en UCI"), ACCEPTED]), Human);
    let commented = ACCEPTED.replace("METHOD:REPLY\n", "METHOD:REPLY\nCOMMENT;LANGUAGE=es:La paciente\n  falleció\n");
    assert_eq!(parts("mixed", &[&text(""), &commented]), Human);
    assert_eq!(parts("mixed", &[&text(""), &ACCEPTED.replace("REPLY", "REQUEST")]), Human, "an invitation");
    let file = "Content-Type: application/pdf; name=alta.pdf\n\n%PDF";
    assert_eq!(parts("mixed", &[&text(""), ACCEPTED, file]), Human);
    assert_eq!(parts("mixed", &[&text("\u{1f44d}")]), Human, "somebody wrote it");
}

/// Whether people are told to look at a mail with this text under an automatic label.
fn is_to_be_looked_at(header: &str, body: &str) -> bool {
    let raw = format!(
        "From: Ana <ana@example.com>\nTo: pv@example.org\n{header}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
    );
    let mail = MimeReader::default().read(raw.replace('\n', "\r\n").as_bytes()).unwrap();
    assert_eq!(mail.classification, AutoReply, "{header}\n{body}");
    mail.flags == [followup_domain::message::MailFlag::AutomaticByLabel]
}

#[test]
fn an_automatic_label_above_something_else_is_to_be_looked_at() {
    for header in [
        "Subject: Re: ICSR\nAuto-Submitted: auto-generated",
        "Subject: Re: ICSR\nX-Autoreply: yes",
        "Subject: RV: datos\nPrecedence: auto_reply",
    ] {
        for body in [
            "Buenas tardes: la paciente falleció ayer. Peso 60 kg, dosis 300 mg cada 12 horas.",
            "Lote ZX-77, vence 05/2026.",
            "El paciente está en cuarentena y con ausencia de fiebre; no me encuentro con la historia a mano.",
            "Recibí su carta. La niña pesa 21 kg.",
            "The patient recovered. Batch A1.",
            "Ya no toma el medicamento; la madre refiere mejoría.",
            "O paciente faleceu ontem.",
            "Adjunto la ficha, a la brevedad envío el resto.",
            "La paciente falleció",
            "68 kg",
        ] {
            assert!(is_to_be_looked_at(header, body), "{body}");
        }
    }
}

#[test]
fn absences_receipts_and_reports_are_not_to_be_looked_at() {
    for body in [
        "Estoy de vacaciones hasta el 15 de marzo.",
        "Gracias por contactarnos. Hemos recibido su mensaje y le responderemos en breve.",
        "Este es un mensaje automático. No responda a este correo.",
        "Me encuentro con licencia; escriba a guardia@example.com",
        "I am out of the office with limited access to email.",
        "Your request has been received. Ticket #4711.",
        "Ya no trabajo en la institución. Escriba a otra@example.com",
        "Estou de férias até 14 de março.",
        "Ich bin im Urlaub.",
        "Je suis en congé jusqu'au 15 mars.",
        "Se ha generado el ticket 123.",
        "Ana ha aceptado esta invitación.",
        "Buenas tardes, gracias.",
        "Ya respondo",
        "",
    ] {
        assert!(!is_to_be_looked_at("Subject: Re: ICSR\nAuto-Submitted: auto-replied", body), "{body}");
    }
    assert!(!is_to_be_looked_at("Subject: Respuesta automática: ICSR", "Peso 60 kg"), "its own words say what it is");
}
