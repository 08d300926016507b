//! Quotes that HTML sets apart are folded, whoever announces them, and what people set off themselves is not.

#![allow(clippy::unwrap_used)]

use followup_domain::mail::inbound::MailReader;
use followup_mail::MimeReader;

const GMAIL: &str = "El lun, 4 mar 2024 a las 10:15, PV (&lt;pv@example.org&gt;) escribió:";

fn reply(html: &str) -> String {
    let raw = format!("From: a@example.com\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}");
    MimeReader::default().read(raw.as_bytes()).unwrap().reply
}

#[test]
fn a_container_that_only_a_mail_program_writes_is_a_quote_without_an_announcement() {
    for (open, close) in [
        (
            r#"<div class="gmail_quote"><blockquote class="gmail_quote" style="border-left:1px solid rgb(204,204,204)">"#,
            "</blockquote></div>",
        ),
        (r#"<div class='gmail_quote gmail_quote_container'><blockquote class='gmail_quote'>"#, "</blockquote></div>"),
        (r#"<div class="protonmail_quote"><blockquote class="protonmail_quote" type="cite">"#, "</blockquote></div>"),
        (r#"<BLOCKQUOTE CLASS="tutanota_quote">"#, "</BLOCKQUOTE>"),
    ] {
        for quote in [
            "<div>Buenos días, falta el lote.<br></div>",
            "<p>Hola:</p><p>¿Lote?</p>",
            "Hola<blockquote class=\"gmail_quote\">antes</blockquote>",
        ] {
            assert_eq!(reply(&format!("Lote A-123{open}{quote}{close}")), "Lote A-123", "{open}{quote}");
            assert_eq!(reply(&format!("<div>Lote A-123</div>{open}{quote}{close}<br>")), "Lote A-123", "{open}{quote}");
        }
    }
}

#[test]
fn an_announced_quote_is_folded_in_the_container_of_any_program() {
    for container in [
        r#"<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{a}<br></div><blockquote class="gmail_quote">{q}</blockquote></div>"#,
        r#"<div><br><blockquote type="cite"><div>{a}</div><div>{q}</div></blockquote></div>"#,
        r#"<div class="moz-cite-prefix">{a}</div><blockquote type="cite" cite="mid:x@y">{q}</blockquote>"#,
        r#"<div id="yahoo_quoted_1" class="yahoo_quoted"><div>{a}</div><div>{q}</div></div>"#,
        r#"<div class="zmail_extra"><div>{a}</div><blockquote>{q}</blockquote></div>"#,
        r#"<div>{a}</div><blockquote style="border-left: 2px solid #325FBA">{q}</blockquote>"#,
        "<blockquote><div>{a}</div>{q}</blockquote>",
        "<p>{a}</p>{q}",
    ] {
        let quote = container.replace("{a}", GMAIL).replace("{q}", "<div>Hola:<br><br>¿Número de lote?</div>");
        assert_eq!(reply(&format!("<div>Lote A-123</div>{quote}")), "Lote A-123", "{container}");
    }
}

#[test]
fn a_header_on_one_line_below_a_ruler_announces_a_quote() {
    let header = "<b>From: pv@example.org</b> <b>Date: Tue, 13 Oct 2026 08:20:00 -0500</b>";
    assert_eq!(reply(&format!("Lote A-123<div><hr/><div><font>{header}</font></div><div>Lot, please.</div></div>")), "Lote A-123");
}

#[test]
fn what_the_sender_indented_stays() {
    for html in [
        "<p>Datos:</p><blockquote>Lote A-123</blockquote>",
        "<p>Datos:</p><blockquote style='margin:0 0 0 40px;border:none'>Lote A-123</blockquote>",
    ] {
        assert_eq!(reply(html), "Datos:\n\nLote A-123");
    }
}

#[test]
fn the_delimiter_of_signatures_keeps_its_blank() {
    let signature = |delimiter: &str| format!("<div>Lote A-123</div>{delimiter}<br><div class=\"gmail_signature\">Ana<br>Farmacia</div>");
    assert_eq!(reply(&signature("<span class=\"gmail_signature_prefix\">-- </span>")), "Lote A-123");
    assert_eq!(reply(&signature("-- ")), "Lote A-123");
    assert_eq!(reply("Respondo:<br>--<br>sigue igual"), "Respondo:\n--\nsigue igual");
}
