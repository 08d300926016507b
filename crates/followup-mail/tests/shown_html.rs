//! HTML from outside is shown harmless: nothing that runs, loads, sends or pretends; the mail's own images are in it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use followup_domain::mail::inbound::{MailReader, ShownHtml};
use followup_mail::MimeReader;
use proptest::prelude::*;

fn shown(html: &str) -> ShownHtml {
    let raw = format!("From: a@b.c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}");
    MimeReader::default().html(raw.as_bytes()).unwrap()
}

fn body(html: &str) -> String {
    shown(html).body.trim().to_owned()
}

#[test]
fn what_people_write_stays_as_they_wrote_it() {
    let table = "<table border=\"1\"><tr><td>Lote</td><td>A-1</td></tr></table>";
    assert_eq!(body(table), table);
    assert_eq!(
        body("<P CLASS=x STYLE='color:red; Font-Size: 12pt'>Lote <B>A-1</B><br>5 < 6 &amp; ñ &aacute;</P>"),
        "<p style=\"color: red; font-size: 12pt\">Lote <b>A-1</b><br>5 &lt; 6 &amp; ñ &aacute;</p>"
    );
    assert_eq!(body("<span style=\"color:#C00000\">68 kg</span>"), "<span style=\"color: #C00000\">68 kg</span>");
    assert_eq!(body("<a href=\"https://example.org/a?b=1&amp;c=2\">x</a>"), "<a href=\"https://example.org/a?b=1&amp;c=2\">x</a>");
    assert_eq!(body("<html><head><title>t</title><style>p{}</style></head><body>hola</body></html>"), "hola");
}

#[test]
fn nothing_that_runs_or_leads_astray_comes_out() {
    for (hostile, expected) in [
        ("<script>alert(1)</script>x", "x"),
        ("<scr<script>ipt>alert(1)</script>x", "&lt;scrx"),
        ("<img src=x onerror=alert(1)>x", "x"),
        ("<p onclick=\"alert(1)\" ONMOUSEOVER=alert(1)>x</p>", "<p>x</p>"),
        ("<svg><script>alert(1)</script><a xlink:href='javascript:alert(1)'>x</a></svg>y", "y"),
        ("<math><mtext><style><img src onerror=alert(1)></style></mtext></math>y", "y"),
        ("<meta http-equiv=refresh content='0;url=http://evil'>x", "x"),
        ("<base href='http://evil/'><a href='x'>x</a>", "<a>x</a>"),
        ("<form action='http://evil'><input name=p><button>b</button></form>x", "bx"),
        ("<iframe src='http://evil'></iframe>x", "x"),
        ("<object data=x><embed src=y></object>x", "x"),
        ("<link rel=stylesheet href='http://evil'>x", "x"),
        ("<a href='javascript:alert(1)'>x</a>", "<a>x</a>"),
        ("<a href='JaVa\tScript:alert(1)'>x</a>", "<a>x</a>"),
        ("<a href='&#106;avascript:alert(1)'>x</a>", "<a>x</a>"),
        ("<a href='data:text/html,&lt;script>alert(1)&lt;/script>'>x</a>", "<a>x</a>"),
        // A `<` in a value ends the search for the tag's end; what is left of it is text.
        ("<a href='data:text/html,<script>alert(1)</script>'>x</a>", "&lt;a href=&#39;data:text/html,&#39;&gt;x"),
        ("<div style='position:fixed;top:0;z-index:9'>x</div>", "<div>x</div>"),
        ("<div style='margin-top:-900px;background:url(http://evil)'>x</div>", "<div>x</div>"),
        ("<div style='color:expression(alert(1));width:\\75rl(x)'>x</div>", "<div>x</div>"),
        ("<p title='&quot;>&lt;script>alert(1)&lt;/script>'>x</p>", "<p title=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\">x</p>"),
        ("<p title='\"><script>alert(1)</script>'>x</p>", "<p title=\"&quot;\">&#39;&gt;x</p>"),
        ("<textarea><img src=x onerror=alert(1)></textarea>x", "x"),
        ("<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>x", "&lt;p title=&#39;&#39;&gt;x"),
        ("</div></body></html><p>x", "<p>x</p>"),
        ("<!-- <p>no</p> -->x<![CDATA[y]]>", "x"),
    ] {
        let found = body(hostile);
        assert_eq!(found.trim_end_matches('\n'), expected, "{hostile}");
    }
}

#[test]
fn words_in_fields_are_shown_as_in_the_reply() {
    for (html, expected) in [
        ("<textarea>Lote A123</textarea>x", "Lote A123x"),
        ("<noscript>Lote A123</noscript>x", "Lote A123x"),
        ("<select><option>Lote A123<p>x", "Lote A123<p>x</p>"),
    ] {
        assert_eq!(body(html).trim_end_matches('\n'), expected);
    }
}

#[test]
fn images_from_elsewhere_are_counted_and_not_loaded() {
    let mail = shown(
        "<img src='http://track.example/x.gif' alt='logo'><img src='//track.example/y'><img src='x.png'>\
         <table background='http://track.example/z'><tr><td style=\"background-image:url('http://track.example/w')\">x</td></tr></table>",
    );
    assert_eq!((mail.blocked_images, mail.omitted_images), (5, 0));
    assert!(!mail.body.contains("track.example") && mail.body.contains("[logo]"), "{}", mail.body);
}

