//! Mails as they come: short answers, HTML with an image, bounces with and without fields, long quotes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// So many of each kind, each a little different.
const EACH: usize = 20;

/// Mails by kind.
pub(crate) fn kinds() -> Vec<(&'static str, Vec<Vec<u8>>)> {
    let each = |make: fn(usize) -> String| (0..EACH).map(|number| make(number).replace('\n', "\r\n").into_bytes()).collect();
    vec![
        ("short answer", each(short)),
        ("HTML, image", each(html)),
        ("bounce, RFC 3464", each(bounce)),
        ("bounce, prose", each(prose)),
        ("out of office", each(absence)),
        ("long quote", each(quote)),
    ]
}

fn header(number: usize, from: &str, subject: &str) -> String {
    format!(
        "Return-Path: <x{number}@example.com>\nReceived: from mx{number}.example.com (mx.example.com [192.0.2.{number}])\n\
         \tby mx.example.org (Postfix) with ESMTPS id 4AB{number}\n\tfor <pv@example.org>; Mon, 4 Mar 2024 10:15:{number:02} -0500\n\
         DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s1;\n\tbh={};\n\tb={}\n\
         From: {from}\nTo: Unidad <pv@example.org>\nSubject: {subject}\nDate: Mon, 4 Mar 2024 10:15:00 -0500\n\
         Message-ID: <m{number}@example.com>\nIn-Reply-To: <out{number}@example.org>\nReferences: <out0@example.org> <out{number}@example.org>\nMIME-Version: 1.0\n",
        "A".repeat(44),
        "b".repeat(170)
    )
}

fn short(number: usize) -> String {
    format!(
        "{}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n\
         Buen d=C3=ADa:\n\nEl lote es A-{number}; la paciente pesa {number} kg.\n\nDra. R=C3=ADos\n\n\
         El lun, 4 mar 2024 a las 9:00, Unidad <pv@example.org> escribi=C3=B3:\n\n{}",
        header(number, "\"Dra. Ríos\" <arios@example.com>", "Re: [VIGIA] Solicitud de información - ICSR #123"),
        quoted(12)
    )
}

fn quoted(lines: usize) -> String {
    (0..lines).map(|line| format!("> {line}. Indique el dato que falta en su reporte, si lo conoce.\n")).collect()
}

fn html(number: usize) -> String {
    let image = STANDARD.encode(vec![b'x'; 60_000]);
    let image: String = image.as_bytes().chunks(76).map(|line| format!("{}\n", String::from_utf8_lossy(line))).collect();
    format!(
        "{}Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n\n\
         <html><head><style>p {{ margin: 0 }}</style></head><body><p>El lote es <b>A-{number}</b>.</p>{}<img src=\"cid:i@x\">\
         <div class=\"gmail_quote\"><div>El lun, 4 mar 2024 a las 9:00, PV escribi&oacute;:</div><blockquote>{}</blockquote></div></body></html>\n\
         --b\nContent-Type: image/jpeg; name=foto.jpg\nContent-ID: <i@x>\nContent-Transfer-Encoding: base64\n\n{image}--b--\n",
        header(number, "Luis <luis@example.com>", "=?utf-8?q?Re=3A_Solicitud_de_informaci=C3=B3n?="),
        "<p style=\"color: #333\">Texto de la respuesta, con <a href=\"https://example.com\">enlace</a>.</p>".repeat(20),
        "<p>Pregunta de la carta.</p>".repeat(20)
    )
}

fn bounce(number: usize) -> String {
    format!(
        "{}Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
         This is the mail system at host mx.example.org.\n\n<ana{number}@example.com>: host mx.example.com said: 550 5.1.1 User unknown\n\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; ana{number}@example.com\n\
         Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n--b\nContent-Type: message/rfc822\n\n\
         From: pv@example.org\nTo: ana{number}@example.com\nMessage-ID: <out{number}@example.org>\nSubject: ICSR\n\n{}\n--b--\n",
        header(number, "MAILER-DAEMON@mx.example.org", "Undelivered Mail Returned to Sender"),
        "Indique el dato que falta.\n".repeat(40)
    )
}

fn prose(number: usize) -> String {
    format!(
        "{}\nA message that you sent could not be delivered. The following address failed:\n\n  ana{number}@example.com\n    \
         SMTP error from remote mail server after RCPT TO:<ana{number}@example.com>:\n    host mx.example.com: 552 5.2.2 Mailbox full\n\n\
         ------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <pv@example.org>\nReceived: from x by y\n\
         Message-ID: <out{number}@example.org>\nTo: ana{number}@example.com\n\n{}",
        header(number, "Mail Delivery System <Mailer-Daemon@mx.example.org>", "Mail delivery failed: returning message to sender"),
        "Indique el dato que falta.\n".repeat(40)
    )
}

fn absence(number: usize) -> String {
    format!(
        "{}Auto-Submitted: auto-replied\nContent-Type: text/plain; charset=utf-8\n\n\
         Estoy de vacaciones del 4 al {} de marzo y regreso el lunes 25/03/2024.\nSi es urgente, escriba a guardia@example.com.\n",
        header(number, "Eva <eva@example.com>", "Respuesta automática: ICSR"),
        5 + number
    )
}

fn quote(number: usize) -> String {
    format!(
        "{}Content-Type: text/plain; charset=utf-8\n\nVea abajo, {number}.\n\nEl lun, 4 mar 2024 a las 9:00, PV <pv@example.org> escribió:\n\n{}",
        header(number, "Luis <luis@example.com>", "Re: ICSR"),
        quoted(2000)
    )
}
