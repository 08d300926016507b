//! `--help` is the reference of the settings.

use followup_runtime::settings::{PLACEHOLDER_SENDER, parse_from};

use super::Cli;

/// Every setting, with what the help must say about it besides its name.
const SETTINGS: [(&str, &str); 158] = [
    ("DATABASE_URL", "Unset: embedded"),
    ("DATABASE_URL_FILE", "DATABASE_URL"),
    ("DATABASE_POOL_SIZE", "[default: 8]"),
    ("DATABASE_TIMEOUT_SECONDS", "[default: 30]"),
    ("MIGRATE_ON_START", "[default: true]"),
    ("VAR_DIR", "[default: ./var]"),
    ("HTTP_ADDR", "[default: 127.0.0.1:8080]"),
    ("CORS_ORIGINS", "Unset: none"),
    ("PAGE_URL", "for this machine alone"),
    ("PAGE_FRAMED_BY", "Unset: none"),
    ("HTTP_BODY_LIMIT", "[default: 1048576]"),
    ("JWT_SECRET", "Unset: generated"),
    ("JWT_SECRET_FILE", "JWT_SECRET"),
    ("JWT_PUBLIC_KEY_FILE", "ES256. Unset: none"),
    ("JWT_JWKS_FILE", "read again when it changes. Unset: none"),
    ("JWT_JWKS_URL", "https, or http to this machine"),
    ("JWT_JWKS_CA_FILE", "JWT_JWKS_URL"),
    ("JWT_ISSUER", "required with an issuer's keys"),
    ("JWT_AUDIENCE", "required with an issuer's keys"),
    ("JWT_TENANT", "Unset: "),
    ("JWT_LIFETIME_MINUTES", "[default: 720]"),
    ("JWT_LONGEST_LIFETIME_MINUTES", "[default: 1440]"),
    ("ADMIN_PASSWORD", "Unset: generated"),
    ("ADMIN_PASSWORD_FILE", "ADMIN_PASSWORD"),
    ("BACKGROUND_JOBS", "[default: all when embedded, else send]"),
    ("SMTP_HOST", "Unset: .eml files"),
    ("SMTP_PORT", "[default: 587, with tls 465, with none 25]"),
    ("SMTP_USER", "Unset: no sign-in"),
    ("SMTP_PASSWORD", "SMTP_USER"),
    ("SMTP_PASSWORD_FILE", "SMTP_PASSWORD"),
    ("SMTP_FROM", PLACEHOLDER_SENDER),
    ("SMTP_FROM_NAME", "[default: UNIT_NAME]"),
    ("SMTP_TLS", "[default: starttls]"),
    ("SMTP_CA_FILE", "PEM"),
    ("SMTP_AUTH", "[default: password]"),
    ("SMTP_OAUTH_REFRESH_TOKEN", "this account alone"),
    ("SMTP_OAUTH_REFRESH_TOKEN_FILE", "SMTP_OAUTH_REFRESH_TOKEN"),
    ("SMTP_OAUTH_REFRESH_TOKEN_STORE", "renewed"),
    ("SMTP_OAUTH_SCOPE", "in place of OAUTH_SCOPE"),
    ("MAIL_OUTBOX_DIR", "[default: VAR_DIR/outbox when embedded]"),
    ("MAIL_REDIRECT_TO", "Staging"),
    ("IMAP_HOST", "Unset: .eml files"),
    ("IMAP_PORT", "[default: 993, with starttls and none 143]"),
    ("IMAP_USER", "required with IMAP_HOST"),
    ("IMAP_PASSWORD", "IMAP_USER"),
    ("IMAP_PASSWORD_FILE", "IMAP_PASSWORD"),
    ("IMAP_MAILBOX", "[default: INBOX]"),
    ("IMAP_TLS", "[default: tls]"),
    ("IMAP_CA_FILE", "PEM"),
    ("IMAP_AUTH", "[default: password]"),
    ("IMAP_OAUTH_REFRESH_TOKEN", "this account alone"),
    ("IMAP_OAUTH_REFRESH_TOKEN_FILE", "IMAP_OAUTH_REFRESH_TOKEN"),
    ("IMAP_OAUTH_REFRESH_TOKEN_STORE", "renewed"),
    ("IMAP_OAUTH_SCOPE", "in place of OAUTH_SCOPE"),
    ("IMAP_POLL_SECONDS", "[default: 60]"),
    ("IMAP_IDLE_SECONDS", "[default: 300]"),
    ("IMAP_MAX_MAIL_MB", "[default: 40]"),
    ("IMAP_RECONCILE_HOURS", "[default: 24]"),
    ("MAIL_INBOX_DIR", "[default: VAR_DIR/inbox when embedded]"),
    ("WEBHOOK_EMAIL_SECRET", "Unset: no signed posts"),
    ("WEBHOOK_EMAIL_SECRET_FILE", "WEBHOOK_EMAIL_SECRET"),
    ("WEBHOOK_EMAIL_BASIC", "SendGrid and Postmark"),
    ("WEBHOOK_EMAIL_BASIC_FILE", "WEBHOOK_EMAIL_BASIC"),
    ("WEBHOOK_MAILGUN_SIGNING_KEY", "Unset: no posts of Mailgun"),
    ("WEBHOOK_MAILGUN_SIGNING_KEY_FILE", "WEBHOOK_MAILGUN_SIGNING_KEY"),
    ("OAUTH_TOKEN_URL", "https, or http to this machine"),
    ("OAUTH_CA_FILE", "PEM"),
    ("OAUTH_CLIENT_ID", "required with OAUTH_TOKEN_URL"),
    ("OAUTH_CLIENT_SECRET", "required with client_credentials"),
    ("OAUTH_CLIENT_SECRET_FILE", "without a restart"),
    ("OAUTH_REFRESH_TOKEN", "authorising"),
    ("OAUTH_REFRESH_TOKEN_FILE", "without a restart"),
    ("OAUTH_REFRESH_TOKEN_STORE", "Unset: kept in memory"),
    ("OAUTH_SCOPE", "Unset: the provider's default"),
    ("OAUTH_GRANT", "[default: refresh_token when one is given, else client_credentials]"),
    ("AUTO_FOLLOWUP_ENABLED", "[default: true]"),
    ("AUTO_FOLLOWUP_DELAY_HOURS", "[default: 1]"),
    ("AUTO_FOLLOWUP_DAILY_CAP", "[default: 0]"),
    ("REQUIRED_FIELDS", "standard set"),
    ("BIOLOGICALS_FILE", "vacuna: NAME"),
    ("ORG_TIMEZONE", "[default: America/Lima]"),
    ("ORG_COUNTRY", "[default: PE]"),
    ("SUBJECT_PREFIX", "[default: [VIGIA]]"),
    ("UNIT_NAME", "[default: Departamento de Farmacovigilancia]"),
    ("UNIT_PHONE", "stands in every letter. Unset: none"),
    ("UNIT_ADDRESS", "Unset: none"),
    ("TEMPLATES_DIR", "templates"),
    ("NOTIFY_EMAIL", "reply"),
    ("TRUSTED_AUTHSERV_ID", "Unset: none is believed"),
    ("SEND_WINDOW_HOURS", "09:00-18:00; what is due outside them waits. Unset: always"),
    ("SEND_WINDOW_DAYS", "Unset: every day"),
    ("ESCALATE_AFTER_DAYS", "Unset: never"),
    ("ESCALATE_TO", "Unset: such cases are only listed"),
    ("PROPOSE_CLOSING_AFTER_DAYS", "[default: 120]"),
    ("CLOSE_WITHOUT_ANSWER", "[default: false]"),
    ("CHANNEL_ORDER", "[default: email,whatsapp,sms]"),
    ("RESUME_PLAN_AFTER_DAYS", "Unset: it is only proposed"),
    ("SMS_PROVIDER", "canal no configurado"),
    ("SMS_MAX_PARTS", "[default: 4]"),
    ("SMS_TRANSLITERATE", "[default: false]"),
    ("PUBLIC_URL", "required with SMS_PROVIDER"),
    ("TWILIO_ACCOUNT_SID", "required with SMS_PROVIDER=twilio"),
    ("TWILIO_AUTH_TOKEN", "signs its calls"),
    ("TWILIO_AUTH_TOKEN_FILE", "TWILIO_AUTH_TOKEN"),
    ("TWILIO_API_KEY", "Unset: the auth token sends"),
    ("TWILIO_API_SECRET", "TWILIO_API_KEY"),
    ("TWILIO_API_SECRET_FILE", "TWILIO_API_SECRET"),
    ("TWILIO_FROM", "+15005550006"),
    ("TWILIO_MESSAGING_SERVICE_SID", "chooses the number"),
    ("TWILIO_BASE_URL", "[default: https://api.twilio.com]"),
    ("SMS_GATEWAY_URL", "required with SMS_PROVIDER=gateway"),
    ("SMS_GATEWAY_PROFILE", "[default: kannel]"),
    ("SMS_GATEWAY_USER", "required with kannel"),
    ("SMS_GATEWAY_PASSWORD", "SMS_GATEWAY_USER"),
    ("SMS_GATEWAY_PASSWORD_FILE", "SMS_GATEWAY_PASSWORD"),
    ("SMS_GATEWAY_TOKEN", "in place of user and password"),
    ("SMS_GATEWAY_TOKEN_FILE", "SMS_GATEWAY_TOKEN"),
    ("SMS_GATEWAY_TOKEN_HEADER", "Unset: `Authorization: Bearer`"),
    ("SMS_GATEWAY_FROM", "Unset: the gateway's own"),
    ("SMS_GATEWAY_BODY", "{text}"),
    ("SMS_GATEWAY_ID", "Unset: it tells none"),
    ("SMS_GATEWAY_CA_FILE", "PEM"),
    ("SMS_GATEWAY_SECRET", "required with SMS_PROVIDER=gateway"),
    ("SMS_GATEWAY_SECRET_FILE", "SMS_GATEWAY_SECRET"),
    ("SMS_GATEWAY_ALLOW", "[default: 127.0.0.0/8,::1]"),
    ("AWS_REGION", "required with SMS_PROVIDER=sns"),
    ("AWS_ACCESS_KEY_ID", "sns:Publish"),
    ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
    ("AWS_SECRET_ACCESS_KEY_FILE", "AWS_SECRET_ACCESS_KEY"),
    ("AWS_SESSION_TOKEN", "Unset: the key is a lasting one"),
    ("AWS_SESSION_TOKEN_FILE", "AWS_SESSION_TOKEN"),
    ("SNS_SENDER_ID", "Unset: AWS chooses"),
    ("SNS_BASE_URL", "amazonaws.com"),
    ("WHATSAPP_PROVIDER", "canal no configurado"),
    ("TWILIO_WHATSAPP_FROM", "+14155238886"),
    ("TWILIO_CONTENT_BASE_URL", "[default: https://content.twilio.com]"),
    ("WHATSAPP_TEMPLATE_REQUEST", "[default: followup_request]"),
    ("WHATSAPP_TEMPLATE_REMINDER", "[default: followup_reminder]"),
    ("WHATSAPP_TEMPLATE_LANGUAGE", "[default: es]"),
    ("META_PHONE_NUMBER_ID", "required with WHATSAPP_PROVIDER=meta"),
    ("META_WABA_ID", "templates"),
    ("META_ACCESS_TOKEN", "system user"),
    ("META_ACCESS_TOKEN_FILE", "META_ACCESS_TOKEN"),
    ("META_APP_SECRET", "signs its calls"),
    ("META_APP_SECRET_FILE", "META_APP_SECRET"),
    ("META_VERIFY_TOKEN", "any text"),
    ("META_VERIFY_TOKEN_FILE", "META_VERIFY_TOKEN"),
    ("META_API_VERSION", "[default: v23.0]"),
    ("META_BASE_URL", "[default: https://graph.facebook.com]"),
    ("REPLY_SUBADDRESSING", "[default: false]"),
    ("REPLY_SEPARATOR", "[default: +]"),
    ("REPLY_TOKEN_SECRET", "Unset: generated"),
    ("REPLY_TOKEN_SECRET_FILE", "REPLY_TOKEN_SECRET"),
    ("REPLY_TOKEN_OLD_SECRETS", "still read"),
    ("REPLY_TOKEN_OLD_SECRETS_FILE", "REPLY_TOKEN_OLD_SECRETS"),
    ("LOG_FORMAT", "[default: text]"),
    ("LOG_LEVEL", "[default: info]"),
    ("RUST_LOG", "LOG_LEVEL"),
];

