//! Mail that comes by webhook: who may post, in which shapes, and what becomes of it.

use std::fmt::Write;
use std::io::{Read, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use followup_domain::ids::InboundMailId;
use followup_domain::mail::inbound::InboundMail;
use followup_domain::ports::{Clock, StoreError, StoreExt};
use followup_http::{EmailWebhook, EmailWebhookKeys};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::{Answer, Api, GONE, failing};

const SECRET: &str = "un secreto compartido";
const BASIC: &str = "proveedor:contraseña larga";
const MAILGUN_KEY: &str = "key-mailgun";
const LARGEST: u64 = 100_000;
/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3600);
const MAIL: &[u8] = b"From: nuevo@reporter.test\r\nTo: fv@vigia.test\r\nSubject: Reporte\r\nMessage-ID: <n1@r.test>\r\n\r\nRash \xe9.\r\n";

fn api() -> Api {
    Api::start_with(|setup| setup.webhook = webhook())
}

fn webhook() -> Option<EmailWebhook> {
    let keys = EmailWebhookKeys { secret: Some(SECRET.into()), basic: Some(BASIC.into()), mailgun: Some(MAILGUN_KEY.into()) };
    EmailWebhook::new(keys, LARGEST)
}

/// HMAC-SHA256 by its definition (RFC 2104), so that the service is not measured by its own library.
fn hmac(key: &str, message: &[u8]) -> String {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key.as_bytes());
    let padded = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    let outer = Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize();
    outer.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn signature(timestamp: i64, body: &[u8]) -> String {
    format!("v1={}", hmac(SECRET, &[timestamp.to_string().as_bytes(), b".", body].concat()))
}

impl Api {
    fn signed(&self, body: &[u8]) -> Answer {
        let now = self.clock.now().timestamp();
        self.posted(&now.to_string(), &signature(now, body), body)
    }

    fn posted(&self, timestamp: &str, signature: &str, body: &[u8]) -> Answer {
        let request = self.anonymous("POST", "/api/v1/webhooks/email").header("Content-Type", "message/rfc822");
        request.header("X-Followup-Timestamp", timestamp).header("X-Followup-Signature", signature).bytes(body)
    }

    fn basic(&self, path: &str, kind: &str, body: &[u8]) -> Answer {
        let credentials = format!("Basic {}", STANDARD.encode(BASIC));
        let request = self.anonymous("POST", &format!("/api/v1/webhooks/email{path}"));
        request.header("Authorization", &credentials).header("Content-Type", kind).bytes(body)
    }

    fn mailgun(&self, token: &str, mail: &[u8]) -> Answer {
        let now = self.clock.now().timestamp();
        let signature = hmac(MAILGUN_KEY, format!("{now}{token}").as_bytes());
        let fields = [
            ("timestamp", now.to_string().into_bytes()),
            ("token", token.into()),
            ("signature", signature.into()),
            ("body-mime", mail.into()),
        ];
        let request = self.anonymous("POST", "/api/v1/webhooks/email/mailgun/mime").header("Content-Type", MULTIPART);
        request.bytes(&multipart(&fields))
    }

    fn stored(&self, id: i64) -> (InboundMail, Vec<u8>) {
        let read = self.followup.store.write::<_, StoreError>(|tx| {
            Ok((tx.inbox().find_for_update(InboundMailId(id))?.unwrap(), tx.originals().find_whole_arrival(InboundMailId(id))?.unwrap()))
        });
        read.unwrap()
    }

