//! Reports of servers, gateways and filters that nobody described, in any language, are known by their shape.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use followup_domain::contact::EmailAddress;
use followup_domain::inbound::{MailReader, ParsedMail};
use followup_domain::message::Classification::{self, AutoReply, Bounce, DeliveryNotice, Human};
use followup_mail::MimeReader;

fn read(raw: &str) -> ParsedMail {
    let reader = MimeReader::new([EmailAddress::parse("pv@unidad.example").unwrap()]);
    reader.read(raw.replace('\n', "\r\n").as_bytes()).unwrap()
}

fn mail(header: &str, body: &str) -> ParsedMail {
    read(&format!("{header}\nTo: pv@unidad.example\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"))
}

fn assert_report(class: Classification, header: &str, body: &str, recipients: &[&str]) {
    let mail = mail(header, body);
    let found: Vec<&str> = mail.recipients.iter().map(|one| one.address.as_str()).collect();
    assert_eq!((mail.classification, found.as_slice()), (class, recipients), "{header}\n\n{body}\n{}", mail.classification_reason);
}

const ANA: &[&str] = &["ana@clinica.example"];

#[test]
fn a_daemon_is_known_by_its_shape_in_any_language() {
    const NULL: &str = "Return-Path: <>\nFrom: MAILER-DAEMON@posta.example\nSubject: ";
    const DAEMON: &str = "From: Mail Delivery System <Mailer-Daemon@posta.example>\nSubject: ";
    for (header, subject, body) in [
        (NULL, "Mezua itzuli da", "Ezin izan da helarazi:\n\n<ana@clinica.example>\n"),
        (DAEMON, "Kézbesítés sikertelen", "A levél nem érkezett meg:\n\n<ana@clinica.example>: 550 5.1.1\n"),
        (NULL, "メール", "<ana@clinica.example>:\n宛先が見つかりません\n"),
        (DAEMON, "Teslim edilemedi", "Ileti teslim edilemedi.\n\nana@clinica.example\n   550 5.1.1 boyle bir kullanici yok\n"),
        (NULL, "Pranešimas", "Laiško pristatyti nepavyko.\n\n  <ana@clinica.example>\n  (host mx.clinica.example)\n"),
        (DAEMON, "Poruka nije isporučena", "<ana@clinica.example>: host mx.clinica.example said: 554 5.7.1 odbijeno\n"),
        (NULL, "Doručení se nezdařilo", "Zpráva nebyla doručena:\n\n* ana@clinica.example\n"),
        (DAEMON, "반송", "ana@clinica.example: 550 5.1.1 \n"),
        (NULL, "Hiba", "ana@clinica.example ... 550 ismeretlen\n"),
        (DAEMON, "Bildirim", "Alıcı: <ana@clinica.example>\n(#5.1.1)\n\n<ana@clinica.example>: yok\n"),
    ] {
        assert_report(Bounce, &format!("{header}{subject}"), body, ANA);
    }
    let returned = "From: MAILER-DAEMON@posta.example\nTo: pv@unidad.example\nSubject: Mezua\nContent-Type: multipart/mixed; boundary=b\n\n\
        --b\n\nEzin da:\n\n<ana@clinica.example>\n\n--b\nContent-Type: message/rfc822\n\nFrom: pv@unidad.example\nMessage-ID: <m@unidad.example>\n\nx\n--b--\n";
    let mail = read(returned);
    assert_eq!((mail.classification, mail.recipients.len(), mail.returned.unwrap().as_str()), (Bounce, 1, "<m@unidad.example>"));
    assert_report(DeliveryNotice, &format!("{DAEMON}Késik"), "<ana@clinica.example>: 451 4.4.1 később\n", ANA);
}