fn with_images(html: &str, parts: &str) -> Vec<u8> {
    format!(
        "From: a@b.c\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n{parts}--b--\r\n"
    )
    .into_bytes()
}

#[test]
fn the_mails_own_images_are_in_it() {
    let png = "--b\r\nContent-Type: image/png\r\nContent-ID: <foto@x>\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: inline\r\n\r\niVBORw==\r\n";
    let svg = "--b\r\nContent-Type: image/svg+xml\r\nContent-ID: <s>\r\n\r\n<svg onload='alert(1)'/>\r\n";
    let raw = with_images(
        "<img src=\"cid:foto@x\" width=20><img src=\"cid:foto%40x\"><img src=\"cid:s\" alt=\"dibujo\"><img src=\"cid:falta\">",
        &format!("{png}{svg}"),
    );
    let reader = MimeReader::default();
    let mail = reader.html(&raw).unwrap();
    let image = "<img src=\"data:image/png;base64,iVBORw==\"";
    assert_eq!(mail.body.trim(), format!("{image} width=\"20\">{image}>[dibujo]"));
    assert_eq!((mail.blocked_images, mail.omitted_images), (0, 2));
    let read = reader.read(&raw).unwrap();
    assert!(read.has_html);
    assert_eq!(read.attachments[0].content_id.as_deref(), Some("foto@x"));
}

#[test]
fn an_image_that_is_shown_a_thousand_times_does_not_grow_the_page_without_bound() {
    let png = format!(
        "--b\r\nContent-Type: image/png\r\nContent-ID: <i>\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        "A".repeat(1_000_000)
    );
    let mail = MimeReader::default().html(&with_images(&"<img src=cid:i>".repeat(1000), &png)).unwrap();
    assert!(mail.body.len() < 12_000_000 && mail.omitted_images > 900, "{}", mail.body.len());
}

#[test]
fn a_mail_without_html_has_none() {
    assert_eq!(MimeReader::default().html(b"From: a@b.c\r\n\r\n<p>x</p>"), None);
    assert!(!MimeReader::default().read(b"From: a@b.c\r\n\r\nx").unwrap().has_html);
    let attached = b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\nContent-Type: text/html\r\n\
        Content-Disposition: attachment; filename=a.html\r\n\r\n<p>y\r\n--b--\r\n";
    assert_eq!(MimeReader::default().html(attached), None);
}

/// The elements that a browser would find in it, by the plainest of readings.
fn elements(html: &str) -> Vec<String> {
    let tags = html.split('<').skip(1);
    tags.map(|tag| tag.trim_start_matches('/').split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn megabytes_of_hostile_markup_are_shown_and_nothing_nests_deeper_than_a_browser_bears() {
    for markup in [
        "<div>",
        "<b><p>",
        "<font color=red><p>",
        "<table><tr><td>",
        "<a href=http://x>",
        "<svg>",
        "<",
        "<img src=cid:x>",
        "<p a=",
        "<p style='",
        "</p>",
    ] {
        let mail = shown(&markup.repeat(1_000_000 / markup.len()));
        let mut depth = 0_i64;
        let mut deepest = 0;
        for tag in mail.body.split('<').skip(1).filter(|tag| !tag.starts_with("img") && !tag.starts_with("br")) {
            depth += if tag.starts_with('/') { -1 } else { 1 };
            deepest = deepest.max(depth);
        }
        assert!(deepest <= 200 && depth == 0, "{markup}: {deepest}");
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "<script>",
            "</script>",
            "<p>",
            "</p>",
            "<svg>",
            "</svg>",
            "<style>",
            "</style>",
            "<!--",
            "-->",
            "<img src=x onerror=y>",
            "<a href=",
            "javascript:x",
            "'",
            "\"",
            ">",
            "<",
            "&",
            "&lt;",
            "=",
            "/",
            "<textarea>",
            "<title>",
            "</title>",
            "<math>",
            "<select>",
            "<b",
            " onload=z ",
            "<template>",
            "<table>",
            "<td style=\"",
            "url(http://x)",
            "<plaintext>",
            "\0",
            "<![CDATA[",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn only_known_elements_and_attributes_come_out(pieces in prop::collection::vec(piece(), 0..40)) {
        let raw = format!("From: a@b.c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}", pieces.concat());
        let Some(mail) = MimeReader::default().html(raw.as_bytes()) else { return Ok(()) };
        for element in elements(&mail.body) {
            // Those of the pieces, and those of one letter, which arbitrary text may name too.
            prop_assert!(["p", "img", "a", "b", "table", "td", "i", "q", "s", "u"].contains(&element.as_str()), "{element}: {}", mail.body);
        }
        // An attribute's name stands behind a blank inside a tag; all values are quoted and escaped.
        for tag in mail.body.split('<').skip(1) {
            let inside = tag.split('>').next().unwrap_or_default();
            let names: Vec<&str> = inside.split('"').step_by(2).flat_map(|text| text.split_whitespace()).filter(|word| word.ends_with('=')).collect();
            for name in names {
                prop_assert!(!name.starts_with("on"), "{}", mail.body);
            }
        }
    }
}
