use super::*;

const LIMIT: Duration = Duration::from_secs(30);

/// Without Message-ID and Date, which a server must not make up for mail from outside.
fn message(to: &str) -> String {
    format!("From: pv@vigia.test\r\nTo: {to}\r\n\r\nPeso: 68 kg\r\n.\r\nnáusea\r\n")
}

fn text(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).into_owned()
}

#[test]
fn delivered_mail_reaches_the_unit_unchanged_also_with_plus_addressing() {
    let rig = MailRig::start();
    rig.deliver("reporter@clinic.test", "pv+123.abc@vigia.test", message("pv@vigia.test").as_bytes()).unwrap();
    let inbox = rig.wait_for_mail(&rig.unit, 1, LIMIT);
    assert!(text(&inbox[0]).ends_with(&message("pv@vigia.test")), "{}", text(&inbox[0]));
    assert!(rig.inbox(&rig.reporter).is_empty());
}

#[test]
fn recipients_decide_what_happens() {
    let rig = MailRig::start();
    let send = |to: &str| rig.deliver("pv@vigia.test", to, message(to).as_bytes());
    let refusal = |to: &str| send(to).unwrap_err().to_string();
    assert!(refusal("nadie@clinic.test").starts_with("550 5.1.1"));
    assert!(refusal("x@busy.test").starts_with("450 4.7.1"));
    assert!(refusal("x@example.org").starts_with("554"));

    send("x@soft.test").unwrap();
    send("x@late.test").unwrap();
    send("away@clinic.test").unwrap();
    let answered = |messages: &[Vec<u8>]| {
        let any = |part: &str| messages.iter().any(|raw| text(raw).contains(part));
        any("multipart/report") && any("Auto-Submitted: auto-replied (vacation)")
    };
    rig.wait_for_mail_where(&rig.unit, answered, LIMIT);
}

#[test]
fn smtp_goes_down_and_comes_back_on_the_same_ports() {
    let mut rig = MailRig::start();
    rig.stop_smtp();
    let refused = rig.deliver("a@clinic.test", &rig.unit.address, b"Subject: x\r\n\r\nx\r\n");
    assert!(refused.is_err());
    rig.start_smtp();
    rig.deliver("a@clinic.test", &rig.unit.address, message("pv@vigia.test").as_bytes()).unwrap();
    rig.wait_for_mail(&rig.unit, 1, LIMIT);
    let folder = rig.ca_file.ancestors().nth(3).unwrap().to_owned();
    rig.stop_smtp();
    drop(rig);
    assert!(!folder.exists());
}