#[test]
fn gateways_and_filters_that_are_no_known_daemon_report_failures() {
    for (from, subject, body) in [
        (
            "E450_Service@gw.example",
            "Returned Mail - Error",
            "------ Failed Recipients ------\n\n<ana@clinica.example>: Requested action not taken: mailbox unavailable. [SMTP Error Code 550]",
        ),
        (
            "admin@gw.example",
            "Non-Delivery: Lote",
            "--- Non-Delivery Report ---\nThe email below could not be delivered to the following user:\n\n\"ana@clinica.example\" <ana@clinica.example>\n\nOld message:\n\nEstimada: escriba a luis@otra.example\n",
        ),
        (
            "imss@gw.example",
            "Mail could not be delivered",
            "**** Message from Mail Security Suite ****\n\nSent <<< RCPT TO:<ana@clinica.example>\nReceived >>> 550 5.1.1 unknown user.\n\nUnable to deliver message to <ana@clinica.example>.",
        ),
        (
            "System.Administrator@gw.example",
            "Delivery Failure",
            "Could not deliver message to the following recipient(s):\n\nFailed Recipient: ana@clinica.example\nReason: Remote host said: 550 unknown user <ana@clinica.example>",
        ),
        (
            "antivirus@gw.example",
            "Su mensaje no fue entregado",
            "********\nSu mensaje no pudo ser entregado a\nana@clinica.example\n********",
        ),
        (
            "MailGuard <mailguard@gw.example>",
            "Undeliverable message",
            "Your message could not be delivered.\n\nRecipient: ana@clinica.example\nReason: mailbox does not exist",
        ),
        (
            "mail.gateway@gw.example",
            "Error de entrega",
            "No se entregó su mensaje.\n\nDestinatario: ana@clinica.example\nMotivo: usuario desconocido",
        ),
        ("smtp-relay@gw.example", "Mail Returned", "This message is undeliverable.\n\nana@clinica.example (user unknown)"),
        (
            "ScanMail <scanmail@gw.example>",
            "Notification",
            "The following message was undeliverable.\nTo: ana@clinica.example\n\n<ana@clinica.example>: rejected\n",
        ),
        (
            "servicio@gw.example",
            "Mensaje no entregado",
            "Su mensaje no ha podido ser entregado a los siguientes destinatarios:\n\n    ana@clinica.example\n\nEl buzón no existe.",
        ),
        (
            "postoffice@gw.example",
            "Non-delivery notification",
            "The attached mail could not be delivered to:\n\n- ana@clinica.example\n\nReason: no such user.",
        ),
        (
            "noticias@gw.example",
            "Mail delivery failed",
            "Failed to deliver to 'ana@clinica.example'\n\nSMTP module reports: 550 unknown user\n",
        ),
        ("<>", "Mail delivery failed", "Could not deliver to ana@clinica.example: unknown user"),
    ] {
        assert_report(Bounce, &format!("From: {from}\nSubject: {subject}"), body, ANA);
    }
}

#[test]
fn a_gateway_that_goes_on_trying_tells_a_delay() {
    for (from, subject, body) in [
        (
            "AntiVirus_for_SMTP@gw.example",
            "Delivery failure notification",
            "Your message with Subject: Lote\ncould not be delivered to the following recipients:\n\nana@clinica.example\n\nDelivery attempts will continue to be made for 3 day(s).",
        ),
        (
            "Postmaster@gw.example",
            "Mail Delivery Warning",
            "Delivery of email to this address\n\n\"ana@clinica.example\"\n\nhas been postponed due to a full mailbox.\n\nWe will continue to try to deliver your message.",
        ),
        (
            "mta@gw.example",
            "Delayed mail",
            "Delivery to the following recipient has been delayed:\n\n<ana@clinica.example>\n\nThe server will keep trying for 2 days.",
        ),
        (
            "MAILER-DAEMON@gw.example",
            "Aviso",
            "Todavía no se ha podido entregar su mensaje a:\n\n  ana@clinica.example\n\nSe seguirá intentando durante 48 horas. No es necesario que reenvíe el mensaje.",
        ),
        (
            "Correo <postmaster@gw.example>",
            "Retraso en la entrega",
            "Su mensaje a <ana@clinica.example> ha sufrido un retraso.\nSe reintentará.",
        ),
        (
            "gateway@gw.example",
            "Aviso de entrega",
            "Su mensaje no pudo ser entregado a:\n\nana@clinica.example\n\nSe volverá a intentar durante 24 horas.",
        ),
        (
            "smtp.relay@gw.example",
            "Delivery delayed",
            "<ana@clinica.example>: 4.2.2 mailbox full\n\nYou do not need to resend your message.",
        ),
        ("MAILER-DAEMON@gw.example", "Entrega", "ana@clinica.example\n\nO servidor continuará tentando por 3 dias.\n"),
    ] {
        assert_report(DeliveryNotice, &format!("From: {from}\nSubject: {subject}"), body, ANA);
    }
}

