//! Messages to an AWS that checks keys, signatures and rights (moto).
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use followup_domain::contact::{Country, PhoneNumber};
use followup_domain::ports::Sender;
use followup_domain::sending::{Parcel, Receipt, SendError, SendStage, SmsParts, TextParcel};
use followup_sns::{SnsConfig, SnsKey, SnsSms};
use followup_testkit::fakes::ManualClock;
use followup_testkit::rigs::moto::{MotoServer, REGION};

const LONG: Duration = Duration::from_secs(30);

fn config(server: &MotoServer) -> SnsConfig {
    let key = SnsKey { id: server.key_id.clone(), secret: server.secret.clone(), session_token: None };
    SnsConfig { region: REGION.into(), key, sender_id: Some("FARMACO".into()), base_url: server.url(), ca_pem: None }
}

fn send(config: SnsConfig, body: &str) -> Result<Receipt, SendError> {
    let to = PhoneNumber::parse("+51999888777", Country::default()).unwrap();
    let parcel = Parcel::Text(TextParcel { reference: "<1@fv.example>".into(), date: DateTime::UNIX_EPOCH, to, body: body.into() });
    SnsSms::new(config, Arc::new(ManualClock::default())).unwrap().prepare(&parcel, LONG).unwrap().transmit()
}

#[track_caller]
fn assert_account(sent: Result<Receipt, SendError>, code: &str) {
    let error = sent.unwrap_err();
    let is_right = matches!(&error, SendError::Unavailable { stage: SendStage::SignIn, text } if text.starts_with(code));
    assert!(is_right, "{error:?}");
}

#[test]
fn what_we_sign_is_taken_whatever_the_text_and_what_others_sign_is_not() {
    let server = MotoServer::start("sns:Publish");
    let long = "¿Cuál fue la dosis? ".repeat(30);
    for body in ["Hola", "¿Cuál fue la dosis? 1+1=2 & más", "línea\r\notra\t😀", "", "a&b=c%20d;e/f?g#h", &long] {
        let receipt = send(config(&server), body).unwrap();
        let id = receipt.provider_id.unwrap();
        assert_eq!(
            (id.scope.as_str(), id.name.len(), receipt.parts),
            ("sns", 36, Some(u16::try_from(SmsParts::of(body).parts).unwrap())),
            "{body:?}"
        );
    }
    let wrong = |change: fn(&mut SnsConfig)| {
        let mut config = config(&server);
        change(&mut config);
        send(config, "Hola")
    };
    assert_account(wrong(|config| config.key.secret.push('x')), "SignatureDoesNotMatch");
    assert_account(wrong(|config| config.key.id = "AKIAAAAAAAAAAAAAAAAA".into()), "InvalidClientTokenId");
}

#[test]
fn a_key_that_may_not_publish_is_our_accounts_fault() {
    let server = MotoServer::start("sns:ListTopics");
    assert_account(send(config(&server), "Hola"), "AccessDenied");
}
