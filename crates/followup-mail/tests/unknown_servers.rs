//! Reports of servers, gateways and filters that nobody described, in any language, are known by their shape.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use followup_domain::contact::EmailAddress;
use followup_domain::mail::inbound::{MailReader, ParsedMail};
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
fn prose_of_many_programs_names_who_failed() {
    let reports: &[(&str, &str, &str, &[&str])] = &[
        (
            "Mail Administrator <Postmaster@isp.example>",
            "Mail System Error - Returned Mail",
            "This Message was undeliverable due to the following reason:\n\nEach of the following recipients was rejected by a remote mail server.\nThe reasons given by the server are included to help you determine why\neach recipient was rejected.\n\n    Recipient: <ana@clinica.example>\n    Reason:    <ana@clinica.example>... User unknown\n\n\nPlease reply to Postmaster@isp.example\nif you feel this message to be in error.",
            &["ana@clinica.example"],
        ),
        (
            "\"Postmaster\" <postmaster@smtp.example>",
            "Undeliverable Mail",
            "User unknown: ana@clinica.example\n\nOriginal message follows.\n\nReceived: from x\nFrom: <pv@unidad.example>\nMessage-ID: <x@y>\nTo: otra@x.example\n\nhola",
            &["ana@clinica.example"],
        ),
        (
            "\"Postmaster\" <postmaster@smtp.example>",
            "Undeliverable Mail",
            "Invalid final delivery userid: ana@clinica.example\n\nOriginal message follows.",
            &["ana@clinica.example"],
        ),
        (
            "MAILER-DAEMON@ip.example",
            "Delivery Status Notification (Failure)",
            "The following message to <ana@clinica.example> was undeliverable.\nThe reason for the problem:\n5.1.0 - Unknown address error 550-'unknown user'",
            &["ana@clinica.example"],
        ),
        (
            "Mail Delivery System <Mailer-Daemon@ex.example>",
            "Warning: message 1ABC delayed 24 hours",
            "This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on ex.example.\n\nThe message identifier is:     1ABC\nThe date of the message is:    Tue\nThe subject of the message is: Lote\n\nThe address to which the message has not yet been delivered is:\n\n  ana@clinica.example\n    Delay reason: Connection timed out\n\nNo action is required on your part.",
            &["ana@clinica.example"],
        ),
        (
            "PostMaster@xm.example",
            "Error sending message [1.2.x] from [xm.example].",
            "[<00>] XMail bounce: Rcpt=[ana@clinica.example];Error=[550 5.1.1 unknown user]\n\n\n[<01>] Error sending message [1.2.x] from [xm.example].\n\nID:        <S1>\nMail From: <pv@unidad.example>\nRcpt To:   <ana@clinica.example>\n\n\n[<02>] The reason of the delivery failure was:\n\n550 5.1.1 unknown user",
            &["ana@clinica.example"],
        ),
        (
            "MDaemon at md.example <MDaemon@md.example>",
            "Permanent Delivery Failure",
            "-------------------------------------------------------\nMDaemon has detected serious problems with your message\n--------\n\nFailed address: ana@clinica.example\n\n--- Session Transcript ---\n Tue 2026-10-13: <-- 550 unknown user\n--- End Transcript ---",
            &["ana@clinica.example"],
        ),
        (
            "<postmaster@no.example>",
            "DELIVERY FAILURE: User ana (ana@clinica.example) not listed in Domino Directory",
            "Your message\n\n  Subject: Lote\n\nwas not delivered to:\n\n  ana@clinica.example\n\nbecause:\n\n  User ana (ana@clinica.example) not listed in Domino Directory",
            &["ana@clinica.example"],
        ),
        (
            "MAILER-DAEMON@gmx.example (Mail Delivery System)",
            "Mail delivery failed: returning message to sender",
            "Diese Nachricht wurde automatisch erzeugt.\n\nDie Zustellung an folgende Empfänger ist fehlgeschlagen:\n\n\"ana@clinica.example\":\nSMTP error from remote server after RCPT command:\nhost: mx.clinica.example\n5.1.1 unknown",
            &["ana@clinica.example"],
        ),
        (
            "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@clinica.example>",
            "No se puede entregar: Lote",
            "Error de entrega a estos destinatarios o grupos:\n\nana@clinica.example\nEl buzón del destinatario está lleno y no puede aceptar mensajes ahora.\n\n\nInformación de diagnóstico para los administradores:\n\nServidor de generación: X.clinica.example\n\nana@clinica.example\nRemote Server returned '554 5.2.2 mailbox full'",
            &["ana@clinica.example"],
        ),
        (
            "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
            "Delivery Status Notification (Failure)",
            "** No se encontró la dirección **\n\nTu mensaje no se entregó a ana@clinica.example porque no se encontró la dirección o esta no puede recibir correo.\n\nLa respuesta fue:\n\n550 5.1.1 The email account that you tried to reach does not exist.",
            &["ana@clinica.example"],
        ),
        (
            "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
            "Delivery Status Notification (Delay)",
            "** Entrega incompleta **\n\nSe ha producido un problema temporal al entregar tu mensaje a ana@clinica.example. Gmail volverá a intentarlo durante 46 horas más.",
            &["ana@clinica.example"],
        ),
        (
            "Barracuda <barracuda@gw.example>",
            "**Message you sent blocked by our bulk email filter**",
            "Your message to: ana@clinica.example\nwas blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:\n\nSubject: Lote",
            &["ana@clinica.example"],
        ),
        (
            "Mail Delivery Subsystem <postmaster@me.example>",
            "Message Delivery Failure",
            "MailEnable: Message Delivery Failure.\n\nThe following recipient(s) could not be reached:\n\n\tRecipient: [SMTP:ana@clinica.example]\n\tReason: Remote SMTP Server Returned: 550 unknown",
            &["ana@clinica.example"],
        ),
        (
            "Mail Delivery Subsystem <maiser@mc.example>",
            "Postmaster Notify: Delivery Failure.",
            "With reference to your message with the subject:\n   \"Lote\"\n\nThe local mail transport system has reported the following problems it\nencountered while trying to deliver your message:\n\n-------------------------------------\n*** ana@clinica.example\n    550 unknown user",
            &["ana@clinica.example"],
        ),
        (
            "mailer-daemon@hm.example",
            "Message undeliverable: Lote",
            "Your message did not reach some or all of the intended recipients.\n\n   Sent: Tue\n   Subject: Lote\n\nThe following recipient(s) could not be reached:\n\nana@clinica.example\n   Error Type: SMTP\n   Remote server (192.0.2.1) issued an error.\n   hMailServer sent: RCPT TO:<ana@clinica.example>\n   Remote server replied: 550 unknown\n\n\nhMailServer",
            &["ana@clinica.example"],
        ),
        (
            "L-Soft list server <LISTSERV@ls.example>",
            "Delivery error report",
            "The message to the following recipient could not be delivered:\n\nana@clinica.example: unknown user",
            &["ana@clinica.example"],
        ),
        (
            "noreply@svc.example",
            "Delivery failure report",
            "| Recipient | Status | Reason |\n| ana@clinica.example | failed | 550 5.1.1 unknown user |\n\nYour message was not delivered.",
            &["ana@clinica.example"],
        ),
        (
            "MAILER-DAEMON@two.example",
            "Undelivered Mail",
            "I could not deliver your mail to:\n\n<ana@clinica.example>: 550 5.1.1 unknown user\n<luis@clinica.example>: 452 4.2.2 over quota\n\nContact <help@two.example> for help.",
            &["ana@clinica.example", "luis@clinica.example"],
        ),
        (
            "Postmaster@lc.example",
            "Non delivery report",
            "Non-delivery report\n\nUnable to deliver to: ana@clinica.example, luis@clinica.example\nReason: no such host",
            &["ana@clinica.example", "luis@clinica.example"],
        ),
        (
            "Correo No Deseado <filtro-spam@b.example>",
            "Su mensaje ha sido rechazado",
            "Su mensaje dirigido a ana@clinica.example ha sido rechazado por el filtro de contenido.\n\nSe ha rechazado su mensaje (554 5.7.1)",
            &["ana@clinica.example"],
        ),
        (
            "mail.daemon@d.example",
            "[AVISO] Mensaje devuelto",
            "AVISO DE NO ENTREGA\n===================\nDestinatario : ana@clinica.example\nAsunto       : Lote\nCausa        : El usuario no existe en este dominio",
            &["ana@clinica.example"],
        ),
        (
            "postmaster@e.example",
            "Delivery Notification: Delivery has failed",
            "This report relates to a message you sent with the following header fields:\n\n  Message-id: <x@unidad.example>\n  Date: Tue\n  From: pv@unidad.example\n  To: ana@clinica.example\n  Subject: Lote\n\nYour message cannot be delivered to the following recipients:\n\n  Recipient address: ana@clinica.example\n  Reason: Illegal host/domain name found",
            &["ana@clinica.example"],
        ),
        (
            "MAILER-DAEMON@j.example",
            "Недоставленное сообщение",
            "Ваше сообщение не может быть доставлено:\n\nana@clinica.example\n    550 пользователь не найден",
            &["ana@clinica.example"],
        ),
        (
            "postmaster@k2.example",
            "系统退信",
            "无法投递到以下地址:\n\nana@clinica.example\n550 5.1.1 user unknown",
            &["ana@clinica.example"],
        ),
        (
            "System Administrator <postmaster@t.example>",
            "Message delivery failed",
            "A mail message was not sent due to a protocol error.\n\n> RCPT TO:<ana@clinica.example>\n550 unknown user",
            &["ana@clinica.example"],
        ),
        (
            "Servicio de correo <correo@v.example>",
            "Error en la entrega de su mensaje",
            "Su mensaje no fue entregado a los siguientes destinatarios:\n\n * ana@clinica.example: cuenta inexistente\n * luis@clinica.example: buzón lleno",
            &["ana@clinica.example", "luis@clinica.example"],
        ),
        (
            "Mail Delivery System <MAILER-DAEMON@w.example>",
            "Entrega de correo fallida: devolviendo mensaje al remitente",
            "Este mensaje fue creado automáticamente por el software de entrega de correo.\n\nNo se pudo entregar un mensaje que usted envió a uno o más de sus destinatarios. Este es un error permanente. Fallaron las siguientes direcciones:\n\n  ana@clinica.example\n    host mx.clinica.example [192.0.2.1]\n    550 No existe el usuario",
            &["ana@clinica.example"],
        ),
        (
            "mailer-daemon@x.example",
            "Returned mail: Deferred",
            "Message could not be delivered for 5 days\nMessage will be deleted from queue\n\n<ana@clinica.example>... Deferred",
            &["ana@clinica.example"],
        ),
        (
            "Mail Router <mailrouter@aa.example>",
            "Non-receipt notification",
            "The router could not find the user:\n\n  To: ana@clinica.example\n  Error: User not found in directory",
            &["ana@clinica.example"],
        ),
    ];
    for (from, subject, body, recipients) in reports {
        let mail = mail(&format!("From: {from}\nSubject: {subject}"), body);
        let found: Vec<&str> = mail.recipients.iter().map(|one| one.address.as_str()).collect();
        let is_report = matches!(mail.classification, Bounce | DeliveryNotice);
        assert!(is_report && found == *recipients, "{from} {subject}\n{found:?} {}", mail.classification_reason);
    }
}