#[test]
fn old_exchange_reports_in_spanish_and_others_are_read() {
    const ADMIN: &str = "Administrador del sistema <postmaster@gw.example>";
    for (from, subject, body) in [
        (
            ADMIN,
            "No entregado: Lote",
            "Su mensaje no llegó a algunos o a ninguno de los destinatarios.\n\n      Asunto:\tLote\n      Enviado:\t13/10/2026 8:20\n\nNo se encontró a los destinatarios siguientes:\n\n      ana@clinica.example el 13/10/2026 8:21\n            La cuenta de correo no existe en la organización a la que se envió este mensaje.\n            <gw.example #5.1.1>",
        ),
        (
            ADMIN,
            "No se puede entregar: Lote",
            "El mensaje no llegó a ninguno de los destinatarios.\n\nNo se pudo encontrar al destinatario o destinatarios siguientes:\n\n      ana@clinica.example el 13/10/2026 8:21\n            <gw.example #5.1.1 smtp;550 5.1.1 User unknown>",
        ),
        (
            "System Administrator <postmaster@gw.example>",
            "Undeliverable: Lote",
            "Your message did not reach some or all of the intended recipients.\n\n      Subject:\tLote\n      Sent:\t10/13/2026 8:20 AM\n\nThe following recipient(s) could not be reached:\n\n      ana@clinica.example on 10/13/2026 8:21 AM\n            The e-mail account does not exist at the organization this message was sent to.\n            <gw.example #5.1.1>",
        ),
        (
            "Administrateur système <postmaster@gw.example>",
            "Non remis : Lot",
            "Votre message n'est pas parvenu à certains ou à tous les destinataires.\n\n      ana@clinica.example le 13/10/2026 08:21\n            <gw.example #5.1.1>",
        ),
        (
            "Systemadministrator <postmaster@gw.example>",
            "Unzustellbar: Charge",
            "Ihre Nachricht hat einige oder alle Empfänger nicht erreicht.\n\n      ana@clinica.example am 13.10.2026 08:21\n            <gw.example #5.1.1>",
        ),
        (
            "Administrador do sistema <postmaster@gw.example>",
            "Não entregue: Lote",
            "A sua mensagem não alcançou alguns ou todos os destinatários.\n\n      ana@clinica.example em 13/10/2026 08:21\n            <gw.example #5.1.1>",
        ),
    ] {
        assert_report(Bounce, &format!("From: {from}\nSubject: {subject}"), body, ANA);
    }
}

#[test]
fn status_parts_are_read_in_any_kind_of_mail() {
    for (from, root) in [
        ("<>", "multipart/mixed"),
        ("MAILER-DAEMON@gw.example", "multipart/mixed"),
        ("", "multipart/report"),
        ("smtp-gateway@gw.example", "multipart/mixed"),
        ("Mail Gateway <gw@gw.example>", "multipart/related"),
    ] {
        let mail = read(&format!(
            "From: {from}\nSubject: Delivery Status\nTo: pv@unidad.example\nMIME-Version: 1.0\nContent-Type: {root}; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
             --- The following addresses had delivery problems ---\n\n<ana@clinica.example>   (No such user)\n\n--b\nContent-Type: message/delivery-status\n\n\
             Original-Recipient: <ana@clinica.example>\nAction: failed\nDiagnostic-Code: smtp; 550 ana@clinica.example... No such user\n\n--b--\n"
        ));
        let found: Vec<_> = mail.recipients.iter().map(|one| one.address.as_str()).collect();
        assert_eq!((mail.classification, found.as_slice()), (Bounce, ANA), "{from} {root}");
    }
}

