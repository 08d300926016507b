//! Mails are read as one reads them, however they were sent.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use followup_domain::mail::inbound::{MailReader, ParsedMail};
use followup_mail::{MimeReader, inspect};

fn read(raw: &[u8]) -> ParsedMail {
    MimeReader::default().read(raw).unwrap()
}

fn html(body: &str) -> String {
    read(format!("From: a@example.com\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{body}").as_bytes()).body_text
}

#[test]
fn headers_are_decoded() {
    let mail = read(
        b"Date: Mon, 4 Mar 2024 10:15:00 -0500\r\nFrom: =?iso-8859-1?Q?P=E9rez=2C_Ana?= <ana@example.com>\r\nTo: \"Unidad, PV\" <pv@example.org>\r\n\
          Cc: x@example.com, Grupo: y@example.com;\r\nSubject: =?utf-8?B?UmU6IGluZm9ybWFjacOzbg==?=\r\n =?utf-8?Q?_ICSR?=\r\n\
          Message-ID: <m1@example.com>\r\nIn-Reply-To: \"su mail\" <o1@example.org>\r\nReferences: <o0@example.org><o1@\r\n example.org>\r\n\r\nhola\r\n",
    );
    let from = mail.from.unwrap();
    assert_eq!((from.name.as_deref(), from.address.as_str()), (Some("Pérez, Ana"), "ana@example.com"));
    assert_eq!(mail.to.iter().map(|to| to.address.as_str()).collect::<Vec<_>>(), ["pv@example.org", "x@example.com", "y@example.com"]);
    assert_eq!(mail.subject.as_deref(), Some("Re: información ICSR"));
    assert_eq!(mail.message_id.unwrap().as_str(), "<m1@example.com>");
    assert_eq!(mail.in_reply_to[0].as_str(), "<o1@example.org>");
    assert_eq!(mail.references.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["<o0@example.org>", "<o1@example.org>"]);
    assert_eq!(mail.date.unwrap().to_rfc3339(), "2024-03-04T15:15:00+00:00");
    assert_eq!(mail.body_text, "hola");
}

#[test]
fn a_missing_or_broken_message_id_is_none() {
    for header in ["", "Message-ID:\r\n", "Message-ID: <>\r\n", "Message-ID: <a b@c\r\n", "Message-ID: ñ\r\n"] {
        assert_eq!(read(format!("From: a@example.com\r\n{header}\r\nx").as_bytes()).message_id, None, "{header:?}");
    }
    assert_eq!(read(b"From: a@b.c\r\nMessage-ID: sin-corchetes@x\r\n\r\nx").message_id.unwrap().as_str(), "<sin-corchetes@x>");
}

#[test]
fn an_old_zone_in_the_date_does_not_hide_the_next_field() {
    for zone in ["UT", "Z", "GMT", "EST", ""] {
        for end in ["\n", "\r\n"] {
            let raw = format!("Date: Sat, 22 Apr 2006 17:14:50 {zone}{end}From: a@example.com{end}In-Reply-To: <o@x>{end}{end}x");
            let mail = read(raw.as_bytes());
            assert_eq!((mail.from.unwrap().address.as_str(), mail.in_reply_to.len()), ("a@example.com", 1), "{raw:?}");
        }
    }
}

#[test]
fn an_address_is_found_in_a_broken_from() {
    for from in
        ["\"Ana Ríos <ana@example.com>", "Ana (Lima <ana@example.com>", "<ana@example.com>", "ana@example.com", "Ana Ríos <ana@example.com"]
    {
        let mail = read(format!("Subject: x\r\nFrom: {from}\r\nTo: x@example.org\r\n\r\nx").as_bytes());
        assert_eq!(mail.from.unwrap().address, "ana@example.com", "{from}");
    }
}

