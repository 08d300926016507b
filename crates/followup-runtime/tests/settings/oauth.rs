//! Access tokens for mail servers.

use std::path::Path;

use followup_runtime::settings::{MailIn, MailOut, OauthGrant, OauthTarget, SignIn};

use super::{config, file, refusal};

const ACCOUNTS: [(&str, &str); 9] = [
    ("SMTP_HOST", "smtp.example"),
    ("SMTP_USER", "pv@lab.example"),
    ("SMTP_FROM", "pv@lab.example"),
    ("SMTP_AUTH", "xoauth2"),
    ("IMAP_HOST", "imap.example"),
    ("IMAP_USER", "pv@lab.example"),
    ("IMAP_AUTH", "xoauth2"),
    ("OAUTH_TOKEN_URL", "https://login.example/token"),
    ("OAUTH_CLIENT_ID", "app-1"),
];
const SECRET: (&str, &str) = ("OAUTH_CLIENT_SECRET", "hush");

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = ACCOUNTS.to_vec();
    all.extend(more);
    all
}

fn without<'a>(name: &str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    with(more).into_iter().filter(|(other, _)| *other != name).collect()
}

/// Of the account that sends and of the one that is read.
fn targets(variables: &[(&str, &str)]) -> [OauthTarget; 2] {
    let config = config(variables);
    let MailOut::Smtp(smtp) = config.mail_out.target else { panic!("no SMTP") };
    let MailIn::Imap(imap) = config.mail_in.source else { panic!("no IMAP") };
    [smtp.credentials.unwrap(), imap.credentials].map(|credentials| match credentials.sign_in {
        SignIn::Oauth(target) => target,
        other => panic!("{other:?}"),
    })
}

#[test]
fn both_accounts_share_the_settings() {
    let [smtp, imap] = targets(&with(&[SECRET, ("OAUTH_SCOPE", "https://outlook.office365.com/.default")]));
    assert_eq!(smtp, imap);
    assert_eq!((smtp.token_url.as_str(), smtp.client_id.as_str()), ("https://login.example/token", "app-1"));
    assert_eq!((smtp.grant, smtp.scope.as_deref()), (OauthGrant::ClientCredentials, Some("https://outlook.office365.com/.default")));
}

#[test]
fn an_account_may_have_a_refresh_token_of_its_own() {
    let (_directory, token) = file("el del buzón\n");
    let [smtp, imap] = targets(&with(&[
        ("OAUTH_REFRESH_TOKEN", "el de todos"),
        ("OAUTH_REFRESH_TOKEN_STORE", "/var/lib/followup/oauth"),
        ("IMAP_OAUTH_REFRESH_TOKEN_FILE", token.to_str().unwrap()),
        ("IMAP_OAUTH_SCOPE", "imap"),
    ]));
    let OauthGrant::RefreshToken { token: shared, store } = smtp.grant else { panic!("a refresh token is given") };
    assert_eq!((shared.value.expose(), store.as_deref()), ("el de todos", Some(Path::new("/var/lib/followup/oauth"))));
    let OauthGrant::RefreshToken { token: own, store } = imap.grant else { panic!("a refresh token is given") };
    assert_eq!((own.value.expose(), store), ("el del buzón", None), "the shared file is not for it");
    assert_eq!((smtp.scope, imap.scope.as_deref()), (None, Some("imap")));
    std::fs::write(&token, "el nuevo\n").unwrap();
    assert_eq!(own.now().expose(), "el nuevo");
}

#[test]
fn what_cannot_work_is_named_in_one_sentence_without_secrets() {
    let (_directory, token) = file("hush\n");
    let token = token.to_str().unwrap();
    for (variables, sentence) in [
        (without("OAUTH_TOKEN_URL", &[SECRET]), "OAUTH_TOKEN_URL is missing: SMTP_AUTH is xoauth2 and no token is given"),
        (without("OAUTH_CLIENT_ID", &[SECRET]), "OAUTH_CLIENT_ID is missing: OAUTH_TOKEN_URL is set"),
        (with(&[]), "OAUTH_CLIENT_SECRET is missing: client_credentials needs it"),
        (with(&[SECRET, ("OAUTH_TOKEN_URL", "http://login.example/token")]), "OAUTH_TOKEN_URL must be https"),
        (with(&[SECRET, ("OAUTH_GRANT", "password")]), "OAUTH_GRANT must be one of: client_credentials, refresh_token"),
        (with(&[SECRET, ("OAUTH_GRANT", "refresh_token")]), "OAUTH_REFRESH_TOKEN is missing: OAUTH_GRANT is refresh_token"),
        (
            with(&[SECRET, ("OAUTH_GRANT", "client_credentials"), ("OAUTH_REFRESH_TOKEN", "hush")]),
            "OAUTH_GRANT is client_credentials and a refresh token is given",
        ),
        (with(&[SECRET, ("SMTP_PASSWORD", "hush")]), "SMTP_PASSWORD and OAUTH_TOKEN_URL are both set"),
        (
            with(&[("OAUTH_REFRESH_TOKEN_FILE", token), ("OAUTH_REFRESH_TOKEN_STORE", token)]),
            "OAUTH_REFRESH_TOKEN_STORE must be another file",
        ),
        (
            with(&[SECRET, ("SMTP_OAUTH_REFRESH_TOKEN_STORE", "x")]),
            "SMTP_OAUTH_REFRESH_TOKEN_STORE is set but SMTP_OAUTH_REFRESH_TOKEN is not",
        ),
        (with(&[SECRET, ("OAUTH_CA_FILE", token)]), "OAUTH_CA_FILE names a file without a PEM certificate"),
    ] {
        let said = refusal(&variables);
        assert!(said.starts_with(sentence) && !said.contains("hush"), "{said}");
    }
    let loopback = with(&[SECRET, ("OAUTH_TOKEN_URL", "http://127.0.0.1:9000/token")]);
    assert_eq!(targets(&loopback)[0].token_url, "http://127.0.0.1:9000/token");
}
