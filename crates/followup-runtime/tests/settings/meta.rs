//! An account with Meta, which carries WhatsApp messages.

use followup_runtime::settings::{MetaTarget, Secret, WhatsappCarrier};

use super::{config, file, refusal};

const WORKING: [(&str, &str); 6] = [
    ("WHATSAPP_PROVIDER", "meta"),
    ("META_PHONE_NUMBER_ID", "106540352242922"),
    ("META_WABA_ID", "419561257915477"),
    ("META_ACCESS_TOKEN", "hush-token"),
    ("META_APP_SECRET", "hush-secret"),
    ("META_VERIFY_TOKEN", "hush-verify"),
];

fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let kept = WORKING.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    kept.chain(more).copied().collect()
}

fn target(variables: &[(&str, &str)]) -> MetaTarget {
    match config(variables).whatsapp.carrier {
        Some(WhatsappCarrier::Meta(target)) => target,
        other => panic!("{other:?}"),
    }
}

#[test]
fn metas_account_has_its_ids_its_secrets_and_a_version() {
    let target = target(&WORKING);
    assert_eq!((target.phone_number_id.as_str(), target.waba_id.as_str()), ("106540352242922", "419561257915477"));
    assert_eq!((target.access_token, target.app_secret), (Secret::new("hush-token"), Secret::new("hush-secret")));
    assert_eq!((target.version.as_str(), target.base_url.as_str()), ("v23.0", "https://graph.facebook.com"));
    assert_eq!(config(&[]).whatsapp.carrier, None);
}

#[test]
fn its_secrets_may_stand_in_files() {
    let (_folder, token) = file("from-a-file\n");
    let token = token.to_str().unwrap();
    let files = ["META_ACCESS_TOKEN_FILE", "META_APP_SECRET_FILE", "META_VERIFY_TOKEN_FILE"].map(|name| (name, token));
    let variables: Vec<_> = WORKING[..3].iter().copied().chain(files).collect();
    let target = target(&variables);
    for secret in [target.access_token, target.app_secret, target.verify_token] {
        assert_eq!(secret.expose(), "from-a-file");
    }
}

#[test]
fn what_cannot_work_is_named() {
    for (more, sentence) in [
        (&[("WHATSAPP_PROVIDER", "pigeon")][..], "WHATSAPP_PROVIDER must be one of: twilio, meta"),
        (&[("META_PHONE_NUMBER_ID", "")], "META_PHONE_NUMBER_ID is required with WHATSAPP_PROVIDER=meta"),
        (&[("META_PHONE_NUMBER_ID", "+15550783881")], "META_PHONE_NUMBER_ID must be an id of Meta's: digits only"),
        (&[("META_WABA_ID", "1/../2")], "META_WABA_ID must be an id of Meta's: digits only"),
        (&[("META_ACCESS_TOKEN", "")], "META_ACCESS_TOKEN is required with WHATSAPP_PROVIDER=meta"),
        (&[("META_APP_SECRET", "")], "META_APP_SECRET is required with WHATSAPP_PROVIDER=meta"),
        (&[("META_VERIFY_TOKEN", "")], "META_VERIFY_TOKEN is required with WHATSAPP_PROVIDER=meta"),
        (&[("META_API_VERSION", "23")], "META_API_VERSION must be like v23.0"),
        (&[("META_BASE_URL", "http://graph.example")], "META_BASE_URL must be https; http is for this machine (localhost) only"),
    ] {
        assert_eq!(refusal(&with(more)), sentence);
    }
    assert_eq!(refusal(&[("META_WABA_ID", "1")]), "META_WABA_ID is set but WHATSAPP_PROVIDER is not");
}

#[test]
fn no_secret_is_shown() {
    let shown = format!("{:?}", config(&WORKING));
    assert!(!shown.contains("hush"), "{shown}");
}
