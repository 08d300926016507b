//! The shapes of deployment (docs/product.md §9).

use std::path::Path;
use std::time::Duration;

use followup_domain::sending::SmsRules;
use followup_runtime::settings::{
    AdminPassword, BackgroundJobs, DatabaseTarget, JwksLocation, JwtSecret, LogFormat, MailIn, MailOut, MailTls, PLACEHOLDER_SENDER, SignIn,
};

use super::{config, file, on_server};

#[test]
fn no_settings_at_all_are_the_embedded_deployment() {
    let config = config(&[]);
    assert!(config.store.is_embedded());
    assert_eq!(config.store.target, DatabaseTarget::Embedded("./var/followup.db".into()));
    assert_eq!(config.store.target.url().expose(), "sqlite:./var/followup.db");
    assert!(config.store.migrate_on_start);
    assert_eq!(config.mail_out.target, MailOut::Outbox("./var/outbox".into()));
    assert_eq!(config.mail_out.sender.as_str(), PLACEHOLDER_SENDER);
    assert_eq!(config.mail_in.source, MailIn::Inbox("./var/inbox".into()));
    assert_eq!(config.mail_in.poll_every, Duration::from_secs(60));
    assert_eq!(config.http.addr.to_string(), "127.0.0.1:8080");
    assert_eq!(config.http.jwt_secret, Some(JwtSecret::Generated("./var/jwt-secret".into())));
    assert_eq!(config.http.admin_password, AdminPassword::Generated("./var/admin-password".into()));
    assert_eq!(config.http.background_jobs, BackgroundJobs::All);
    assert_eq!(config.http.jwt_tenant, None);
    assert_eq!(config.log.format, LogFormat::Text);
}

#[test]
fn the_policy_has_the_documented_defaults() {
    let followup = config(&[]).followup;
    let policy = &followup.policy;
    assert!(policy.automatic_requests);
    assert_eq!(policy.automatic_delay, chrono::Duration::hours(1));
    assert_eq!(policy.daily_cap_per_address, None);
    assert_eq!(policy.letterhead.subject_prefix, "[VIGIA]");
    assert_eq!(policy.letterhead.unit_name, "Departamento de Farmacovigilancia");
    assert_eq!(policy.country.to_string(), "PE");
    assert_eq!(policy.redirect_to, None);
    assert_eq!(policy.zone, chrono_tz::America::Lima);
    assert_eq!((&policy.window, &policy.notify_to, &policy.escalation), (&None, &None, &None));
    assert_eq!((policy.propose_closing_after_days, policy.close_by_itself), (120, false));
}

#[test]
fn origins_are_kept_as_browsers_write_them() {
    let config = |list: &str| config(&[("CORS_ORIGINS", list)]).http.cors_origins;
    assert_eq!(config(""), Vec::<String>::new());
    let list = "https://vigia.example, HTTPS://Otra.Example:443/ ,http://localhost:5173,";
    assert_eq!(config(list), ["https://vigia.example", "https://otra.example", "http://localhost:5173"]);
}

#[test]
fn embedded_paths_follow_the_var_dir() {
    let config = config(&[("VAR_DIR", "/srv/followup")]);
    assert_eq!(config.store.target, DatabaseTarget::Embedded("/srv/followup/followup.db".into()));
    assert_eq!(config.mail_out.target, MailOut::Outbox("/srv/followup/outbox".into()));
    assert_eq!(config.mail_in.source, MailIn::Inbox("/srv/followup/inbox".into()));
    assert_eq!(config.http.jwt_secret, Some(JwtSecret::Generated("/srv/followup/jwt-secret".into())));
}

#[test]
fn a_database_without_mail_settings_sends_and_reads_nothing() {
    let config = config(&on_server(&[]));
    assert!(!config.store.is_embedded());
    assert_eq!(config.mail_out.target, MailOut::NotConfigured);
    assert_eq!(config.mail_in.source, MailIn::NotConfigured);
    assert_eq!(config.http.background_jobs, BackgroundJobs::Send);
    assert_eq!(config.http.admin_password, AdminPassword::NotGiven);
}

const ISSUER: (&str, &str) = ("JWT_ISSUER", "https://issuer.example/realms/lab");
const AUDIENCE: (&str, &str) = ("JWT_AUDIENCE", "followup");

