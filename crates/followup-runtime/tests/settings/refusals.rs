//! What cannot work stops the process with one sentence that names the setting.

use super::{config, file, on_server, read, refusal};

const SMTP: [(&str, &str); 2] = [("SMTP_HOST", "mail.example"), ("SMTP_FROM", "fv@lab.example")];
const IMAP: [(&str, &str); 3] = [("IMAP_HOST", "mail.example"), ("IMAP_USER", "followup"), ("IMAP_PASSWORD", "clave")];

fn smtp(variable: (&str, &str)) -> String {
    refusal(&[SMTP[0], SMTP[1], variable])
}

fn imap(variable: (&str, &str)) -> String {
    refusal(&[IMAP[0], IMAP[1], IMAP[2], variable])
}

/// Each case in the embedded deployment with this one variable.
fn expect(cases: &[(&str, &str, &str)]) {
    for (name, value, sentence) in cases {
        assert_eq!(refusal(&[(name, value)]), format!("{name} {sentence}"), "{name}={value}");
    }
}

#[test]
fn a_webhook_that_anybody_could_guess_is_refused() {
    for (name, value, sentence) in [
        ("WEBHOOK_EMAIL_SECRET", "corto", "WEBHOOK_EMAIL_SECRET must have at least 16 bytes"),
        ("WEBHOOK_EMAIL_BASIC", "sin dos puntos, y es larga", "WEBHOOK_EMAIL_BASIC must be USER:PASSWORD"),
        ("WEBHOOK_EMAIL_BASIC", "usuario:corta", "WEBHOOK_EMAIL_BASIC must be USER:PASSWORD"),
        ("WEBHOOK_EMAIL_BASIC", ":una contraseña larga", "WEBHOOK_EMAIL_BASIC must be USER:PASSWORD"),
    ] {
        let said = refusal(&[(name, value)]);
        assert!(said.starts_with(sentence) && !said.contains(value), "{said}");
    }
    let (_directory, path) = super::file("un secreto bastante largo\n");
    let webhook = super::config(&[("WEBHOOK_EMAIL_SECRET_FILE", path.to_str().unwrap())]).webhook;
    assert_eq!((webhook.secret.unwrap().expose(), webhook.basic), ("un secreto bastante largo", None));
}

#[test]
fn what_is_no_origin_is_refused() {
    for text in [
        "*",
        "vigia.example",
        "https://vigia.example/casos",
        "https://vigia.example?x",
        "https://a:b@vigia.example",
        "ftp://vigia.example",
        "null",
    ] {
        let said = refusal(&[("CORS_ORIGINS", &format!("https://bien.example,{text}"))]);
        assert!(said.starts_with("CORS_ORIGINS must be origins") && said.contains(&format!("{text:?} is none")), "{said}");
    }
}

#[test]
fn numbers_out_of_range_are_refused_with_the_range() {
    for value in ["0", "501", "-1", "ocho", "1.5"] {
        expect(&[("DATABASE_POOL_SIZE", value, "must be a whole number from 1 to 500")]);
    }
    for value in ["0", "86401", "x"] {
        expect(&[("IMAP_POLL_SECONDS", value, "must be a whole number from 1 to 86400")]);
    }
    for value in ["-1", "1501", "x"] {
        expect(&[("IMAP_IDLE_SECONDS", value, "must be a whole number from 0 to 1500")]);
    }
    for value in ["0", "401", "40MB"] {
        expect(&[("IMAP_MAX_MAIL_MB", value, "must be a whole number from 1 to 400")]);
    }
    for value in ["-1", "721", "x"] {
        expect(&[("IMAP_RECONCILE_HOURS", value, "must be a whole number from 0 to 720")]);
    }
    for value in ["mx.unidad.example; dmarc", "dos nombres", "a=b", "a\tb"] {
        expect(&[("TRUSTED_AUTHSERV_ID", value, "must be one name, such as mx.hospital.example")]);
    }
    for value in ["-1", "10001", "x"] {
        expect(&[("AUTO_FOLLOWUP_DAILY_CAP", value, "must be a whole number from 0 to 10000")]);
    }
    for value in ["0", "11", "cuatro"] {
        expect(&[("SMS_MAX_PARTS", value, "must be a whole number from 1 to 10")]);
    }
    for value in ["1023", "67108865", "1MB"] {
        expect(&[("HTTP_BODY_LIMIT", value, "must be a whole number from 1024 to 67108864")]);
    }
    for port in ["0", "65536", "-25", "smtp"] {
        assert_eq!(smtp(("SMTP_PORT", port)), "SMTP_PORT must be a whole number from 1 to 65535");
        assert_eq!(imap(("IMAP_PORT", port)), "IMAP_PORT must be a whole number from 1 to 65535");
    }
}