#[test]
fn recipients_are_not_read_out_of_explanations_or_of_what_is_returned() {
    const DAEMON: &str = "From: MAILER-DAEMON@gw.example\nSubject: Returned mail";
    for body in [
        "---- Message not delivered to the following:\n\n <ana@clinica.example>    No matches\n\n---- Error Detail:\n\n Usual causes are typographical errors, e.g., if\n luis.paz@gw.example fails, try luis.m.paz@gw.example.\n",
        "We could not deliver your message to the following address.\n\n<ana@clinica.example>:\nRemote host said: 550 5.1.1 rejected\n\n--- Below this line is a copy of the message.\n\nEstimado doctor, su colega escribe desde:\n\n<otra@clinica.example>:\n",
        "ana@clinica.example: user unknown\n\n----- Original message -----\n\nContactos:\nluis@otra.example: director\n",
        "The following addresses failed:\n\n  ana@clinica.example\n    550 no such user\n\nIf the problem persists, contact:\nsoporte@gw.example could help you if the address is not known.\n",
        "<ana@clinica.example>: unknown user\n\n*** Mensaje original ***\n\nReporte a:\nvigilancia@agencia.example\n",
        "Delivery failed:\n\n<ana@clinica.example>: 550 no such user\n\nFor example, luis@gw.example is not the same as luiz@gw.example.\n",
        "No se pudo entregar a:\n\nana@clinica.example\n\nTexto del mensaje original:\n\nluis@otra.example\neva@otra.example\n",
        "Failed recipient: ana@clinica.example\n\n-- Returned message follows --\n\nresponda a:\npv2@unidad.example\n",
        "<ana@clinica.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Copy of your message:\n\n<eva@otra.example>: nueva dirección\n",
    ] {
        assert_report(Bounce, DAEMON, body, ANA);
    }
}

#[test]
fn people_who_write_of_failed_mail_are_people() {
    for (from, subject, body) in [
        (
            "ana@clinica.example",
            "Correo no entregado",
            "Buenas tardes: el correo a luis@clinica.example no fue entregado; su nueva dirección es luis@otra.example",
        ),
        (
            "admin@clinica.example",
            "Undelivered",
            "Hola, no se pudo entregar su carta a luis@clinica.example.\nluis@clinica.example\nSaludos",
        ),
        (
            "Servicio de Farmacia <servicio@clinica.example>",
            "No entregado el lote",
            "No se entregó el lote.\nContacto: luis@clinica.example\nCorreo: ana@clinica.example",
        ),
        ("Antivirus Team <ana@clinica.example>", "Delivery failed", "We could not deliver the sample. Recipient: luis@clinica.example"),
        ("Dra. Paz <paz@clinica.example>", "Failure notice", "Me llegó esto:\n\n<luis@clinica.example>: 550 5.1.1 user unknown"),
        ("MTA Salud <mta@salud.example>", "Re: ICSR", "El paciente does not exist in our records.\nluis@clinica.example"),
        ("seguridad@clinica.example", "Lote retenido", "El lote fue rechazado en aduana; el mensaje a luis@clinica.example no llegó."),
        ("root@clinica.example", "Fwd: Undelivered Mail Returned to Sender", "<luis@clinica.example>: user unknown"),
        ("smtp@clinica.example", "Lote A-1", "El tratamiento has been delayed. Peso 60 kg."),
        ("Ana <ana@clinica.example>", "Retraso en la entrega", "La entrega del reporte ha sufrido un retraso; luis@clinica.example"),
    ] {
        assert_report(Human, &format!("From: {from}\nSubject: {subject}"), body, &[]);
    }
    let away = "From: Ana <ana@clinica.example>\nReturn-Path: <>\nAuto-Submitted: auto-replied\nSubject: Automatic reply: ICSR";
    assert_report(
        AutoReply,
        away,
        "My old address no longer works. luis@clinica.example: user not found? Write to eva@clinica.example",
        &[],
    );
}