#[test]
fn tokens_live_as_long_as_is_set_and_a_shared_secret_without_a_tenant_is_known() {
    let usual = config(&on_server(&[])).http;
    assert_eq!((usual.jwt_lifetime_minutes, usual.jwt_longest_lifetime_minutes), (720, 1440));
    let set = config(&on_server(&[("JWT_LIFETIME_MINUTES", "15"), ("JWT_LONGEST_LIFETIME_MINUTES", "44640"), ("JWT_TENANT", "lab")])).http;
    assert_eq!((set.jwt_lifetime_minutes, set.jwt_longest_lifetime_minutes), (15, 44640));
    assert_eq!((usual.trusts_every_tenant(), set.trusts_every_tenant(), config(&[]).http.trusts_every_tenant()), (true, false, false));
}

#[test]
fn an_issuers_keys_may_stand_besides_the_secret_or_in_its_place() {
    let (_directory, pem) = file("-----BEGIN PUBLIC KEY-----\n");
    let pem = pem.to_str().unwrap();
    let database = ("DATABASE_URL", "sqlite:/srv/followup.db");
    let alone = config(&[database, ISSUER, AUDIENCE, ("JWT_PUBLIC_KEY_FILE", pem)]).http;
    assert_eq!(alone.jwt_secret, None);
    let keys = alone.issuer_keys.unwrap();
    assert_eq!((keys.issuer.as_str(), keys.audience.as_str()), ("https://issuer.example/realms/lab", "followup"));
    assert_eq!(keys.public_key.unwrap().pem, b"-----BEGIN PUBLIC KEY-----\n");

    let (_directory, ca) = file("-----BEGIN CERTIFICATE-----\n");
    let url = "https://issuer.example:8443/realms/lab/jwks?x=1";
    let given = [("JWT_JWKS_URL", url), ("JWT_JWKS_CA_FILE", ca.to_str().unwrap()), ("JWT_PUBLIC_KEY_FILE", pem), ISSUER, AUDIENCE];
    let besides = config(&on_server(&given)).http;
    let keys = besides.issuer_keys.unwrap();
    assert!(besides.jwt_secret.is_some() && keys.public_key.is_some());
    assert!(matches!(keys.jwks, Some(JwksLocation::Url { url: given, ca: Some(_) }) if given == url));

    let file = config(&[database, ISSUER, AUDIENCE, ("JWT_JWKS_FILE", "/etc/followup/jwks.json")]).http;
    assert_eq!((file.jwt_secret, file.issuer_keys.unwrap().jwks), (None, Some(JwksLocation::File("/etc/followup/jwks.json".into()))));

    let embedded = config(&[("JWT_PUBLIC_KEY_FILE", pem), ISSUER, AUDIENCE]).http;
    assert_eq!(embedded.jwt_secret, Some(JwtSecret::Generated("./var/jwt-secret".into())));
}

#[test]
fn keys_are_fetched_in_clear_text_from_this_machine_only() {
    for host in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.1.2.3:1", "[::1]", "[::1]:8080"] {
        let url = format!("http://{host}/jwks");
        assert!(config(&[("JWT_JWKS_URL", &url), ISSUER, AUDIENCE]).http.issuer_keys.is_some(), "{host}");
    }
}

#[test]
fn every_axis_is_set_alone() {
    let files = config(&on_server(&[("MAIL_OUTBOX_DIR", "/mail/out"), ("MAIL_INBOX_DIR", "/mail/in"), ("SMTP_FROM", "fv@lab.example")]));
    assert_eq!(files.mail_out.target, MailOut::Outbox("/mail/out".into()));
    assert_eq!(files.mail_out.sender.as_str(), "fv@lab.example");
    assert_eq!(files.mail_in.source, MailIn::Inbox("/mail/in".into()));

    let embedded = config(&[("SMTP_HOST", "mail.example"), ("SMTP_FROM", "fv@lab.example")]);
    assert!(embedded.store.is_embedded());
    assert!(matches!(embedded.mail_out.target, MailOut::Smtp(_)));
    assert!(matches!(embedded.mail_in.source, MailIn::Inbox(_)));

    let sqlite = config(&[("DATABASE_URL", "sqlite:/srv/followup.db"), ("JWT_SECRET", super::KEY)]);
    assert!(!sqlite.store.is_embedded());
}

#[test]
fn background_jobs_can_be_chosen_in_every_shape() {
    for (word, jobs) in [("all", BackgroundJobs::All), ("send", BackgroundJobs::Send), ("none", BackgroundJobs::None)] {
        assert_eq!(config(&[("BACKGROUND_JOBS", word)]).http.background_jobs, jobs);
        assert_eq!(config(&on_server(&[("BACKGROUND_JOBS", word)])).http.background_jobs, jobs);
    }
}