#[test]
fn a_delay_that_is_negative_or_endless_is_refused() {
    for value in ["-1", "-0.01", "721", "inf", "NaN", "una"] {
        expect(&[("AUTO_FOLLOWUP_DELAY_HOURS", value, "must be a number of hours from 0 to 720")]);
    }
    assert_eq!(config(&[("AUTO_FOLLOWUP_DELAY_HOURS", "0")]).followup.policy.automatic_delay, chrono::Duration::zero());
}

#[test]
fn words_that_are_no_choice_are_refused_with_the_choices() {
    expect(&[
        ("MIGRATE_ON_START", "si", "must be one of: true, false"),
        ("AUTO_FOLLOWUP_ENABLED", "1", "must be one of: true, false"),
        ("CLOSE_WITHOUT_ANSWER", "nunca", "must be one of: true, false"),
        ("BACKGROUND_JOBS", "some", "must be one of: all, send, none"),
        ("LOG_FORMAT", "xml", "must be one of: text, json"),
        ("LOG_LEVEL", "loud", "must be one of: error, warn, info, debug, trace"),
    ]);
    assert_eq!(smtp(("SMTP_TLS", "ssl")), "SMTP_TLS must be one of: starttls, tls, none");
    assert_eq!(imap(("IMAP_TLS", "ssl")), "IMAP_TLS must be one of: starttls, tls, none");
    assert_eq!(imap(("IMAP_AUTH", "ntlm")), "IMAP_AUTH must be one of: password, xoauth2");
}

#[test]
fn an_unknown_place_is_refused() {
    expect(&[
        ("ORG_TIMEZONE", "America/Atlantis", "is not an IANA time zone, such as America/Lima"),
        ("ORG_COUNTRY", "ZZ", "is not the ISO 3166-1 alpha-2 code of a country with a numbering plan"),
        ("HTTP_ADDR", "8080", "must be an IP address and a port, as in 127.0.0.1:8080"),
    ]);
}

#[test]
fn an_unknown_required_field_is_refused_with_the_known_ones() {
    let sentence = refusal(&[("REQUIRED_FIELDS", "paciente_peso,paciente_altura")]);
    assert!(sentence.starts_with("REQUIRED_FIELDS is wrong: unknown required field \"paciente_altura\"; known fields: "), "{sentence}");
    assert!(sentence.contains("paciente_peso") && sentence.contains("nro_lote"), "{sentence}");
}

#[test]
fn a_table_of_biologicals_that_cannot_be_read_is_refused_with_its_line() {
    let sentence = refusal(&[("BIOLOGICALS_FILE", "/nowhere/table")]);
    assert!(sentence.starts_with("BIOLOGICALS_FILE names a file that cannot be read, /nowhere/table: "), "{sentence}");
    let (_folder, path) = file("# ours\nvacuna Tetrabio\n");
    let sentence = refusal(&[("BIOLOGICALS_FILE", path.to_str().unwrap())]);
    assert!(sentence.contains("line 2: expected `vacuna:`"), "{sentence}");
}

#[test]
fn what_is_no_address_is_refused() {
    for value in ["fv", "fv@localhost", "Unidad <fv@lab.example>", "a@lab.example, b@lab.example", "fv@lab.example\nBcc: x@y.example"] {
        for name in ["MAIL_REDIRECT_TO", "SMTP_FROM", "NOTIFY_EMAIL", "ESCALATE_TO"] {
            let sentence = refusal(&[(name, value)]);
            assert!(sentence.starts_with(&format!("{name} must be one e-mail address: ")), "{sentence}");
        }
    }
}

