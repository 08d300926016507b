//! What a gateway of one's own calls: by GET and POST, with a secret in the path.

use std::sync::Arc;

use followup_app::EventReaders;
use followup_domain::contact::Country;
use followup_gateway::{AddressRange, GatewayDoor, GatewayEvents};
use followup_testkit::fakes::ManualClock;

use crate::support::{Api, Setup};

const SECRET: &str = "4f1d8f0b7ac2e9d35b6a80c1e2f3a4b5";

fn path(called: &str) -> String {
    format!("/api/v1/webhooks/sms/{SECRET}/{called}")
}

fn with_gateway(bits: u8) -> impl FnOnce(&mut Setup) {
    move |setup| {
        let allowed = vec![AddressRange { address: "127.0.0.1".parse().unwrap(), bits }];
        setup.providers = vec![Arc::new(GatewayDoor::new(SECRET, allowed, Arc::new(ManualClock::default())))];
        setup.followup.events = EventReaders::default().with(Arc::new(GatewayEvents::new(Country::default())));
    }
}

#[test]
fn a_message_is_taken_in_the_address_and_in_the_body_and_once() {
    let api = Api::start_with(with_gateway(32));
    for _ in 0..2 {
        let answer = api.anonymous("GET", &path("in?from=51999888777&id=1&charset=UTF-8&text=Hola")).send();
        assert_eq!((answer.status, answer.text().as_str()), (200, ""));
        let posted = api.anonymous("POST", &path("in?id=2")).header("Content-Type", "text/plain; charset=\"UTF-16BE\"");
        assert_eq!(posted.header("X-Kannel-From", "51999888777").bytes(b"\0S\0\xed").status, 200);
    }
    api.waits_for("unassigned", 2);
    let tray = api.get("/api/v1/inbox/unassigned").json();
    let mut bodies: Vec<&str> = tray["items"].as_array().unwrap().iter().map(|item| item["body"].as_str().unwrap()).collect();
    bodies.sort_unstable();
    assert_eq!(bodies, ["Hola", "Sí"]);
}

#[test]
fn a_report_of_an_unknown_message_is_kept_and_asks_nobody() {
    let api = Api::start_with(with_gateway(32));
    for method in ["GET", "POST"] {
        assert_eq!(api.anonymous(method, &path("dlr?ref=PDFAZnYuZXhhbXBsZT4&type=1")).send().status, 200);
    }
    assert_eq!(api.stored_callbacks(), 1, "the same, whatever method brought it");
    assert_eq!(api.anonymous("GET", &path("dlr?type=nothing")).send().status, 200);
    api.waits_for("quarantine", 1);
}

#[test]
fn another_secret_another_address_and_a_gateway_that_nobody_configured_leave_nothing() {
    let api = Api::start_with(with_gateway(32));
    let (wrong, longer) = (path("in?from=1&text=x").replace("4f1d", "4f1e"), path("in?from=1&text=x").replace("/in", "x/in"));
    for called in [&wrong, &longer] {
        assert_eq!(api.anonymous("GET", called).send().status, 403, "{called}");
    }
    // Through a proxy on this machine: whom it names counts.
    let proxied = |address: &str| api.anonymous("GET", &path("in?from=1&text=x")).header("X-Forwarded-For", address).send().status;
    assert_eq!((proxied("203.0.113.9"), api.stored_callbacks()), (403, 0));
    assert_eq!((proxied("127.0.0.1"), api.stored_callbacks()), (200, 1));
    assert_eq!(api.anonymous("PUT", &path("in")).send().status, 405);
    let nobody = Api::start();
    assert_eq!(nobody.anonymous("GET", &path("in?from=1&text=x")).send().status, 503);
}