#[test]
fn a_whole_smtp_configuration_is_read() {
    let (_directory, ca) = file("-----BEGIN CERTIFICATE-----\n");
    let config = config(&[
        ("SMTP_HOST", "mail.lab.example"),
        ("SMTP_USER", "followup"),
        ("SMTP_PASSWORD", "clave"),
        ("SMTP_FROM", "fv@lab.example"),
        ("SMTP_FROM_NAME", "Farmacovigilancia, Laboratorio Ñandú"),
        ("SMTP_TLS", "tls"),
        ("SMTP_CA_FILE", ca.to_str().unwrap()),
        ("SMTP_AUTH", "xoauth2"),
        ("MAIL_REDIRECT_TO", "staging@lab.example"),
    ]);
    let MailOut::Smtp(target) = &config.mail_out.target else { panic!("{:?}", config.mail_out) };
    assert_eq!((target.host.as_str(), target.port, target.tls), ("mail.lab.example", 465, MailTls::Tls));
    assert_eq!(target.ca.as_ref().map(|ca| ca.path.as_path()), Some(Path::new(&ca)));
    let credentials = target.credentials.as_ref().unwrap();
    assert_eq!(credentials.user, "followup");
    assert!(matches!(&credentials.sign_in, SignIn::Token(token) if token.value.expose() == "clave"));
    let policy = &config.followup.policy;
    assert_eq!(policy.sender.as_str(), "fv@lab.example");
    assert_eq!(policy.sender_name.as_deref(), Some("Farmacovigilancia, Laboratorio Ñandú"));
    assert_eq!(policy.redirect_to.as_ref().map(|to| to.as_str()), Some("staging@lab.example"));
}

#[test]
fn mail_ports_follow_the_protection_unless_given() {
    let smtp = |tls, port| {
        let base = [("SMTP_HOST", "localhost"), ("SMTP_FROM", "fv@lab.example"), ("SMTP_TLS", tls), ("SMTP_PORT", port)];
        let MailOut::Smtp(target) = config(&base).mail_out.target else { panic!("no SMTP") };
        target.port
    };
    assert_eq!([smtp("", ""), smtp("starttls", ""), smtp("tls", ""), smtp("none", ""), smtp("tls", "2525")], [587, 587, 465, 25, 2525]);
    let imap = |tls, port| {
        let base = [("IMAP_HOST", "localhost"), ("IMAP_USER", "u"), ("IMAP_PASSWORD", "p"), ("IMAP_TLS", tls), ("IMAP_PORT", port)];
        let MailIn::Imap(target) = config(&base).mail_in.source else { panic!("no IMAP") };
        target.port
    };
    assert_eq!([imap("", ""), imap("tls", ""), imap("starttls", ""), imap("none", ""), imap("", "1143")], [993, 993, 143, 143, 1143]);
}

#[test]
fn a_whole_imap_configuration_is_read() {
    let config = config(&[
        ("IMAP_HOST", "mail.lab.example"),
        ("IMAP_USER", "followup"),
        ("IMAP_PASSWORD", "clave"),
        ("IMAP_MAILBOX", "Farmacovigilancia/Respuestas"),
        ("IMAP_POLL_SECONDS", "5"),
    ]);
    let MailIn::Imap(target) = &config.mail_in.source else { panic!("{:?}", config.mail_in) };
    assert_eq!((target.host.as_str(), target.port, target.tls), ("mail.lab.example", 993, MailTls::Tls));
    assert_eq!((target.credentials.user.as_str(), target.mailbox.as_str()), ("followup", "Farmacovigilancia/Respuestas"));
    assert_eq!(config.mail_in.poll_every, Duration::from_secs(5));
}

#[test]
fn clear_text_is_allowed_to_this_machine() {
    for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "[::1]"] {
        let config = config(&[("SMTP_HOST", host), ("SMTP_FROM", "fv@lab.example"), ("SMTP_TLS", "none")]);
        assert!(matches!(config.mail_out.target, MailOut::Smtp(target) if target.tls == MailTls::None), "{host}");
    }
}