#[test]
fn a_text_that_would_break_a_header_is_refused() {
    for name in ["SMTP_FROM_NAME", "SUBJECT_PREFIX", "UNIT_NAME", "UNIT_PHONE", "UNIT_ADDRESS"] {
        expect(&[(name, "Unidad\r\nBcc: x@y.example", "must be one line without control characters")]);
        expect(&[(name, &"x".repeat(201), "must have at most 200 characters")]);
    }
    expect(&[("UNIT_PHONE", "la central", "must be a telephone number, such as +51 1 555 0100, anexo 12")]);
    assert_eq!(imap(("IMAP_MAILBOX", "A\r\nLOGOUT")), "IMAP_MAILBOX must be one line without control characters");
}

#[test]
fn half_an_smtp_configuration_is_refused() {
    assert_eq!(refusal(&SMTP[..1]), "SMTP_FROM is missing: SMTP_HOST is set");
    assert_eq!(smtp(("SMTP_USER", "followup")), "SMTP_PASSWORD is missing: SMTP_USER is set");
    assert_eq!(smtp(("SMTP_PASSWORD", "clave")), "SMTP_USER is missing: SMTP_PASSWORD is set");
    assert_eq!(smtp(("SMTP_AUTH", "password")), "SMTP_USER is missing: SMTP_AUTH is set");
    assert_eq!(smtp(("MAIL_OUTBOX_DIR", "out")), "MAIL_OUTBOX_DIR and SMTP_HOST are both set; mail goes to one of them");
}

#[test]
fn smtp_settings_without_their_host_are_refused() {
    let orphans = [
        ("SMTP_PORT", "25"),
        ("SMTP_USER", "u"),
        ("SMTP_PASSWORD", "p"),
        ("SMTP_PASSWORD_FILE", "/f"),
        ("SMTP_TLS", "tls"),
        ("SMTP_CA_FILE", "/f"),
        ("SMTP_AUTH", "password"),
    ];
    for (name, value) in orphans {
        expect(&[(name, value, "is set but SMTP_HOST is not")]);
    }
    // A sender makes sense for .eml files; without any way out it shows that the host was forgotten.
    for name in ["SMTP_FROM", "SMTP_FROM_NAME"] {
        assert_eq!(refusal(&on_server(&[(name, "fv@lab.example")])), format!("{name} is set but SMTP_HOST is not"));
    }
}

#[test]
fn half_an_imap_configuration_is_refused() {
    assert_eq!(refusal(&IMAP[..1]), "IMAP_USER is missing: IMAP_HOST is set");
    assert_eq!(refusal(&IMAP[..2]), "IMAP_PASSWORD is missing: IMAP_USER is set");
    assert_eq!(refusal(&[IMAP[0], IMAP[2]]), "IMAP_USER is missing: IMAP_PASSWORD is set");
    assert_eq!(imap(("MAIL_INBOX_DIR", "in")), "MAIL_INBOX_DIR and IMAP_HOST are both set; mail is read from one of them");
    let orphans = [
        ("IMAP_PORT", "143"),
        ("IMAP_USER", "u"),
        ("IMAP_PASSWORD", "p"),
        ("IMAP_TLS", "tls"),
        ("IMAP_AUTH", "password"),
        ("IMAP_MAILBOX", "X"),
    ];
    for (name, value) in orphans {
        expect(&[(name, value, "is set but IMAP_HOST is not")]);
    }
}

#[test]
fn clear_text_to_another_machine_is_refused() {
    for host in ["mail.example", "10.0.0.1", "localhost.example", "2001:db8::1"] {
        let sentence = refusal(&[("SMTP_HOST", host), ("SMTP_FROM", "fv@lab.example"), ("SMTP_TLS", "none")]);
        assert_eq!(sentence, "SMTP_TLS may be none only when SMTP_HOST is this machine (localhost)", "{host}");
    }
    assert_eq!(imap(("IMAP_TLS", "none")), "IMAP_TLS may be none only when IMAP_HOST is this machine (localhost)");
}

#[test]
fn a_host_with_a_scheme_or_a_port_is_refused() {
    for host in ["mail.example:587", "smtp://mail.example", "mail example", "[mail.example]:25"] {
        let sentence = refusal(&[("SMTP_HOST", host), ("SMTP_FROM", "fv@lab.example")]);
        assert_eq!(sentence, "SMTP_HOST must be a host name or an IP address alone, without scheme or port", "{host}");
    }
}

