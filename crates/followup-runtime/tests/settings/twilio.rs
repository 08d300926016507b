//! Who carries text messages.

use followup_runtime::settings::{Secret, SmsCarrier, TwilioTarget};

use super::{config, file, read, refusal};

const ACCOUNT: (&str, &str) = ("TWILIO_ACCOUNT_SID", "AC0123456789abcdef0123456789abcdef");
const SERVICE: &str = "MG0123456789abcdef0123456789abcdef";
const KEY: &str = "SK0123456789abcdef0123456789abcdef";
const WORKING: [(&str, &str); 5] = [
    ("SMS_PROVIDER", "twilio"),
    ACCOUNT,
    ("TWILIO_AUTH_TOKEN", "geheim"),
    ("TWILIO_FROM", "+15005550006"),
    ("PUBLIC_URL", "https://fv.example/"),
];

fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let kept = WORKING.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    kept.chain(more).copied().collect()
}

fn target(variables: &[(&str, &str)]) -> TwilioTarget {
    let Some(SmsCarrier::Twilio(target)) = config(variables).sms.carrier else { panic!("twilio carries") };
    target
}

#[test]
fn an_account_with_a_number_sends_with_its_token() {
    let target = target(&WORKING);
    assert_eq!(target.login, (ACCOUNT.1.into(), Secret::new("geheim")));
    assert_eq!((target.from.as_deref(), target.messaging_service), (Some("+15005550006"), None));
    assert_eq!((target.base_url.as_str(), target.public_url.as_str()), ("https://api.twilio.com", "https://fv.example"));
}

#[test]
fn a_messaging_service_and_an_api_key_stand_in_for_number_and_token() {
    let (_folder, token) = file("geheim\n");
    let token = token.to_str().unwrap();
    let target = target(&[
        ("SMS_PROVIDER", "Twilio"),
        ACCOUNT,
        ("TWILIO_AUTH_TOKEN_FILE", token),
        ("TWILIO_API_KEY", KEY),
        ("TWILIO_API_SECRET", "noch geheimer"),
        ("TWILIO_MESSAGING_SERVICE_SID", SERVICE),
        ("PUBLIC_URL", "https://fv.example"),
    ]);
    assert_eq!(target.login, (KEY.into(), Secret::new("noch geheimer")));
    assert_eq!((target.auth_token.expose(), target.messaging_service.as_deref()), ("geheim", Some(SERVICE)));
}

#[test]
fn what_cannot_work_is_named() {
    for (more, sentence) in [
        (&[("SMS_PROVIDER", "kannel")][..], "SMS_PROVIDER must be one of: twilio, gateway, sns"),
        (&[("TWILIO_ACCOUNT_SID", "")], "TWILIO_ACCOUNT_SID is required with SMS_PROVIDER=twilio"),
        (&[("TWILIO_ACCOUNT_SID", "AC12")], "TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits"),
        (&[("TWILIO_AUTH_TOKEN", "")], "TWILIO_AUTH_TOKEN is required with SMS_PROVIDER=twilio"),
        (&[("TWILIO_FROM", "")], "TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID is required with SMS_PROVIDER=twilio"),
        (&[("TWILIO_MESSAGING_SERVICE_SID", SERVICE)], "TWILIO_FROM and TWILIO_MESSAGING_SERVICE_SID are both given; give one of them"),
        (&[("TWILIO_API_KEY", KEY)], "TWILIO_API_SECRET is required with TWILIO_API_KEY"),
        (&[("TWILIO_API_SECRET", "x")], "TWILIO_API_KEY is required with TWILIO_API_SECRET"),
        (&[("PUBLIC_URL", "")], "PUBLIC_URL is required with SMS_PROVIDER=twilio"),
        (&[("PUBLIC_URL", "https://fv.example/?a=1")], "PUBLIC_URL must be an address without a query"),
        (&[("PUBLIC_URL", "http://fv.example")], "PUBLIC_URL must be https; http is for this machine (localhost) only"),
        (&[("TWILIO_BASE_URL", "http://api.example")], "TWILIO_BASE_URL must be https; http is for this machine (localhost) only"),
    ] {
        assert_eq!(refusal(&with(more)), sentence);
    }
    assert_eq!(refusal(&[("TWILIO_FROM", "+15005550006")]), "TWILIO_FROM is set but SMS_PROVIDER is not");
    assert_eq!(refusal(&[ACCOUNT]), "TWILIO_ACCOUNT_SID is set but neither SMS_PROVIDER nor WHATSAPP_PROVIDER is");
}

#[test]
fn no_secret_and_no_number_is_shown() {
    let shown = format!("{:?} {:?}", read(&[], &WORKING), config(&WORKING));
    assert!(!shown.contains("geheim") && !shown.contains("5005550006"), "{shown}");
}
