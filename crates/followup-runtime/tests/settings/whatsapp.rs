//! Who carries WhatsApp, and which templates go by themselves.

use followup_domain::sending::WhatsappRules;
use followup_runtime::settings::{TwilioTarget, WhatsappCarrier, WhatsappConfig};

use super::{config, refusal};

const WORKING: [(&str, &str); 5] = [
    ("WHATSAPP_PROVIDER", "twilio"),
    ("TWILIO_ACCOUNT_SID", "AC0123456789abcdef0123456789abcdef"),
    ("TWILIO_AUTH_TOKEN", "geheim"),
    ("TWILIO_WHATSAPP_FROM", "+14155238886"),
    ("PUBLIC_URL", "https://fv.example/"),
];

fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let kept = WORKING.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    kept.chain(more).copied().collect()
}

fn target(variables: &[(&str, &str)]) -> (TwilioTarget, String) {
    let Some(WhatsappCarrier::Twilio { account, content_base_url }) = config(variables).whatsapp.carrier else { panic!("twilio carries") };
    (account, content_base_url)
}

#[test]
fn an_account_may_carry_whatsapp_alone() {
    assert!(config(&WORKING).sms.carrier.is_none());
    let (account, content) = target(&WORKING);
    assert_eq!((account.from.as_deref(), account.messaging_service.as_deref()), (Some("+14155238886"), None));
    assert_eq!((account.public_url.as_str(), content.as_str()), ("https://fv.example", "https://content.twilio.com"));
    let both = with(&[("SMS_PROVIDER", "twilio"), ("TWILIO_FROM", "+15005550006")]);
    let text = config(&both).sms.carrier;
    assert!(text.is_some() && target(&both).0.from.as_deref() == Some("+14155238886"), "each has a sender of its own");
}

#[test]
fn the_sender_may_be_written_as_twilio_shows_it_or_be_a_messaging_service() {
    let from = |text| target(&with(&[("TWILIO_WHATSAPP_FROM", text)])).0;
    assert_eq!(from(" whatsapp:+14155238886 ").from.as_deref(), Some("+14155238886"));
    let service = from("MG0123456789abcdef0123456789abcdef");
    assert_eq!((service.from, service.messaging_service.as_deref()), (None, Some("MG0123456789abcdef0123456789abcdef")));
}

#[test]
fn the_templates_have_names_unless_others_are_given() {
    assert_eq!(config(&[]).whatsapp, WhatsappConfig { rules: WhatsappRules::default(), carrier: None });
    let given = [
        ("WHATSAPP_TEMPLATE_REQUEST", " solicitud "),
        ("WHATSAPP_TEMPLATE_REMINDER", "recordatorio"),
        ("WHATSAPP_TEMPLATE_LANGUAGE", "es_PE"),
    ];
    let rules = WhatsappRules { request: "solicitud".into(), reminder: "recordatorio".into(), language: "es_PE".into() };
    assert_eq!(config(&given).whatsapp.rules, rules);
}

#[test]
fn what_cannot_work_is_named() {
    for (more, sentence) in [
        (&[("WHATSAPP_PROVIDER", "telegram")][..], "WHATSAPP_PROVIDER must be one of: twilio"),
        (&[("TWILIO_WHATSAPP_FROM", "")], "TWILIO_WHATSAPP_FROM is required with WHATSAPP_PROVIDER=twilio"),
        (&[("TWILIO_WHATSAPP_FROM", "VIGIA")], "TWILIO_WHATSAPP_FROM must be a number such as +14155238886, or a messaging service (MG…)"),
        (&[("TWILIO_WHATSAPP_FROM", "MG12")], "TWILIO_WHATSAPP_FROM must be MG and 32 hexadecimal digits"),
        (&[("TWILIO_AUTH_TOKEN", "")], "TWILIO_AUTH_TOKEN is required with WHATSAPP_PROVIDER=twilio"),
        (&[("TWILIO_ACCOUNT_SID", "")], "TWILIO_ACCOUNT_SID is required with WHATSAPP_PROVIDER=twilio"),
        (&[("PUBLIC_URL", "")], "PUBLIC_URL is required with WHATSAPP_PROVIDER=twilio"),
        (
            &[("TWILIO_CONTENT_BASE_URL", "http://api.example")],
            "TWILIO_CONTENT_BASE_URL must be https; http is for this machine (localhost) only",
        ),
        (&[("WHATSAPP_TEMPLATE_REQUEST", " ")], "WHATSAPP_TEMPLATE_REQUEST must be the name of a template"),
        (&[("WHATSAPP_TEMPLATE_LANGUAGE", "español")], "WHATSAPP_TEMPLATE_LANGUAGE must be a language such as es or es_PE"),
        (&[("WHATSAPP_PROVIDER", "")], "TWILIO_WHATSAPP_FROM is set but WHATSAPP_PROVIDER is not"),
    ] {
        assert_eq!(refusal(&with(more)), sentence);
    }
    assert!(!format!("{:?}", config(&WORKING)).contains("geheim"));
}
