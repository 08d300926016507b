//! Faults on the line between the poller and a real Dovecot, at every kind of byte boundary: each mail is stored once, in
//! order, and the cursor stands at the last one stored.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::LazyLock;
use std::time::Duration;

use followup_app::App;
use followup_imap::{Backoff, Cause, ImapConfig, ImapPoller, ImapTls, PollError, PollReport, Stage, Stop};
use followup_testkit::chaos::Plan;
use followup_testkit::rigs::mail::MailRig;
use followup_testkit::rigs::proxy::{Fault, FaultyProxy, Harm, Place};
use support::imap_client::Person;
use support::{LIMIT, cursor, eventually, mail, password, service, stored, subjects};

/// One for all tests: it ends with the process.
static RIG: LazyLock<MailRig> = LazyLock::new(MailRig::start);

const DATE: &str = "17-Jul-2024 10:00:00 -0500";
const ALL: [&str; 3] = ["uno", "dos", "tres"];

/// Long enough for a busy machine's honest answers, short enough to be waited out.
const SILENCE: Duration = Duration::from_secs(2);

/// A mailbox with three mails, read through a proxy.
struct Line {
    proxy: FaultyProxy,
    config: ImapConfig,
    person: Person,
}

fn line(mailbox: &str, tls: ImapTls) -> Line {
    let mut person = Person::sign_in(RIG.imap_port, &RIG.unit.address, &RIG.unit.password);
    person.create(mailbox);
    for subject in ALL {
        person.append(mailbox, DATE, &mail(subject));
    }
    let proxy = FaultyProxy::start(if tls == ImapTls::Implicit { RIG.imaps_port } else { RIG.imap_port });
    let mut config = support::config(proxy.port, tls);
    config.user = RIG.unit.address.clone();
    config.login = password(&RIG.unit.password);
    config.ca_pem = Some(std::fs::read(&RIG.ca_file).unwrap());
    config.mailbox = mailbox.into();
    config.backoff = Backoff { first: Duration::from_millis(5), cap: Duration::from_millis(20) };
    Line { proxy, config, person }
}

impl Line {
    async fn look(&self, followup: &App) -> Result<PollReport, PollError> {
        ImapPoller::new(self.config.clone(), followup.clone()).unwrap().poll_once(&Stop::new()).await
    }

    /// How many bytes the server sends in one look that finds everything.
    async fn length(&self) -> usize {
        self.look(&service()).await.unwrap();
        self.proxy.passed()
    }

    /// A look that meets a fault, then one that does not. Returns what the first one stored, and how it ended.
    async fn survives(&self, fault: Fault) -> (usize, Option<PollError>) {
        let followup = service();
        self.proxy.plan([Some(fault.clone())]);
        let error = self.look(&followup).await.err();
        let before = subjects(&followup);
        assert_eq!(before, ALL[..before.len()], "{fault:?}");
        assert_eq!(cursor(&followup, &self.config).map_or(0, |cursor| cursor.last_uid as usize), before.len(), "{fault:?}");
        self.look(&followup).await.unwrap();
        assert_eq!(subjects(&followup), ALL, "{fault:?}");
        for ((_, raw), subject) in stored(&followup).iter().zip(ALL) {
            assert_eq!(raw, &mail(subject), "{fault:?}");
        }
        assert_eq!(cursor(&followup, &self.config).unwrap().last_uid, 3, "{fault:?}");
        (before.len(), error)
    }
}

/// Every kind of place in the answers of one look: what it is, where, and how many mails are stored by then.
fn places() -> Vec<(&'static str, Vec<&'static str>, usize, usize)> {
    let first = "BODY[] {";
    let end = "Respuesta.\r\n";
    vec![
        ("before the greeting", vec![], 0, 0),
        ("in the greeting", vec!["* OK"], 0, 0),
        ("between the halves of the greeting's CRLF", vec!["* OK", "\r"], 0, 0),
        ("before the answer to LOGIN", vec!["* OK", "\r\n"], 0, 0),
        ("in the UIDVALIDITY", vec!["UIDVALIDITY "], 2, 0),
        ("before the answer to SEARCH", vec!["[READ-ONLY]"], 0, 0),
        ("in the numbers of SEARCH", vec!["* SEARCH 1"], 0, 0),
        ("after the numbers of SEARCH", vec!["* SEARCH 1 2 3\r\n"], 0, 0),
        ("in an envelope", vec!["INTERNALDATE "], 5, 0),
        ("in a size", vec!["RFC822.SIZE "], 1, 0),
        ("before the literal's header", vec!["BODY["], 0, 0),
        ("in the literal's header", vec![first], 1, 0),
        ("before the end of the literal's header", vec![first, "}"], 0, 0),
        ("between the halves of the CRLF before a literal", vec![first, "\r"], 0, 0),
        ("before a literal", vec![first, "\r\n"], 0, 0),
        ("inside a literal", vec![first, "\r\n"], 40, 0),
        ("between the halves of a CRLF inside a literal", vec![first, "\r\n", "\r"], 0, 0),
        ("between a literal and the closing parenthesis", vec![first, end], 0, 0),
        ("after the closing parenthesis", vec![first, end], 1, 0),
        ("between the halves of the CRLF after it", vec![first, end], 2, 0),
        ("before the tagged line", vec![first, end, ")\r\n"], 0, 0),
        ("in the tag", vec![first, end, ")\r\n"], 2, 0),
        ("in the tagged OK", vec![first, end, ")\r\n", " O"], 0, 0),
        ("in the tagged line", vec![first, end, ")\r\n", " OK "], 3, 0),
        ("between the halves of the tagged line's CRLF", vec![first, end, ")\r\n", "\r"], 0, 0),
        ("after the tagged line", vec![first, end, ")\r\n", "\r\n"], 0, 1),
        ("inside the second literal", vec![first, first], 40, 1),
        ("inside the third literal", vec![first, first, first], 40, 2),
        ("in the farewell", vec!["* BYE"], 0, 3),
    ]
}