    /// Waits until so many mails are in the unassigned tray: posted mail is understood after the answer.
    fn has_understood(&self, count: i64) {
        let begun = Instant::now();
        while self.get("/api/v1/inbox/unassigned").json()["total"] != json!(count) {
            assert!(begun.elapsed() < Duration::from_secs(60), "the mail is not understood");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Begins a post that announces `length` bytes under a signature that fits nothing. It is being read when this returns.
fn begin_forged(api: &Api, length: usize) -> TcpStream {
    let now = api.clock.now().timestamp();
    let mut stream = api.connect();
    let head = format!(
        "POST /api/v1/webhooks/email HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {length}\r\nX-Followup-Timestamp: {now}\r\nX-Followup-Signature: v1=00\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 25];
    stream.read_exact(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 100"), "{}", String::from_utf8_lossy(&answer));
    stream
}

/// A webhook whose largest mail is larger than the least room.
fn roomy(wait: Duration) -> Api {
    Api::start_with(|setup| {
        let keys = EmailWebhookKeys { secret: Some(SECRET.into()), basic: Some(BASIC.into()), mailgun: None };
        setup.webhook = EmailWebhook::new(keys, 4_000_000).map(|webhook| webhook.with_patience(LONG, wait, LONG));
    })
}

const MULTIPART: &str = "multipart/form-data; boundary=\"xYzZY\"";

fn multipart(fields: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--xYzZY\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").bytes());
        body.extend(value);
        body.extend(b"\r\n");
    }
    body.extend(b"--xYzZY--\r\n");
    body
}

#[track_caller]
fn accepted(answer: &Answer) -> (i64, bool) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    (answer.json()["id"].as_i64().unwrap(), answer.json()["duplicate"].as_bool().unwrap())
}

#[test]
fn a_signed_mail_is_stored_byte_for_byte_and_understood() {
    let api = api();
    let (id, duplicate) = accepted(&api.signed(MAIL));
    let (mail, raw) = api.stored(id);
    assert_eq!((duplicate, mail.position.mailbox.as_str(), raw.as_slice()), (false, "webhook/raw", MAIL));
    api.has_understood(1);
    let first = api.get("/api/v1/inbox/unassigned").json()["items"][0].clone();
    assert_eq!(first["from"], "nuevo@reporter.test");
}

#[test]
fn the_same_mail_twice_is_one_over_whatever_way_it_comes() {
    let api = api();
    let (id, _) = accepted(&api.signed(MAIL));
    assert_eq!(accepted(&api.signed(MAIL)), (id, true));
    assert_eq!(accepted(&api.basic("", "text/plain", MAIL)), (id, true));
    assert_eq!(accepted(&api.mailgun("t1", MAIL)), (id, true));
    api.has_understood(1);
}

#[test]
fn a_mail_arrived_when_the_server_in_front_received_it() {
    let api = api();
    let now = api.clock.now();
    let received = |at: chrono::DateTime<chrono::Utc>| {
        let head = format!("Received: by mail.vigia.test (Postfix); {}\r\n", at.to_rfc2822());
        let (id, _) = accepted(&api.signed(&[head.as_bytes(), MAIL].concat()));
        api.stored(id).0.arrived_at
    };
    let yesterday = now - TimeDelta::days(1);
    assert_eq!(received(yesterday).timestamp(), yesterday.timestamp());
    for implausible in [now + TimeDelta::hours(1), now - TimeDelta::days(400)] {
        assert_eq!(received(implausible), now);
    }
}

#[test]
fn who_does_not_prove_itself_gets_nothing_stored() {
    let api = api();
    let now = api.clock.now().timestamp();
    let good = signature(now, MAIL);
    let forged = signature(now, b"another mail");
    let old = now - 301;
    let cases = [
        (now.to_string(), forged),
        (now.to_string(), good.replace("v1=", "v2=")),
        (now.to_string(), "v1=".into()),
        (now.to_string(), good[..good.len() - 2].to_owned()),
        ((now + 1).to_string(), good.clone()),
        (old.to_string(), signature(old, MAIL)),
        ((now + 302).to_string(), signature(now + 302, MAIL)),
        ("yesterday".into(), good.clone()),
        (String::new(), good),
    ];
    for (timestamp, signature) in cases {
        let answer = api.posted(&timestamp, &signature, MAIL);
        assert_eq!(answer.error(), (401, "La firma o la contraseña del webhook no es válida".into()), "{timestamp} {signature}");
        assert_eq!(answer.header("WWW-Authenticate"), "Basic realm=\"followup\"");
    }
    for path in ["", "/sendgrid", "/postmark"] {
        let path = format!("/api/v1/webhooks/email{path}");
        assert_eq!(api.anonymous("POST", &path).bytes(MAIL).status, 401, "{path}");
        for wrong in ["Basic cHJvdmVlZG9yOm90cmE=", "Basic !!", "Bearer x", "Basic"] {
            assert_eq!(api.anonymous("POST", &path).header("Authorization", wrong).bytes(MAIL).status, 401, "{path} {wrong}");
        }
        assert_eq!(api.request("POST", &path).bytes(MAIL).status, 401, "a token of ours proves nothing here");
    }
    assert_eq!(api.get("/api/v1/inbox/unassigned").json()["total"], 0);
    assert_eq!(accepted(&api.posted(&(now - 299).to_string(), &signature(now - 299, MAIL), MAIL)), (1, false));
}

#[test]
fn what_is_not_configured_answers_503() {
    let none = Api::start();
    for path in ["", "/mailgun", "/mailgun/mime", "/sendgrid", "/postmark"] {
        let answer = none.anonymous("POST", &format!("/api/v1/webhooks/email{path}")).bytes(MAIL);
        assert_eq!(answer.error(), (503, "canal no configurado".into()), "{path}");
    }
    let basic_only = Api::start_with(|setup| {
        setup.webhook = EmailWebhook::new(EmailWebhookKeys { basic: Some(BASIC.into()), ..EmailWebhookKeys::default() }, LARGEST);
    });
    assert_eq!(basic_only.signed(MAIL).status, 503);
    assert_eq!(basic_only.mailgun("t", MAIL).status, 503);
    assert_eq!(basic_only.basic("", "message/rfc822", MAIL).status, 200);
}

#[test]
fn mailguns_shape_is_taken_as_multipart_and_as_a_form() {
    let api = api();
    let (id, _) = accepted(&api.mailgun("t1", MAIL));
    assert_eq!((api.stored(id).0.position.mailbox.as_str(), api.stored(id).1.as_slice()), ("webhook/mailgun", MAIL));

    let now = api.clock.now().timestamp();
    let escaped: String = MAIL.iter().map(|byte| format!("%{byte:02X}")).collect();
    let signature = hmac(MAILGUN_KEY, format!("{now}t2").as_bytes());
    let form = format!("recipient=x&timestamp={now}&token=t2&signature={signature}&body-mime={escaped}");
    assert_eq!(accepted(&api.anonymous("POST", "/api/v1/webhooks/email/mailgun").form(&form)), (id, true));

    let without = format!("timestamp={now}&token=t3&signature={}", hmac(MAILGUN_KEY, format!("{now}t3").as_bytes()));
    let (status, detail) = api.anonymous("POST", "/api/v1/webhooks/email/mailgun").form(&without).error();
    assert!(status == 503 && detail.contains("«mime»"), "{detail}");
}

#[test]
fn mailguns_token_is_good_for_one_mail() {
    let api = api();
    accepted(&api.mailgun("t1", MAIL));
    assert_eq!(api.mailgun("t1", b"Subject: otro\r\n\r\nforjado").status, 401);
    assert_eq!(accepted(&api.mailgun("t1", MAIL)), (1, true), "Mailgun posts again what was not answered");
    let request = api.anonymous("POST", "/api/v1/webhooks/email/mailgun").header("Content-Type", MULTIPART);
    let unsigned =
        multipart(&[("timestamp", b"1".to_vec()), ("token", b"t".to_vec()), ("signature", b"00".to_vec()), ("body-mime", MAIL.to_vec())]);
    assert_eq!(request.bytes(&unsigned).status, 401);
}

#[test]
fn sendgrids_shape_is_taken_in_its_raw_form_only() {
    let api = api();
    let raw = multipart(&[("to", b"fv@vigia.test".to_vec()), ("email", MAIL.to_vec()), ("charsets", b"{}".to_vec())]);
    let (id, _) = accepted(&api.basic("/sendgrid", MULTIPART, &raw));
    assert_eq!((api.stored(id).0.position.mailbox.as_str(), api.stored(id).1.as_slice()), ("webhook/sendgrid", MAIL));
    let parsed = multipart(&[("text", b"hola".to_vec())]);
    let (status, detail) = api.basic("/sendgrid", MULTIPART, &parsed).error();
    assert!(status == 503 && detail.contains("raw, full MIME"), "{detail}");
    for broken in [b"--xYzZY\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nhalf".as_slice(), b"", b"no multipart"] {
        assert_eq!(api.basic("/sendgrid", MULTIPART, broken).status, 400, "{broken:?}");
    }
    assert_eq!(api.basic("/sendgrid", "text/plain", &raw).status, 415);
}

#[test]
fn hostile_multiparts_are_refused_or_read_and_end() {
    let api = api();
    let part = b"--xYzZY\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\n".as_slice();
    let end = b"\r\n--xYzZY--\r\n".as_slice();
    // A line that only begins like the boundary belongs to the mail.
    let almost = [MAIL, b"\r\n--xYzZ\r\n--xYzZYY\r\n-\r\n--"].concat();
    let answer = api.basic("/sendgrid", MULTIPART, &[part, MAIL, b"\r\n--xYzZ\r\n-\r\n--", end].concat());
    let (id, _) = accepted(&answer);
    assert_eq!(api.stored(id).1, [MAIL, b"\r\n--xYzZ\r\n-\r\n--"].concat());
    for body in [
        [part, &almost, end].concat(),
        b"--xYzZY\r\n\r\n".repeat(5_000),
        b"--xYzZY\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\r\n".repeat(1_500),
        [b"--xYzZY\r\n".as_slice(), &b"X: y\r\n".repeat(10_000)].concat(),
        b"\r\n--xYzZ".repeat(10_000),
        vec![b'-'; 90_000],
        vec![0; 90_000],
    ] {
        let status = api.basic("/sendgrid", MULTIPART, &body).status;
        assert!(matches!(status, 200 | 400 | 503), "{status}");
    }
    for kind in
        ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"", "multipart/mixed; boundary=x", ""]
    {
        let status = api.basic("/sendgrid", kind, part).status;
        assert!(matches!(status, 400 | 415), "{kind}: {status}");
    }
}

#[test]
fn postmarks_shape_needs_the_raw_mail() {
    let api = api();
    let mail = String::from_utf8_lossy(MAIL).into_owned();
    let body = json!({"From": "nuevo@reporter.test", "TextBody": "Rash", "Attachments": [{"Content": "AAAA"}], "RawEmail": mail});
    let (id, _) = accepted(&api.basic("/postmark", "application/json", body.to_string().as_bytes()));
    assert_eq!((api.stored(id).0.position.mailbox.as_str(), api.stored(id).1), ("webhook/postmark", mail.into_bytes()));
    for without in [json!({"From": "x"}), json!({"RawEmail": ""}), json!({"RawEmail": null})] {
        let (status, detail) = api.basic("/postmark", "application/json", without.to_string().as_bytes()).error();
        assert!(status == 503 && detail.contains("Include raw email content"), "{detail}");
    }
    for wrong in ["{", "[]", "{\"RawEmail\": 7}", ""] {
        assert_eq!(api.basic("/postmark", "application/json", wrong.as_bytes()).status, 400, "{wrong}");
    }
}

#[test]
fn of_a_mail_above_the_limit_the_header_section_stands_in_the_quarantine_once() {
    let api = api();
    let large = [MAIL, "0123456789\r\n".repeat(20_000).as_bytes()].concat();
    let form = multipart(&[("email", large.clone())]);
    let json = json!({"RawEmail": String::from_utf8_lossy(&large)}).to_string();
    for answer in [
        api.signed(&large),
        api.signed(&large),
        api.basic("/sendgrid", MULTIPART, &form),
        api.mailgun("t1", &large),
        api.basic("/postmark", "application/json", json.as_bytes()),
    ] {
        assert_eq!(answer.error(), (413, "El correo supera el límite de tamaño; su cabecera quedó en la cuarentena".into()));
    }
    let quarantine = api.get("/api/v1/inbox/quarantine").json();
    assert_eq!(quarantine["total"], 1, "{quarantine:#}");
    assert!(quarantine["items"][0]["reason"].as_str().unwrap().contains("se guardó solo su cabecera"), "{quarantine:#}");
    let raw = api.stored(1).1;
    assert!(large.starts_with(&raw) && raw.ends_with(b"\r\n\r\n"), "{raw:?}");

    let unsigned = api.posted(&api.clock.now().timestamp().to_string(), "v1=00", &[b"Subject: otro\r\n", large.as_slice()].concat());
    assert_eq!(unsigned.status, 401);
    assert_eq!(api.signed(&vec![b'x'; 5 * LARGEST as usize]).status, 413, "a body without end is not even looked at");
    assert_eq!(api.get("/api/v1/inbox/quarantine").json()["total"], 1);
}

#[test]
fn of_a_form_that_is_cut_within_its_mail_the_header_section_is_kept() {
    let api = api();
    let large = [MAIL, &b"x".repeat(LARGEST as usize + 1_200_000)].concat();
    let form = multipart(&[("email", large), ("to", b"fv@vigia.test".to_vec())]);
    let answer = api.basic("/sendgrid", MULTIPART, &form);
    assert_eq!(answer.error(), (413, "El correo supera el límite de tamaño; su cabecera quedó en la cuarentena".into()));
    assert_eq!(api.get("/api/v1/inbox/quarantine").json()["total"], 1);
    // A mail that is whole before the cut is a mail.
    let form = multipart(&[("email", MAIL.to_vec()), ("junk", b"x".repeat(LARGEST as usize + 1_200_000))]);
    accepted(&api.basic("/sendgrid", MULTIPART, &form));
}

#[test]
fn an_empty_body_is_no_mail() {
    let api = api();
    for empty in ["", "\r\n", "  "] {
        assert_eq!(api.signed(empty.as_bytes()).error(), (400, "El cuerpo no trae un correo".into()));
    }
}

#[test]
fn while_the_store_is_away_a_provider_is_told_to_come_again() {
    let mut failures = None;
    let api = Api::start_with(|setup| {
        setup.webhook = webhook();
        failures = Some(failing(setup));
    });
    let failures = failures.unwrap();
    failures.store(GONE, Ordering::SeqCst);
    let answer = api.signed(MAIL);
    assert_eq!((answer.status, answer.header("Retry-After")), (503, "5"));
    failures.store(0, Ordering::SeqCst);
    assert_eq!(accepted(&api.signed(MAIL)), (1, false));
}

#[test]
fn a_mail_that_cannot_be_understood_is_accepted_and_quarantined() {
    let api = api();
    accepted(&api.signed(b"\xff\xfe\x01 no mail at all"));
    accepted(&api.signed(MAIL));
    api.has_understood(1);
    assert_eq!(api.get("/api/v1/inbox/quarantine").json()["total"], 1);
}

#[test]
fn many_posts_at_once_are_all_stored_once() {
    let api = Arc::new(api());
    let threads: Vec<_> = (0..40)
        .map(|number: i32| {
            let api = Arc::clone(&api);
            std::thread::spawn(move || {
                // Two of each, and together many times the room that there is.
                let mail = [format!("Subject: {}\r\n", number / 2).as_bytes(), MAIL, "x".repeat(90_000).as_bytes()].concat();
                accepted(&api.signed(&mail))
            })
        })
        .collect();
    let answers: Vec<(i64, bool)> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(answers.iter().filter(|(_, duplicate)| !duplicate).count(), 20);
    api.has_understood(20);
}

#[test]
fn a_body_that_does_not_come_makes_room_for_the_others() {
    let api = Api::start_with(|setup| {
        setup.webhook = webhook().map(|webhook| webhook.with_patience(Duration::from_millis(100), Duration::from_secs(30), LONG));
    });
    let now = api.clock.now().timestamp();
    let head = format!(
        "POST /api/v1/webhooks/email HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99000\r\nX-Followup-Timestamp: {now}\r\nX-Followup-Signature: v1=00\r\n\r\nSubject: "
    );
    let answer = api.raw(&head);
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("demasiado despacio"), "{answer}");
    assert_eq!(accepted(&api.signed(MAIL)), (1, false));
}

#[test]
fn posts_that_announce_much_and_send_little_take_no_room() {
    let api = roomy(Duration::from_millis(300));
    let mut streams: Vec<_> = (0..30).map(|_| begin_forged(&api, 3_990_000)).collect();
    for stream in &mut streams {
        stream.write_all(b"Subject: ").unwrap();
    }
    let large = [MAIL, &b"x".repeat(1_000_000)].concat();
    accepted(&api.signed(&large));
    assert_eq!(accepted(&api.basic("", "message/rfc822", &large)), (1, true));
}

#[test]
fn bodies_without_proof_take_no_room_from_who_proves_itself_first() {
    let api = roomy(Duration::from_millis(300));
    let mut streams = [begin_forged(&api, 3_990_000), begin_forged(&api, 3_990_000)];
    for stream in &mut streams {
        stream.write_all(&b"x".repeat(3_989_999)).unwrap();
    }
    let mail = [MAIL, &b"x".repeat(20_000)].concat();
    let until = |status: u16| {
        let begun = Instant::now();
        while api.signed(&mail).status != status {
            assert!(begun.elapsed() < Duration::from_secs(60), "never {status}");
        }
    };
    until(503);
    accepted(&api.basic("", "message/rfc822", &mail));
    drop(streams);
    until(200);
}

#[test]
fn a_body_that_comes_fast_enough_but_does_not_end_is_given_up() {
    let api = Api::start_with(|setup| {
        setup.webhook = webhook().map(|webhook| webhook.with_patience(LONG, LONG, Duration::from_millis(200)));
    });
    let credentials = STANDARD.encode(BASIC);
    let answer = api.raw(&format!(
        "POST /api/v1/webhooks/email HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99000\r\nAuthorization: Basic {credentials}\r\n\r\nSubject: "
    ));
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("demasiado despacio"), "{answer}");
}