#[test]
fn an_authority_that_cannot_be_read_or_is_none_is_refused() {
    let sentence = smtp(("SMTP_CA_FILE", "/nowhere/ca.pem"));
    assert!(sentence.starts_with("SMTP_CA_FILE names a file that cannot be read, /nowhere/ca.pem: "), "{sentence}");
    let (_directory, path) = file("not a certificate");
    let sentence = imap(("IMAP_CA_FILE", path.to_str().unwrap()));
    assert_eq!(sentence, format!("IMAP_CA_FILE names a file without a PEM certificate, {}", path.display()));
}

#[test]
fn a_database_of_another_kind_is_refused() {
    for url in ["mysql://db.example/x", "postgres://", "sqlite:", "/srv/followup.db"] {
        expect(&[("DATABASE_URL", url, "must be postgres://… or sqlite:PATH")]);
    }
}

#[test]
fn a_server_without_a_strong_key_is_refused() {
    expect(&[("JWT_SECRET", "0123456789abcdef0123456789abcde", "must have at least 32 bytes")]);
    let sentence = refusal(&[("DATABASE_URL", "postgres://db.example/followup")]);
    assert_eq!(
        sentence,
        "JWT_SECRET is missing: only without DATABASE_URL is one generated; JWT_PUBLIC_KEY_FILE, JWT_JWKS_FILE or JWT_JWKS_URL can stand in its place"
    );
}

#[test]
fn a_key_that_is_the_same_over_and_over_is_refused_and_a_random_one_is_not() {
    let problem = "is the same few characters over and over; take random ones, as of `openssl rand -hex 32`";
    for key in [
        "a".repeat(32),
        "0".repeat(64),
        "ab".repeat(20),
        "secret".repeat(6),
        "password".repeat(4),
        "changeme".repeat(4),
        "12345678".repeat(4),
        format!("{}1", "0".repeat(40)),
        format!("{} {}", "x".repeat(31), "yz".repeat(8)),
        "qwerty!".repeat(5),
        "abcdefg".repeat(5),
        " ".repeat(32),
    ] {
        expect(&[("JWT_SECRET", &key, problem)]);
        let sentence = refusal(&[("REPLY_SUBADDRESSING", "true"), ("REPLY_TOKEN_SECRET", &key)]);
        assert_eq!(sentence, format!("REPLY_TOKEN_SECRET {problem}"));
    }
    for key in [
        "0123456789abcdef0123456789abcdef",
        "a secret of the tests, longer than 32 bytes",
        "f3a1c09be2d84756f3a1c09be2d84757",
        "31415926535897932384626433832795",
        "correct horse battery staple correct",
        "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=",
    ] {
        assert!(super::read(&[], &[("JWT_SECRET", key)]).resolve().is_ok(), "{key}");
    }
}

#[test]
fn the_first_password_is_as_long_as_every_other() {
    for password in ["a", "123456789", "ñandúañoñ"] {
        expect(&[("ADMIN_PASSWORD", password, "must have at least 10 characters")]);
    }
    assert!(super::read(&[], &[("ADMIN_PASSWORD", "ñandú años")]).resolve().is_ok());
    let (_directory, path) = file("corta\n");
    assert_eq!(refusal(&[("ADMIN_PASSWORD_FILE", path.to_str().unwrap())]), "ADMIN_PASSWORD must have at least 10 characters");
}

#[test]
fn tokens_that_live_for_no_time_or_for_ever_are_refused() {
    for value in ["0", "-1", "44641", "12h", "1e3"] {
        expect(&[
            ("JWT_LIFETIME_MINUTES", value, "must be a whole number from 1 to 44640"),
            ("JWT_LONGEST_LIFETIME_MINUTES", value, "must be a whole number from 1 to 44640"),
        ]);
    }
}