#[tokio::test]
async fn a_line_cut_at_any_kind_of_place_loses_and_doubles_nothing() {
    let line = line("Cortes", ImapTls::None);
    for (what, texts, more, stored) in places() {
        let (before, error) = line.survives(Fault { place: Place::Behind(texts, more), harm: Harm::Cut }).await;
        assert_eq!(before, stored, "{what}");
        // The farewell is not waited for.
        assert_eq!(error.is_some(), stored < 3, "{what}: {error:?}");
    }
}

#[tokio::test]
async fn a_line_cut_at_the_bytes_of_the_answers_that_carry_mail_loses_and_doubles_nothing() {
    // Every third byte, or all of them when there is time.
    let step = if Plan::from_environment(0, 0).kills > 0 { 1 } else { 3 };
    let line = line("Cada-byte", ImapTls::None);
    // From the header of the second literal to the tagged line behind it.
    for more in (0..mail("dos").len() + 60).step_by(step) {
        let (before, _) = line.survives(Fault { place: Place::Behind(vec!["BODY[]", "BODY["], more), harm: Harm::Cut }).await;
        assert!((1..=2).contains(&before), "{more}");
    }
}

#[tokio::test]
async fn a_line_cut_anywhere_inside_tls_loses_and_doubles_nothing() {
    let line = line("Cifrado", ImapTls::Implicit);
    let length = line.length().await;
    for part in 0..40 {
        line.survives(Fault { place: Place::Byte(length * part / 40), harm: Harm::Cut }).await;
    }
}

#[tokio::test]
async fn answers_that_come_byte_by_byte_are_understood() {
    let line = line("Gota-a-gota", ImapTls::None);
    let (before, error) = line.survives(Fault { place: Place::Byte(0), harm: Harm::Dribble }).await;
    assert_eq!((before, error), (3, None));
}

#[tokio::test]
async fn answers_that_come_late_are_waited_for() {
    let line = line("Tarde", ImapTls::None);
    let place = Place::Behind(vec!["BODY[] {", "\r\n"], 40);
    let (before, error) = line.survives(Fault { place, harm: Harm::Delay(Duration::from_millis(100)) }).await;
    assert_eq!((before, error), (3, None));
}

#[tokio::test]
async fn a_connection_that_is_dead_without_a_fin_is_given_up_wherever_it_died() {
    let mut line = line("Muertos", ImapTls::None);
    line.config.timeouts.idle = SILENCE;
    let dead = |texts, more| Fault { place: Place::Behind(texts, more), harm: Harm::Freeze };
    for (texts, more, stored, stage) in [
        (vec!["* OK"], 0, 0, Stage::Connect),
        (vec!["UIDVALIDITY "], 0, 0, Stage::Examine),
        (vec!["BODY[] {", "\r\n"], 40, 0, Stage::Fetch(1)),
        (vec!["BODY[] {", "Respuesta.\r\n", ")\r\n"], 1, 0, Stage::Fetch(1)),
        (vec!["BODY[] {", "BODY[] {", "\r\n"], 40, 1, Stage::Fetch(2)),
    ] {
        let (before, error) = line.survives(dead(texts, more)).await;
        assert_eq!((before, error.unwrap()), (stored, PollError { stage, cause: Cause::TimedOut(SILENCE) }));
    }
}

#[tokio::test]
async fn the_daemon_takes_everything_over_a_line_that_is_cut_again_and_again() {
    let mut line = line("Necia", ImapTls::None);
    line.config.poll_interval = Duration::from_millis(5);
    let literal = |number| Place::Behind(vec!["BODY[] {"; number], 20);
    line.proxy.plan([1, 1, 2, 1, 1].map(|number| Some(Fault { place: literal(number), harm: Harm::Cut })));
    let (followup, stop) = (service(), Stop::new());
    let daemon = tokio::spawn({
        let (poller, stop) = (ImapPoller::new(line.config.clone(), followup.clone()).unwrap(), stop.clone());
        async move { poller.run(&stop).await }
    });
    eventually("all is stored", || subjects(&followup).len() == 3).await;
    line.person.append("Necia", DATE, &mail("cuatro"));
    line.proxy.cut();
    eventually("what came after the last cut is stored", || subjects(&followup).len() == 4).await;
    stop.request();
    tokio::time::timeout(LIMIT, daemon).await.unwrap().unwrap();
    assert_eq!(subjects(&followup), ["uno", "dos", "tres", "cuatro"]);
    assert!(line.proxy.accepted() >= 6);
}
