//! Signed reply addresses.

use followup_runtime::settings::{ReplyTokenSecret, Secret};

use super::{KEY, config, file, on_server, refusal};

#[test]
fn signed_addresses_are_off_unless_wanted() {
    assert_eq!(config(&[]).reply, None);
    assert_eq!(config(&on_server(&[("REPLY_TOKEN_SECRET", KEY)])).reply, None);
}

#[test]
fn an_embedded_service_makes_its_own_key_and_a_server_is_given_one() {
    let embedded = config(&[("REPLY_SUBADDRESSING", "true"), ("SMTP_FROM", "fv@vigia.test")]).reply.unwrap();
    assert_eq!((embedded.mailbox.as_str(), embedded.separator), ("fv@vigia.test", '+'));
    assert_eq!(embedded.secret, ReplyTokenSecret::Generated("./var/reply-token-secret".into()));
    let problem = refusal(&on_server(&[("REPLY_SUBADDRESSING", "true")]));
    assert!(problem.starts_with("REPLY_TOKEN_SECRET is missing"), "{problem}");
    let (_folder, path) = file(&format!("{KEY}\n"));
    let given = config(&on_server(&[("REPLY_SUBADDRESSING", "true"), ("REPLY_TOKEN_SECRET_FILE", path.to_str().unwrap())])).reply.unwrap();
    assert_eq!(given.secret, ReplyTokenSecret::Given(Secret::new(KEY)));
}

#[test]
fn old_keys_are_a_list() {
    let old = format!("{KEY}  another-{KEY}");
    let variables = [("REPLY_SUBADDRESSING", "true"), ("REPLY_SEPARATOR", "-"), ("REPLY_TOKEN_OLD_SECRETS", old.as_str())];
    let reply = config(&variables).reply.unwrap();
    assert_eq!((reply.separator, reply.old_secrets), ('-', vec![Secret::new(KEY), Secret::new(format!("another-{KEY}"))]));
}

#[test]
fn what_cannot_work_is_named() {
    for (name, value) in [
        ("REPLY_SUBADDRESSING", "quizá"),
        ("REPLY_SEPARATOR", "++"),
        ("REPLY_SEPARATOR", "."),
        ("REPLY_TOKEN_SECRET", "short"),
        ("REPLY_TOKEN_OLD_SECRETS", "short"),
    ] {
        let on = ("REPLY_SUBADDRESSING", "true");
        let variables = if name == on.0 { vec![(name, value)] } else { vec![on, (name, value)] };
        let problem = refusal(&variables);
        assert!(problem.starts_with(name) && !problem.contains("short"), "{problem}");
    }
}