#[test]
fn of_a_large_mail_that_mailgun_posts_before_its_signature_the_header_is_kept_too() {
    let api = api();
    let now = api.clock.now().timestamp().to_string();
    let most = 3 * LARGEST as usize + 1024 * 1024;
    let post = |kind: &str, body: &[u8]| {
        let request = api.anonymous("POST", "/api/v1/webhooks/email/mailgun/mime").header("Content-Type", kind);
        request.bytes(body).status
    };
    // The cut falls behind the signature, within it, before it, and far before it.
    for (number, beyond) in [10_usize, 60, 150, 400, 100_000, 1_000_000].into_iter().enumerate() {
        for (kind, shape) in [(MULTIPART, "m"), ("application/x-www-form-urlencoded", "f")] {
            let token = format!("{shape}{number}");
            let signature = hmac(MAILGUN_KEY, format!("{now}{token}").as_bytes());
            let body = |length: usize, signature: &str| {
                let mail = format!("Subject: {token}\r\n\r\n{}", "x".repeat(length));
                if shape == "f" {
                    let mail = mail.replace("\r\n", "%0D%0A").replace(' ', "+");
                    return format!("body-mime={mail}&timestamp={now}&token={token}&signature={signature}").into_bytes();
                }
                let rest = [("timestamp", now.as_str()), ("token", &token), ("signature", signature)];
                let fields = [("body-mime", mail.as_str())].into_iter().chain(rest);
                multipart(&fields.map(|(name, value)| (name, value.as_bytes().to_vec())).collect::<Vec<_>>())
            };
            let length = most + beyond - body(0, &signature).len();
            assert_eq!(post(kind, &body(length, &"0".repeat(64))), 401, "{token}");
            assert_eq!(post(kind, &body(length, &signature)), 413, "{token}");
            assert_eq!(post(kind, &body(length, &signature)), 413, "{token} again");
        }
    }
    assert_eq!(api.get("/api/v1/inbox/quarantine").json()["total"], 12);
    let unsigned = multipart(&[("body-mime", [b"Subject: sin firma\r\n\r\n".as_slice(), &b"x".repeat(most)].concat())]);
    assert_eq!(post(MULTIPART, &unsigned), 413);
    assert_eq!(api.get("/api/v1/inbox/quarantine").json()["total"], 12, "nothing is kept without proof");
}