#[test]
fn an_issuers_keys_need_its_name_and_ours() {
    let (_directory, pem) = file("-----BEGIN PUBLIC KEY-----\n");
    let problem = "is missing: an issuer's keys are given, and only its tokens for this service are to be accepted";
    for keys in
        [("JWT_PUBLIC_KEY_FILE", pem.to_str().unwrap()), ("JWT_JWKS_FILE", "/x.json"), ("JWT_JWKS_URL", "https://issuer.example/x.json")]
    {
        assert_eq!(refusal(&[keys]), format!("JWT_ISSUER {problem}"));
        assert_eq!(refusal(&[keys, ("JWT_AUDIENCE", "followup")]), format!("JWT_ISSUER {problem}"));
        assert_eq!(refusal(&[keys, ("JWT_ISSUER", "https://issuer.example"), ("JWT_AUDIENCE", " ")]), format!("JWT_AUDIENCE {problem}"));
    }
    for name in ["JWT_ISSUER", "JWT_AUDIENCE"] {
        expect(&[(name, "x", "is set but JWT_PUBLIC_KEY_FILE, JWT_JWKS_FILE and JWT_JWKS_URL are not")]);
    }
}

#[test]
fn a_templates_directory_that_is_none_is_refused() {
    let (_directory, path) = file("a file");
    for path in ["/nowhere/at/all", path.to_str().unwrap()] {
        let sentence = refusal(&[("TEMPLATES_DIR", path)]);
        assert!(sentence.starts_with(&format!("TEMPLATES_DIR names a directory that cannot be read, {path}: ")), "{sentence}");
    }
}

#[test]
fn a_filter_that_is_none_is_refused() {
    let sentence = refusal(&[("RUST_LOG", "followup_app=loud")]);
    assert!(sentence.starts_with("RUST_LOG is not a log filter: "), "{sentence}");
}

#[test]
fn a_wrong_flag_is_refused_like_its_variable() {
    let error = read(&["--org-country", "ZZ"], &[]).resolve().unwrap_err();
    assert_eq!(error.setting, "ORG_COUNTRY");
    assert!(!error.to_string().contains('\n'));
}

#[test]
fn a_public_key_is_no_secret() {
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", "A".repeat(64));
    expect(&[("JWT_SECRET", &pem, "is a key in PEM; a public key belongs into JWT_PUBLIC_KEY_FILE")]);
}

#[test]
fn an_issuers_keys_must_be_readable_and_come_from_one_place() {
    let sentence = refusal(&[("JWT_PUBLIC_KEY_FILE", "/nowhere/key.pem")]);
    assert!(sentence.starts_with("JWT_PUBLIC_KEY_FILE names a file that cannot be read, /nowhere/key.pem: "), "{sentence}");
    let both = refusal(&[("JWT_JWKS_FILE", "/x.json"), ("JWT_JWKS_URL", "https://issuer.example/x.json")]);
    assert_eq!(both, "JWT_JWKS_FILE and JWT_JWKS_URL are both given; give one of them");
    let (_directory, ca) = file("no certificate");
    expect(&[("JWT_JWKS_CA_FILE", ca.to_str().unwrap(), "is set but JWT_JWKS_URL is not")]);
    let sentence = refusal(&[("JWT_JWKS_URL", "https://issuer.example/x"), ("JWT_JWKS_CA_FILE", ca.to_str().unwrap())]);
    assert_eq!(sentence, format!("JWT_JWKS_CA_FILE names a file without a PEM certificate, {}", ca.display()));
}

#[test]
fn an_address_of_keys_that_is_not_safe_or_not_plain_is_refused() {
    for url in ["http://issuer.example/jwks", "http://localhost.example/jwks", "http://127.0.0.1.example/", "http://10.0.0.1/jwks"] {
        expect(&[("JWT_JWKS_URL", url, "must be https; http is for this machine (localhost) only")]);
    }
    let plain = "must be an address such as https://issuer.example/jwks.json, without user, password or fragment";
    for url in [
        "http://localhost@issuer.example/",
        "http://localhost:x@evil/",
        "https://a:b@issuer.example/",
        "https://",
        "https:///jwks",
        "http://localhost\\@evil/",
        "https://issuer.example/a b",
        "https://issuer.example/#a",
    ] {
        expect(&[("JWT_JWKS_URL", url, plain)]);
    }
    expect(&[("JWT_JWKS_URL", "file:///etc/jwks", plain), ("JWT_JWKS_URL", "ftp://issuer.example/", "must be https")]);
    expect(&[("JWT_JWKS_URL", "issuer.example/jwks", "must be an address such as https://issuer.example/jwks.json")]);
}
