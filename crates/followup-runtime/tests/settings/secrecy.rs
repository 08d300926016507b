//! Secrets: from a file, and never seen.

use followup_runtime::settings::{AdminPassword, JwtSecret, MailIn, MailOut, Secret, SignIn, parse_from};

use super::{Cli, KEY, config, file, on_server, read, refusal};

/// Every secret setting with a value that stands out.
const SECRETS: [(&str, &str); 5] = [
    ("DATABASE_URL", "postgres://app:hush-database@db.example/followup"),
    ("JWT_SECRET", "hush-token-key-hush-token-key-hush"),
    ("ADMIN_PASSWORD", "hush-admin"),
    ("SMTP_PASSWORD", "hush-smtp"),
    ("IMAP_PASSWORD", "hush-imap"),
];

const ACCOUNTS: [(&str, &str); 5] = [
    ("SMTP_HOST", "mail.example"),
    ("SMTP_USER", "followup"),
    ("SMTP_FROM", "fv@lab.example"),
    ("IMAP_HOST", "mail.example"),
    ("IMAP_USER", "followup"),
];

fn with_secrets<'a>(further: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    SECRETS.iter().chain(&ACCOUNTS).chain(further).copied().collect()
}

#[test]
fn debug_of_settings_and_configuration_hides_every_secret() {
    let cli = read(&[], &with_secrets(&[]));
    let shown = format!("{cli:?} {:?}", cli.resolve().unwrap());
    assert!(shown.contains("mail.example"));
    assert!(!shown.contains("hush"), "{shown}");
}

#[test]
fn help_shows_no_value_of_the_environment() {
    let variables = with_secrets(&[("UNIT_NAME", "hush-unit")]);
    for flag in ["--help", "-h"] {
        let help = parse_from::<Cli, _, _, _>(["test-server", flag], variables.clone()).unwrap_err().to_string();
        assert!(help.contains("JWT_SECRET"));
        assert!(!help.contains("hush") && !help.contains("mail.example"), "{help}");
    }
}

#[test]
fn no_refusal_shows_a_secret() {
    let refused = [
        refusal(&[("DATABASE_URL", "mysql://app:hush@db.example/x")]),
        refusal(&[("JWT_SECRET", "hush")]),
        refusal(&[("SMTP_PASSWORD", "hush")]),
        refusal(&with_secrets(&[("SMTP_PORT", "0")])),
        refusal(&with_secrets(&[("MAIL_OUTBOX_DIR", "out")])),
        refusal(&with_secrets(&[("IMAP_PASSWORD_FILE", "/nowhere")])),
    ];
    for sentence in refused {
        assert!(!sentence.contains("hush"), "{sentence}");
    }
}

#[test]
fn every_secret_can_be_a_file_whose_last_line_end_does_not_count() {
    for ending in ["", "\n", "\r\n"] {
        let files: Vec<_> = SECRETS.iter().map(|(name, value)| (format!("{name}_FILE"), file(&format!("{value}{ending}")))).collect();
        let variables = files.iter().map(|(name, (_, path))| (name.as_str(), path.to_str().unwrap()));
        let config = config(&variables.chain(ACCOUNTS).collect::<Vec<_>>());
        assert_eq!(config.store.target.url(), Secret::new(SECRETS[0].1));
        assert_eq!(config.http.jwt_secret, Some(JwtSecret::Given(Secret::new(SECRETS[1].1))));
        assert_eq!(config.http.admin_password, AdminPassword::Given(Secret::new("hush-admin")));
        let MailOut::Smtp(smtp) = config.mail_out.target else { panic!("no SMTP") };
        assert!(matches!(smtp.credentials.unwrap().sign_in, SignIn::Password(password) if password.value == Secret::new("hush-smtp")));
        let MailIn::Imap(imap) = config.mail_in.source else { panic!("no IMAP") };
        assert!(matches!(imap.credentials.sign_in, SignIn::Password(password) if password.value == Secret::new("hush-imap")));
    }
}

#[test]
fn blanks_belong_to_a_secret() {
    let (_directory, path) = file(" la clave \n\n");
    let given = config(&[("ADMIN_PASSWORD_FILE", path.to_str().unwrap())]).http.admin_password;
    assert_eq!(given, AdminPassword::Given(Secret::new(" la clave \n")));
}

#[test]
fn a_secret_given_twice_is_refused() {
    let (_directory, path) = file(KEY);
    for (name, value) in SECRETS {
        let name_file = format!("{name}_FILE");
        let sentence = refusal(&with_secrets(&[(name, value), (&name_file, path.to_str().unwrap())]));
        assert_eq!(sentence, format!("{name} and {name}_FILE are both given; give one of them"));
    }
}

#[test]
fn a_secret_file_that_cannot_be_read_is_named_with_its_path() {
    let sentence = refusal(&on_server(&[("ADMIN_PASSWORD_FILE", "/nowhere/at/all")]));
    assert!(sentence.starts_with("ADMIN_PASSWORD_FILE names a file that cannot be read, /nowhere/at/all: "), "{sentence}");
    let (_directory, empty) = file("\n");
    let sentence = refusal(&on_server(&[("ADMIN_PASSWORD_FILE", empty.to_str().unwrap())]));
    assert_eq!(sentence, format!("ADMIN_PASSWORD_FILE names an empty file, {}", empty.display()));
}