#[test]
fn the_policy_follows_the_settings() {
    let followup = config(&[
        ("AUTO_FOLLOWUP_ENABLED", "false"),
        ("AUTO_FOLLOWUP_DELAY_HOURS", "0.5"),
        ("AUTO_FOLLOWUP_DAILY_CAP", "25"),
        ("REQUIRED_FIELDS", "paciente_peso, nro_lote"),
        ("ORG_TIMEZONE", "America/Bogota"),
        ("ORG_COUNTRY", "co"),
        ("SUBJECT_PREFIX", "[FV]"),
        ("UNIT_NAME", "Unidad de Farmacovigilancia"),
        ("UNIT_PHONE", "+51 1 555 0100, anexo 12"),
        ("UNIT_ADDRESS", " Av. Arequipa 1000, Lima "),
        ("NOTIFY_EMAIL", "guardia@lab.example"),
    ])
    .followup;
    let policy = &followup.policy;
    assert!(!policy.automatic_requests);
    assert_eq!(policy.automatic_delay, chrono::Duration::minutes(30));
    assert_eq!(policy.daily_cap_per_address, Some(25));
    assert_eq!(policy.required, followup_domain::asking::missing::RequiredFields::parse("paciente_peso,nro_lote").unwrap());
    assert_eq!(policy.zone, chrono_tz::America::Bogota);
    assert_eq!(policy.country.to_string(), "CO");
    assert_eq!(policy.letterhead.subject_prefix, "[FV]");
    assert_eq!(policy.letterhead.unit_name, "Unidad de Farmacovigilancia");
    assert_eq!(policy.letterhead.unit_phone.as_deref(), Some("+51 1 555 0100, anexo 12"));
    assert_eq!(policy.letterhead.unit_address.as_deref(), Some("Av. Arequipa 1000, Lima"));
    assert_eq!(policy.sender_name.as_deref(), Some("Unidad de Farmacovigilancia"), "mail comes in the unit's name");
    assert_eq!(policy.notify_to.as_ref().map(|to| to.as_str()), Some("guardia@lab.example"));
}

#[test]
fn a_mailbox_is_read_as_the_help_says_unless_told_otherwise() {
    let mail_in = config(&[]).mail_in;
    assert_eq!((mail_in.idle_renewal, mail_in.largest_mail), (Some(Duration::from_secs(300)), 40_000_000));
    assert_eq!(mail_in.reconcile_every, Some(Duration::from_secs(24 * 3600)));
    let mail_in = config(&[("IMAP_IDLE_SECONDS", "0"), ("IMAP_MAX_MAIL_MB", "7"), ("IMAP_RECONCILE_HOURS", "0")]).mail_in;
    assert_eq!((mail_in.idle_renewal, mail_in.largest_mail, mail_in.reconcile_every), (None, 7_000_000, None));
}

#[test]
fn no_server_is_believed_about_dmarc_unless_it_is_named() {
    assert_eq!(config(&[]).followup.trusted_authserv_id, None);
    assert_eq!(config(&[("TRUSTED_AUTHSERV_ID", " ")]).followup.trusted_authserv_id, None);
    let named = config(&[("TRUSTED_AUTHSERV_ID", " mx.unidad.example ")]).followup.trusted_authserv_id;
    assert_eq!(named.as_deref(), Some("mx.unidad.example"));
}

#[test]
fn a_password_in_a_file_is_read_anew() {
    let (_directory, path) = file("la de antes\n");
    let path_text = path.to_str().unwrap();
    let variables = on_server(&[("IMAP_HOST", "imap.example"), ("IMAP_USER", "pv"), ("IMAP_PASSWORD_FILE", path_text)]);
    let MailIn::Imap(target) = config(&variables).mail_in.source else { panic!("a host is given") };
    std::fs::write(&path, "la nueva\n").unwrap();
    let SignIn::Password(password) = &target.credentials.sign_in else { panic!("a password is given") };
    assert_eq!((password.value.expose(), password.now().expose()), ("la de antes", "la nueva"));
    std::fs::remove_file(&path).unwrap();
    assert_eq!(password.now().expose(), "la de antes");
}

#[test]
fn text_messages_follow_the_settings() {
    let unset = config(&[]).sms;
    assert_eq!((unset.rules, unset.carrier), (SmsRules::default(), None));
    let sms = config(&[("SMS_MAX_PARTS", " 2 "), ("SMS_TRANSLITERATE", "TRUE")]).sms;
    assert_eq!((sms.rules, sms.carrier), (SmsRules { most_parts: 2, transliterate: true }, None));
}