fn help(flag: &str, variables: &[(&str, &str)]) -> String {
    parse_from::<Cli, _, _, _>(["test-server", flag], variables.to_vec()).unwrap_err().to_string()
}

/// The help text of one flag, on one line.
fn entry(help: &str, name: &str) -> String {
    let flag = format!("--{} <{name}>", name.to_lowercase().replace('_', "-"));
    let start = help.find(&flag).unwrap_or_else(|| panic!("{flag} is not in\n{help}"));
    let rest = &help[start + flag.len()..];
    let end = rest.find("\n      --").or_else(|| rest.find("\n  -h")).unwrap_or(rest.len());
    rest[..end].split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_long_help_tells_every_settings_flag_variable_default_and_purpose() {
    let help = help("--help", &[]);
    for (name, telling) in &SETTINGS {
        let entry = entry(&help, name);
        assert!(entry.contains(telling), "{name}: {entry}");
        assert!(entry.contains(&format!("[env: {name}]")), "{name}: {entry}");
    }
}

/// Of every group the first of its settings, as many as fit; no file beside what it stands for.
#[test]
fn the_short_help_is_a_line_for_each_group() {
    let help = help("-h", &[("DATABASE_URL", "sqlite:geheim")]);
    assert!(help.contains("--help tells them all"), "{help}");
    let group = |name: &str| help.lines().find(|line| line.starts_with(&format!("  {name} "))).unwrap_or_else(|| panic!("{name}: {help}"));
    for name in [
        "Storage",
        "HTTP",
        "Mail out (SMTP)",
        "Mail in (IMAP)",
        "Mail in (webhook)",
        "OAuth 2.0 (xoauth2)",
        "Follow-up",
        "SMS and WhatsApp",
        "Log",
    ] {
        assert!(group(name).chars().count() <= 80, "{help}");
    }
    assert_eq!(group("Storage"), "  Storage              DATABASE_URL, DATABASE_POOL_SIZE, …");
    assert_eq!(group("Log"), "  Log                  LOG_FORMAT, LOG_LEVEL, RUST_LOG");
    assert!(!help.contains("geheim") && !help.contains("--database-url "), "{help}");
}

#[test]
fn help_begins_with_the_programs_own_words_and_groups_the_settings() {
    let help = help("--help", &[]);
    assert!(help.starts_with("About: the follow-up service under test\n"), "{help}");
    let headings: Vec<&str> = help.lines().filter(|line| line.ends_with(':') && !line.starts_with(' ')).collect();
    assert_eq!(
        headings,
        [
            "Options:",
            "Storage:",
            "HTTP:",
            "Mail out (SMTP):",
            "Mail in (IMAP):",
            "Mail in (webhook):",
            "OAuth 2.0 (xoauth2):",
            "Follow-up:",
            "SMS and WhatsApp:",
            "Log:"
        ]
    );
}

#[test]
fn the_list_of_this_test_is_complete() {
    let command = <Cli as clap::CommandFactory>::command();
    let mut own: Vec<&str> = command.get_arguments().filter_map(|argument| argument.get_env()?.to_str()).collect();
    let mut listed: Vec<&str> = SETTINGS.iter().map(|(name, _)| *name).collect();
    own.sort_unstable();
    listed.sort_unstable();
    assert_eq!(own, listed);
}

#[test]
fn help_tells_the_documented_default_whatever_the_environment_says() {
    let variables = [("HTTP_ADDR", "127.0.0.1:9000"), ("UNIT_NAME", "Unidad")];
    assert_eq!(help("--help", &variables), help("--help", &[]));
}