#[test]
fn charsets_and_transfer_encodings_are_undone() {
    let head = "From: a@b.c\r\nContent-Type: text/plain; charset=";
    let with = |charset: &str, rest: &str, body: &[u8]| {
        let mut raw = format!("{head}{charset}\r\n{rest}\r\n").into_bytes();
        raw.extend_from_slice(body);
        read(&raw).body_text
    };
    assert_eq!(with("iso-8859-1", "", b"a\xf1o\r\n"), "año");
    assert_eq!(with("windows-1252", "", b"\x80 5\r\n"), "€ 5");
    assert_eq!(with("utf-8", "Content-Transfer-Encoding: quoted-printable\r\n", b"a=C3=B1o=\r\n s\r\n"), "año s");
    assert_eq!(with("utf-8", "Content-Transfer-Encoding: base64\r\n", b"YcOxbw==\r\n"), "año");
    assert_eq!(with("utf-8", "", b"nul\0 y \xc3\xb1 \xff\r\n"), "nul\u{fffd} y ñ \u{fffd}");
    assert_eq!(with("utf-8", "", b"uno\rdos\r\ntres\n"), "uno\ndos\ntres");
}

#[test]
fn text_in_a_charset_that_nobody_declared_is_read() {
    for charset in ["", "; charset=us-ascii", "; charset=utf-8"] {
        let raw = [format!("From: a@b.c\r\nContent-Type: text/plain{charset}\r\n\r\n").as_bytes(), b"Dosis a\xf1o \x80 5\r\n"].concat();
        assert_eq!(read(&raw).body_text, "Dosis año € 5", "{charset}");
    }
    let raw = b"From: Ana R\xedos <a@b.c>\r\nSubject: Informaci\xf3n\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
        Content-Type: image/png; name=\"ni\xf1o.png\"\r\n\r\n\xf1\r\n--b--\r\n";
    let mail = read(raw);
    assert_eq!((mail.subject.as_deref(), mail.from.unwrap().name.as_deref()), (Some("Información"), Some("Ana Ríos")));
    assert_eq!((mail.attachments[0].name.as_deref(), mail.attachments[0].size), (Some("niño.png"), 1));
    assert_eq!(read("From: a@b.c\r\nSubject: Información\r\n\r\nx".as_bytes()).subject.as_deref(), Some("Información"));
}

#[test]
fn a_boundary_divides_only_where_it_begins_a_line() {
    let raw = b"From: a@b.c\r\nContent-Type: multipart/mixed;\r\n boundary=\"b\"\r\n\r\n--b\r\n\r\nvea --b y\r\n --b\r\nhasta --b--\r\n--bc\r\nfin\r\n\
        --b \r\nContent-Type: text/csv\r\nContent-Disposition: attachment\r\n\r\n1 --b\r\n--b--\r\n";
    let mail = read(raw);
    assert_eq!(mail.body_text, "vea --b y\n --b\nhasta --b--\n--bc\nfin");
    assert_eq!(MimeReader::default().attachment(raw, 0).unwrap(), b"1 --b");
}

#[test]
fn flowed_text_is_joined_and_its_quotes_stay_quotes() {
    let mail = read(
        b"From: a@b.c\r\nContent-Type: text/plain; format=flowed\r\n\r\nuna linea \r\nlarga\r\n  con sangria\r\n> cita \r\n> larga\r\n>> otra\r\n-- \r\nAna\r\n",
    );
    assert_eq!(mail.body_text, "una linea larga\n con sangria\n> cita larga\n>> otra\n-- \nAna");
}

#[test]
fn html_only_mail_reads_like_text() {
    assert_eq!(
        html(
            "<html><head><title>t</title><style>p{}</style></head><body><p>Hola&nbsp;Ana:</p><p>Lote <b>A-1</b><br>Peso 68&#160;kg</p></body></html>"
        ),
        "Hola Ana:\n\nLote A-1\nPeso 68 kg"
    );
    assert_eq!(html("<ol><li>uno<li>dos</ol><ul><li>a</li></ul>"), "1. uno\n2. dos\n- a");
    assert_eq!(html("<table><tr><td>Lote</td><td>A-1</td></tr><tr><td>Peso</td><td>68</td></tr></table>"), "Lote\tA-1\nPeso\t68");
    assert_eq!(html("x &lt;3 &amp; y &aacute; &raro; 5 < 6 <!-- no --> fin<script>var a='</p>';</script>"), "x <3 & y á &raro; 5 < 6 fin");
    assert_eq!(html("<div>uno</div><div><br></div><div>dos</div>"), "uno\n\ndos");
    assert_eq!(html("<pre>a\n  b</pre>"), "a\n  b");
}

