//! Text messages by a gateway of one's own, and by AWS SNS.

use clap::CommandFactory;
use followup_runtime::settings::{GatewayProfile, GatewaySignIn, GatewayTarget, Secret, SmsCarrier, SnsTarget};

use super::{Cli, config, read, refusal};

const SECRET: &str = "4f1d8f0b7ac2e9d35b6a80c1e2f3a4b5";
const KANNEL: [(&str, &str); 6] = [
    ("SMS_PROVIDER", "gateway"),
    ("SMS_GATEWAY_URL", "http://127.0.0.1:13013/cgi-bin/sendsms"),
    ("SMS_GATEWAY_USER", "vigia"),
    ("SMS_GATEWAY_PASSWORD", "geheim"),
    ("SMS_GATEWAY_SECRET", SECRET),
    ("PUBLIC_URL", "https://fv.example/"),
];
const JSON: [(&str, &str); 7] = [
    ("SMS_PROVIDER", "gateway"),
    ("SMS_GATEWAY_PROFILE", "json"),
    ("SMS_GATEWAY_URL", "https://sms.example/message"),
    ("SMS_GATEWAY_BODY", r#"{"to":"{to}","text":"{text}"}"#),
    ("SMS_GATEWAY_TOKEN", "geheim"),
    ("SMS_GATEWAY_SECRET", SECRET),
    ("PUBLIC_URL", "https://fv.example"),
];
const SNS: [(&str, &str); 4] =
    [("SMS_PROVIDER", "sns"), ("AWS_REGION", "us-east-1"), ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "geheim")];

fn with<'a>(these: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = these.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    kept.chain(more).copied().collect()
}

fn gateway(variables: &[(&str, &str)]) -> GatewayTarget {
    let Some(SmsCarrier::Gateway(target)) = config(variables).sms.carrier else { panic!("the gateway carries") };
    target
}

fn sns(variables: &[(&str, &str)]) -> SnsTarget {
    let Some(SmsCarrier::Sns(target)) = config(variables).sms.carrier else { panic!("SNS carries") };
    target
}

#[test]
fn a_kannel_on_this_machine_needs_an_address_a_user_and_a_secret() {
    let target = gateway(&KANNEL);
    assert!(target.profile == GatewayProfile::Kannel("vigia".into(), Secret::new("geheim")));
    assert_eq!(target.allowed, [("127.0.0.0".parse().unwrap(), 8), ("::1".parse().unwrap(), 128)]);
    assert_eq!((target.public_url.as_str(), target.from, target.secret.expose()), ("https://fv.example", None, SECRET));
}

#[test]
fn a_gateway_that_takes_json_signs_us_in_by_token_or_password() {
    let sign_in = |more: &[(&'static str, &'static str)]| match gateway(&with(&JSON, more)).profile {
        GatewayProfile::Json { sign_in, .. } => sign_in,
        GatewayProfile::Kannel(..) => panic!("it takes JSON"),
    };
    assert!(sign_in(&[]) == Some(GatewaySignIn::Token(None, Secret::new("geheim"))));
    let named = sign_in(&[("SMS_GATEWAY_TOKEN_HEADER", "access-token")]);
    assert!(named == Some(GatewaySignIn::Token(Some("access-token".into()), Secret::new("geheim"))));
    let basic = sign_in(&[("SMS_GATEWAY_TOKEN", ""), ("SMS_GATEWAY_USER", "sms"), ("SMS_GATEWAY_PASSWORD", "x")]);
    assert!(basic == Some(GatewaySignIn::Basic("sms".into(), Secret::new("x"))));
    assert!(sign_in(&[("SMS_GATEWAY_TOKEN", "")]).is_none());
}

#[test]
fn sns_has_the_address_of_its_region_and_needs_no_public_one() {
    let target = sns(&SNS);
    assert_eq!((target.base_url.as_str(), target.sender_id, target.session_token), ("https://sns.us-east-1.amazonaws.com", None, None));
    let further = [("AWS_REGION", "cn-north-1"), ("SNS_SENDER_ID", "FARMACO"), ("AWS_SESSION_TOKEN", "t")];
    let target = sns(&with(&SNS, &further));
    assert_eq!((target.base_url.as_str(), target.sender_id.as_deref()), ("https://sns.cn-north-1.amazonaws.com.cn", Some("FARMACO")));
    assert_eq!(target.session_token, Some(Secret::new("t")));
}

