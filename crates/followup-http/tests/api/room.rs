//! Room for large answers: bounded, and never lost.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use followup_domain::ports::{Store, StoreError, Tx, TxMode, TxVerdict};
use serde_json::Value;

use crate::support::{Api, REPORTER, quiet};

const UNASSIGNED: &str = "/api/v1/inbox/unassigned";
const SHORT: Duration = Duration::from_millis(300);
/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3600);

/// A store that falls silent over the next piece of work, until it is told to go on.
#[derive(Default)]
struct Silence(Mutex<(bool, bool)>, Condvar);

impl Silence {
    fn begin(&self) {
        *self.0.lock().unwrap() = (true, true);
    }

    fn end(&self) {
        self.0.lock().unwrap().1 = false;
        self.1.notify_all();
    }

    fn keep_whoever_is_next(&self) {
        let mut state = self.0.lock().unwrap();
        if std::mem::take(&mut state.0) {
            drop(self.1.wait_while(state, |(_, silent)| *silent).unwrap());
        }
    }
}

struct SilentStore(Arc<dyn Store>, Arc<Silence>);

impl Store for SilentStore {
    fn transact(&self, mode: TxMode, work: &mut dyn FnMut(&mut dyn Tx) -> TxVerdict) -> Result<(), StoreError> {
        self.1.keep_whoever_is_next();
        self.0.transact(mode, work)
    }

    fn check(&self) -> Result<(), StoreError> {
        self.0.check()
    }
}

/// A service with a mail of HTML in the tray, whose HTML takes the only place for mails that are taken apart.
fn start(limit: Duration, patience: Duration) -> (Api, Arc<Silence>, String) {
    let silence = Arc::new(Silence::default());
    let api = Api::start_with(|setup| {
        quiet(setup);
        setup.followup.store = Arc::new(SilentStore(Arc::clone(&setup.followup.store), Arc::clone(&silence)));
        setup.answer_limits = Some((limit, patience));
    });
    api.receive(&format!(
        "From: {REPORTER}\nTo: fv@vigia.test\nSubject: Datos\nMessage-ID: <h@clinic.test>\nContent-Type: text/html\n\n<p>68 kg</p>\n"
    ));
    let tray: Value = api.get(UNASSIGNED).json();
    let html = format!("{UNASSIGNED}/{}/html", tray["items"][0]["id"]);
    assert_eq!(api.get(&html).status, 200, "{tray}");
    (api, silence, html)
}

#[test]
fn a_thread_that_a_silent_store_keeps_gives_its_room_back_when_its_answer_is_given_up() {
    let (api, silence, html) = start(SHORT, LONG);
    silence.begin();
    assert_eq!(api.get(&html).status, 503);
    assert_eq!(api.get(&html).status, 200, "the first one waits still");
    silence.end();
}

#[test]
fn a_request_without_room_waits_and_is_told_to_come_again_and_others_are_answered() {
    let (api, silence, html) = start(LONG, SHORT);
    silence.begin();
    std::thread::scope(|scope| {
        let first = scope.spawn(|| api.get(&html).status);
        while silence.0.lock().unwrap().0 {
            std::thread::sleep(Duration::from_millis(5));
        }
        let second = api.get(&html);
        assert_eq!((second.status, second.header("Retry-After").is_empty()), (503, false), "{}", second.text());
        assert_eq!(api.get(UNASSIGNED).status, 200, "a list waits for no mail that is taken apart");
        silence.end();
        assert_eq!(first.join().unwrap(), 200);
    });
    assert_eq!(api.get(&html).status, 200);
}

#[test]
fn an_original_of_several_pieces_comes_whole() {
    let (api, _, html) = start(LONG, LONG);
    let line = "La paciente pesa 68 kg y mide 160 cm.\n";
    let mail = format!("From: {REPORTER}\nTo: fv@vigia.test\nSubject: Todo\nMessage-ID: <g@clinic.test>\n\n{}", line.repeat(60_000));
    api.receive(&mail);
    let mail = mail.replace('\n', "\r\n");
    let tray: Value = api.get(UNASSIGNED).json();
    let large = tray["items"].as_array().unwrap().iter().find(|mail| mail["body_cut"] == true).unwrap();
    let answer = api.get(&format!("{UNASSIGNED}/{}/raw", large["id"]));
    assert_eq!((answer.status, answer.header("Content-Length")), (200, mail.len().to_string().as_str()));
    assert!(answer.text() == mail);
    assert_eq!(api.get(&html).status, 200);
}