#[test]
fn html_quotes_are_trimmed_and_indented_text_is_not() {
    let quoted = "<div>A-123</div><div class=\"gmail_quote\"><div>El lun, 4 mar 2024 a las 10:15, PV &lt;pv@example.org&gt; escribi&oacute;:</div>\
                  <blockquote class=\"gmail_quote\"><div>¿Lote?</div><div>¿Peso?</div></blockquote></div>";
    let mail = read(format!("From: a@b.c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{quoted}").as_bytes());
    assert_eq!(mail.reply, "A-123");
    assert!(mail.quoted.unwrap().ends_with("> ¿Lote?\n> ¿Peso?"));
    assert_eq!(html("<p>Datos:</p><blockquote style=\"margin:0 0 0 40px;border:none\"><p>A-123</p></blockquote>"), "Datos:\n\nA-123");
    let outlook = "<p>A-123</p><hr><p><b>De:</b> PV<br><b>Enviado:</b> lunes, 4 de marzo de 2024<br><b>Para:</b> x<br><b>Asunto:</b> y</p><p>¿Lote?</p>";
    assert_eq!(read(format!("From: a@b.c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{outlook}").as_bytes()).reply, "A-123");
}

const WITH_ATTACHMENTS: &[u8] = b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n\
    --o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain\r\n\r\nvea adjuntos\r\n\
    --i\r\nContent-Type: text/html\r\n\r\n<p>vea adjuntos</p>\r\n--i--\r\n\
    --o\r\nContent-Type: TEXT/CSV; charset=iso-8859-1\r\nContent-Disposition: attachment; filename*=iso-8859-1''a%F1o.csv\r\n\r\na\xf1o\r\n\
    --o\r\nContent-Type: image/png; name=\"=?utf-8?q?foto_ni=C3=B1o.png?=\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: inline\r\n\r\niVBORw==\r\n\
    --o\r\nContent-Type: message/rfc822\r\n\r\nSubject: dentro\r\nContent-Type: multipart/mixed; boundary=n\r\n\r\n--n\r\n\r\nuno\r\n\
    --n\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--n--\r\n\r\n--o--\r\n";

#[test]
fn attachments_are_described_and_their_bytes_are_the_senders() {
    let reader = MimeReader::default();
    let mail = read(WITH_ATTACHMENTS);
    assert_eq!(mail.body_text, "vea adjuntos");
    let kinds: Vec<_> = mail.attachments.iter().map(|a| (a.name.as_deref(), a.content_type.as_str(), a.size)).collect();
    assert_eq!(kinds[..2], [(Some("año.csv"), "text/csv", 3), (Some("foto niño.png"), "image/png", 4)]);
    assert_eq!((kinds.len(), kinds[2].1), (3, "message/rfc822"));
    assert_eq!(reader.attachment(WITH_ATTACHMENTS, 0).unwrap(), b"a\xf1o");
    assert_eq!(reader.attachment(WITH_ATTACHMENTS, 1).unwrap(), b"\x89PNG");
    let nested = reader.attachment(WITH_ATTACHMENTS, 2).unwrap();
    assert!(nested.starts_with(b"Subject: dentro") && nested.ends_with(b"--n--\r\n"), "{}", String::from_utf8_lossy(&nested));
    assert_eq!(reader.attachment(WITH_ATTACHMENTS, 3), None);
    for (index, attachment) in mail.attachments.iter().enumerate() {
        assert_eq!(reader.attachment(WITH_ATTACHMENTS, index).unwrap().len() as u64, attachment.size);
    }
    assert_eq!(mail.attachments[1].sha256, "0f4636c78f65d3639ece5a064b5ae753e3408614a14fb18ab4d7540d2c248543");
}

