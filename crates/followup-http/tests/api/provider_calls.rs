//! What a provider of text messages calls: who may, and what becomes of it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use followup_app::EventReaders;
use followup_domain::ids::InboundMailId;
use followup_domain::ports::{StoreError, StoreExt};
use followup_testkit::rigs::twilio_server::{AUTH_TOKEN, Call};
use followup_twilio::{TwilioDoor, TwilioEvents};
use serde_json::json;

use crate::support::{Answer, Api, GONE, Setup, failing};

const PUBLIC_URL: &str = "https://fv.example";
const SMS: &str = "/api/v1/webhooks/twilio/sms";
const STATUS: &str = "/api/v1/webhooks/twilio/status";
const FORM: &str = "application/x-www-form-urlencoded";

fn with_twilio(setup: &mut Setup) {
    setup.providers = vec![Arc::new(TwilioDoor::new(AUTH_TOKEN, PUBLIC_URL))];
    setup.followup.events = EventReaders::default().with(Arc::new(TwilioEvents));
}

fn message(id: &str, body: &str) -> Call {
    Call::message(&format!("{PUBLIC_URL}{SMS}"), id, "+51999888777", body)
}

impl Api {
    fn called(&self, call: &Call) -> Answer {
        let request = self.anonymous("POST", &call.path_and_query).header("Content-Type", FORM);
        request.header("X-Twilio-Signature", &call.signature).bytes(call.body.as_bytes())
    }

    /// How many calls are stored.
    pub(crate) fn stored_callbacks(&self) -> i64 {
        let read = self.followup.store.write::<_, StoreError>(|tx| {
            let mut count = 0;
            while tx.inbox().find_for_update(InboundMailId(count + 1))?.is_some() {
                count += 1;
            }
            Ok(count)
        });
        read.unwrap()
    }

    pub(crate) fn waits_for(&self, tray: &str, count: i64) {
        let begun = Instant::now();
        while self.get(&format!("/api/v1/inbox/{tray}")).json()["total"] != json!(count) {
            assert!(begun.elapsed() < Duration::from_secs(60), "the call is not understood");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn a_signed_call_is_stored_answered_as_twilio_wants_it_and_understood_once() {
    let api = Api::start_with(with_twilio);
    for _ in 0..2 {
        let answer = api.called(&message("SM1", "Quiero reportar una reacción"));
        assert_eq!((answer.status, answer.header("Content-Type")), (200, "text/xml; charset=utf-8"));
        assert!(answer.text().ends_with("<Response/>"), "{}", answer.text());
    }
    assert_eq!(api.called(&message("SM2", "Otra")).status, 200);
    api.waits_for("unassigned", 2);
}

#[test]
fn a_call_that_is_not_proven_is_forbidden_and_leaves_nothing() {
    let api = Api::start_with(with_twilio);
    let call = message("SM1", "500 mg");
    let forged = [
        Call { signature: String::new(), ..call.clone() },
        Call { signature: "GvWf1cFY/Q7PnoempGyD5oXAezc=".into(), ..call.clone() },
        Call { body: call.body.replace("500", "900"), ..call.clone() },
        Call { path_and_query: STATUS.into(), ..call.clone() },
        Call { path_and_query: format!("{SMS}?a=1"), ..call.clone() },
    ];
    for forged in forged {
        assert_eq!(api.called(&forged).error(), (403, "La firma o la contraseña del webhook no es válida".into()), "{forged:?}");
    }
    let twice = api.anonymous("POST", SMS).header("Content-Type", FORM).header("X-Twilio-Signature", &call.signature);
    assert_eq!(twice.header("X-Twilio-Signature", "x").bytes(call.body.as_bytes()).status, 403, "which of two is meant, nobody knows");
    assert_eq!(api.anonymous("POST", SMS).header("Content-Type", FORM).bytes(call.body.as_bytes()).status, 403);
    // The first call that is stored has the first number.
    assert_eq!(api.called(&message("SM2", "Hola")).status, 200);
    api.waits_for("unassigned", 1);
    assert_eq!(api.stored_callbacks(), 1);
}

#[test]
fn a_call_of_a_kind_that_nobody_knows_is_kept_for_people() {
    let api = Api::start_with(with_twilio);
    let fields = [("MessageSid", "SM1"), ("MessageStatus", "teleported")];
    assert_eq!(api.called(&Call::signed(&format!("{PUBLIC_URL}{STATUS}?ref=x"), &fields)).status, 200);
    api.waits_for("quarantine", 1);
}

#[test]
fn what_is_too_large_or_not_configured_or_cannot_be_stored_is_refused() {
    let api = Api::start_with(with_twilio);
    assert_eq!(api.called(&message("SM1", &"a".repeat(70_000))).status, 413);
    let none = Api::start();
    assert_eq!(none.called(&message("SM1", "Hola")).error(), (503, "canal no configurado".into()));
    let mut failures = None;
    let api = Api::start_with(|setup| {
        with_twilio(setup);
        failures = Some(failing(setup));
    });
    let failures = failures.unwrap();
    failures.store(GONE, Ordering::SeqCst);
    assert_eq!(api.called(&message("SM1", "Hola")).status, 503);
    failures.store(0, Ordering::SeqCst);
    assert_eq!(api.called(&message("SM1", "Hola")).status, 200);
    api.waits_for("unassigned", 1);
}