#[test]
fn what_a_gateway_explains_below_its_own_words_says_whether_the_address_may_work() {
    use followup_domain::contact::Permanence::{Hard, Soft};
    let said = |below: &str| {
        format!(
            "An email you addressed to email address :\n-- ana@clinica.example\n\ncould not be delivered. The problem appears to be :\n-- the server rejected the message\n\nAdditional information follows :\n-- {below}\n"
        )
    };
    for (below, permanence) in [
        ("5.4.1 Recipient address rejected: Access denied.", Hard),
        ("5.1.1 User unknown", Hard),
        ("5.2.2 Mailbox full", Soft),
        ("5.7.1 Message rejected as spam", Soft),
        ("5.4.1 No answer from host", Soft),
    ] {
        let mail = mail("Return-Path: <>\nFrom: postmaster@gw.example\nSubject: Email Delivery Failure", &said(below));
        let found: Vec<_> = mail.recipients.iter().map(|one| (one.address.as_str(), one.permanence)).collect();
        assert_eq!(found, [("ana@clinica.example", permanence)], "{below}");
    }
}

#[test]
fn a_mailbox_that_is_not_there_is_told_in_the_languages_of_the_north_and_east_too() {
    for words in [
        "Het e-mailadres is onbekend.",
        "Gebruiker onbekend",
        "Mottagaren är okänd",
        "Adressen hittades inte",
        "Modtageren findes ikke",
        "Mottakeren er ukjent",
        "Vastaanottaja tuntematon",
        "Ismeretlen címzett",
        "Neznámý uživatel",
        "Nie znaleziono odbiorcy: adresat nieznany",
    ] {
        let body = format!("ana@clinica.example\n{words}\n");
        let mail = mail("Return-Path: <>\nFrom: MAILER-DAEMON@post.example\nSubject: x", &body);
        let permanence = mail.recipients.first().map(|one| one.permanence);
        assert_eq!(permanence, Some(followup_domain::contact::Permanence::Hard), "{words}: {:?}", mail.recipients);
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
        ("luis@clinica.example", "Returned mail", "Doctora, le reenvío el mensaje devuelto:\nana@clinica.example\nno pudo ser entregado"),
        (
            "admin.sistemas@clinica.example",
            "Buzón lleno",
            "Buenos días, el buzón de ana@clinica.example está lleno y no recibe correos (error 552).",
        ),
        ("admin@clinica.example", "Retraso en la entrega", "El viernes, ana@clinica.example escribió:\n> datos"),
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