#[test]
fn text_that_is_sent_as_a_nameless_attachment_is_read() {
    let raw = b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nLote A-1\r\n--b--\r\n";
    assert_eq!(read(raw).body_text, "Lote A-1");
    assert_eq!(read(b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=falta\r\n\r\nLote A-1\r\n").body_text, "Lote A-1");
}

#[test]
fn what_is_no_mail_is_refused_with_a_reason() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0";
    for raw in [&b""[..], b"\r\n\r\n", b"hola", b"hola\r\n\r\nque tal", png, b"<html><body>x</body></html>", b"\0\0\0\0", b"a: b\r\n\r\nx"]
    {
        let reason = MimeReader::default().read(raw).unwrap_err().to_string();
        assert!(!reason.is_empty());
    }
    let json = serde_json::to_value(inspect(b"", &MimeReader::default())).unwrap();
    assert_eq!(json, serde_json::json!({"class": "unreadable", "error": "it is empty"}));
}

#[test]
fn anything_with_one_mail_field_is_a_mail() {
    for raw in
        ["From: a@b.c", "Subject: x\n\n", "Received: by x\r\n\r\nhola", "\u{feff}From: a@b.c\r\n\r\nx", "\r\n\r\nFrom: a@b.c\r\n\r\nx"]
    {
        read(raw.as_bytes());
    }
}

#[test]
fn an_inspection_names_what_operators_look_for() {
    let raw = b"From: Ana <ana@example.com>\r\nMessage-ID: <m@x>\r\nIn-Reply-To: <o1@x> <o2@x>\r\nReferences: <o0@x>\r\nDate: Mon, 4 Mar 2024 10:15:00 +0000\r\n\r\nhola\r\n";
    let json = serde_json::to_value(inspect(raw, &MimeReader::default())).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "class": "human", "class_reason": "no sign of a machine", "from": {"name": "Ana", "address": "ana@example.com"}, "to": [],
            "subject": null, "message_id": "<m@x>", "in_reply_to": "<o1@x>", "references": ["<o0@x>"], "date": "2024-03-04T10:15:00Z",
            "returned": null, "recipients": [], "returns_on": null, "body_text": "hola", "reply": "hola", "quoted": null, "attachments": []
        })
    );
    let bounce = b"From: MAILER-DAEMON@example.com\r\nSubject: Undelivered\r\n\r\n<ana@example.com>:\r\n550 5.1.1 User unknown\r\n";
    let json = serde_json::to_value(inspect(bounce, &MimeReader::default())).unwrap();
    assert_eq!(
        json["recipients"],
        serde_json::json!([{
            "address": "ana@example.com", "original_address": null, "action": "failed", "permanence": "hard", "reason": "unknown_user",
            "status": "5.1.1", "reply_code": 550, "diagnostic": "550 5.1.1 User unknown"
        }])
    );
}

#[test]
fn the_mail_that_a_report_is_about_is_named_by_its_own_header() {
    let report = |part: &str| {
        format!(
            "From: MAILER-DAEMON@mx.example.com\nSubject: Undelivered\nMessage-ID: <dsn@mx.example.com>\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nno\n\n--b\n\
             Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\nAction: failed\n\n--b\n{part}\n--b--\n"
        )
    };
    let header = "From: pv@example.org\nmessage-id:\n <1.a@example.org>\nSubject: x\n";
    for part in [
        format!("Content-Type: message/rfc822\n\n{header}\nbody\n"),
        format!("Content-Type: text/rfc822-headers\n\n{header}"),
        format!("Content-Type: message/rfc822-headers\n\n{header}"),
    ] {
        let mail = read(report(&part).replace('\n', "\r\n").as_bytes());
        assert_eq!(mail.returned.as_ref().map(|id| id.as_str()), Some("<1.a@example.org>"), "{part}");
    }
    assert_eq!(read(b"From: a@example.org\r\nMessage-ID: <2@example.org>\r\n\r\nMessage-ID: <3@example.org>\r\n").returned, None);
}