#[test]
fn what_cannot_work_is_named() {
    let long = "a".repeat(40);
    for (these, more, sentence) in [
        (&KANNEL[..], ("SMS_GATEWAY_URL", ""), "SMS_GATEWAY_URL is required with SMS_PROVIDER=gateway"),
        (&KANNEL, ("SMS_GATEWAY_URL", "http://10.0.0.1/"), "SMS_GATEWAY_URL must be https; http is for this machine (localhost) only"),
        (&KANNEL, ("SMS_GATEWAY_PROFILE", "smpp"), "SMS_GATEWAY_PROFILE must be one of: kannel, json"),
        (&KANNEL, ("SMS_GATEWAY_PASSWORD", ""), "SMS_GATEWAY_PASSWORD is required with SMS_GATEWAY_USER"),
        (&KANNEL, ("SMS_GATEWAY_USER", ""), "SMS_GATEWAY_USER is required with SMS_GATEWAY_PASSWORD"),
        (&KANNEL, ("SMS_GATEWAY_BODY", "{}"), "SMS_GATEWAY_BODY is for SMS_GATEWAY_PROFILE=json"),
        (&KANNEL, ("SMS_GATEWAY_TOKEN", "x"), "SMS_GATEWAY_TOKEN is for SMS_GATEWAY_PROFILE=json"),
        (&KANNEL, ("SMS_GATEWAY_SECRET", ""), "SMS_GATEWAY_SECRET is required with SMS_PROVIDER=gateway"),
        (&KANNEL, ("SMS_GATEWAY_SECRET", "short"), "SMS_GATEWAY_SECRET must have at least 32 bytes"),
        (
            &KANNEL,
            ("SMS_GATEWAY_SECRET", &long),
            "SMS_GATEWAY_SECRET is the same few characters over and over; take random ones, as of `openssl rand -hex 32`",
        ),
        (
            &KANNEL,
            ("SMS_GATEWAY_SECRET", "4f1d8f0b7ac2e9d3/b6a80c1e2f3%4b5x"),
            "SMS_GATEWAY_SECRET must be of A-Z a-z 0-9 - and _ only: it stands in an address",
        ),
        (&KANNEL, ("SMS_GATEWAY_ALLOW", " , "), "SMS_GATEWAY_ALLOW must be addresses such as 10.1.2.3, 10.1.0.0/16, 2001:db8::/32"),
        (&KANNEL, ("SMS_GATEWAY_ALLOW", "10.0.0.0/33"), "SMS_GATEWAY_ALLOW must be addresses such as 10.1.2.3, 10.1.0.0/16, 2001:db8::/32"),
        (&KANNEL, ("PUBLIC_URL", ""), "PUBLIC_URL is required with SMS_PROVIDER=gateway"),
        (&JSON, ("SMS_GATEWAY_BODY", ""), "SMS_GATEWAY_BODY is required with SMS_GATEWAY_PROFILE=json"),
        (&JSON, ("SMS_GATEWAY_ID", "id"), "SMS_GATEWAY_ID must be a JSON pointer, as /id or /0/id"),
        (&JSON, ("SMS_GATEWAY_TOKEN_HEADER", "a: b"), "SMS_GATEWAY_TOKEN_HEADER must be the name of a header"),
        (&SNS, ("AWS_REGION", ""), "AWS_REGION is required with SMS_PROVIDER=sns"),
        (&SNS, ("AWS_REGION", "evil.example/"), "AWS_REGION must be a region such as us-east-1"),
        (&SNS, ("AWS_SECRET_ACCESS_KEY", ""), "AWS_SECRET_ACCESS_KEY is required with SMS_PROVIDER=sns"),
        (&SNS, ("SNS_SENDER_ID", "Farmacovigilancia"), "SNS_SENDER_ID must have 1 to 11 letters and digits, one of them a letter"),
        (&SNS, ("SNS_BASE_URL", "http://sns.example"), "SNS_BASE_URL must be https; http is for this machine (localhost) only"),
    ] {
        assert_eq!(refusal(&with(these, &[more])), sentence);
    }
    assert_eq!(refusal(&[KANNEL[1]]), "SMS_GATEWAY_URL is set but SMS_PROVIDER is not");
    let both = [("SMS_GATEWAY_USER", "sms"), ("SMS_GATEWAY_PASSWORD", "x")];
    assert_eq!(refusal(&with(&JSON, &both)), "SMS_GATEWAY_TOKEN and SMS_GATEWAY_USER are both given; give one of them");
    // Set for something else on the machine.
    assert!(config(&SNS[1..]).sms.carrier.is_none());
}

#[test]
fn no_secret_is_shown_and_an_administrator_sees_whether_it_is_set() {
    for variables in [&KANNEL[..], &JSON, &SNS] {
        let sms = config(variables).sms;
        let shown = format!("{sms:?}");
        assert!(!shown.contains("geheim") && !shown.contains(SECRET), "{shown}");
        for setting in &sms.shown {
            let given = variables.iter().any(|(name, _)| *name == setting.name);
            let masked = setting.value.as_deref() == Some("••••");
            assert!(!setting.is_secret || masked == given, "{setting:?}");
        }
        assert!(sms.shown.iter().any(|setting| setting.is_secret && setting.value.is_some()));
    }
}

#[test]
fn neither_secret_nor_number_of_a_gateway_is_shown() {
    let body = r#"{"to":"{to}","text":"{text}","key":"geheim"}"#;
    let more = [("SMS_GATEWAY_URL", "https://sms.example/x?key=geheim"), ("SMS_GATEWAY_BODY", body), ("SMS_GATEWAY_FROM", "+51999888777")];
    let variables = with(&JSON, &more);
    let shown = format!("{:?} {:?}", read(&[], &variables), config(&variables));
    assert!(!shown.contains("geheim") && !shown.contains("999888777") && !shown.contains(SECRET), "{shown}");
    let command = Cli::command();
    for name in ["SMS_GATEWAY_URL", "SMS_GATEWAY_BODY", "SMS_GATEWAY_PASSWORD", "SMS_GATEWAY_TOKEN", "SMS_GATEWAY_SECRET"] {
        let argument = command.get_arguments().find(|argument| argument.get_env().is_some_and(|env| env == name)).unwrap();
        assert!(argument.is_hide_env_values_set(), "{name}");
    }
}
