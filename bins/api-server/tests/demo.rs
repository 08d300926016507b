//! `api-server demo`: a unit that is full of work, says that it is invented, and is made in an empty place alone.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;

use support::{Deployment, LONG, Server, binary};

const BANNER: &str = "Demostración: todos los casos y las personas son inventados";

/// Signs in through the page; the cookie of the session.
fn sign_in(server: &Server, username: &str, password: &str) -> String {
    let request = agent().post(format!("{}/entrar", server.url())).header("Sec-Fetch-Site", "same-origin");
    let answer = request.send_form([("usuario", username), ("clave", password), ("volver", "/")]).unwrap();
    assert_eq!(answer.status(), 303, "{username}");
    let cookie = answer.headers().get("set-cookie").unwrap().to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

fn page(server: &Server, path: &str, cookie: &str) -> String {
    let mut answer = agent().get(format!("{}{path}", server.url())).header("Cookie", cookie).call().unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.body_mut().read_to_string().unwrap()
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_global(Some(LONG)).build().into()
}

/// How many rows the lanes have that the page shows.
fn counts(page: &str) -> Vec<u32> {
    let tabs = page.split("?bandeja=").skip(1);
    tabs.filter_map(|tab| tab.split_once("<strong>")?.1.split_once("</strong>")?.0.parse().ok()).collect()
}

fn refusal(deployment: &Deployment, arguments: &[&str]) -> String {
    let output = deployment.run("api-server", arguments);
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_demonstration_is_full_of_work_says_what_it_is_and_goes_on_saying_so() {
    let deployment = Deployment::embedded();
    let server = deployment.start(deployment.command(&binary("api-server"), &["demo"]));
    let password = deployment.admin_password();
    for role in ["admin", "qf", "soporte"] {
        assert!(server.greeting.contains(role), "{}", server.greeting);
        assert_eq!(server.signs_in(role, &password), 200, "{role}");
    }
    let cookie = sign_in(&server, "qf", &password);
    let work = page(&server, "/", &cookie);
    let counts = counts(&work);
    assert!(work.contains(BANNER) && counts.len() >= 8 && counts.iter().all(|count| *count > 0), "{counts:?}");
    assert!(page(&server, "/entrar", "").contains(BANNER));
    assert!(fs::read_dir(deployment.dir.path().join("var/outbox")).unwrap().count() > 100, "letters are files");
    assert_eq!(server.stop().0, Some(0));

    let again = refusal(&deployment, &["demo"]);
    assert!(again.contains("in an empty store alone") && again.contains("./var"), "{again}");
    let leaving = refusal(&deployment.with("SMTP_HOST", "127.0.0.1").with("SMTP_FROM", "fv@vigia.test"), &[]);
    assert!(leaving.contains("holds a demonstration") && leaving.contains("unset SMTP_HOST"), "{leaving}");
}

#[test]
fn a_plain_start_on_its_folder_says_that_it_is_a_demonstration() {
    let deployment = Deployment::embedded();
    fs::create_dir(deployment.dir.path().join("var")).unwrap();
    fs::write(deployment.dir.path().join("var/demonstration"), "").unwrap();
    let server = deployment.serve();
    assert!(server.greeting.contains("This is a demonstration"), "{}", server.greeting);
    assert!(page(&server, "/entrar", "").contains(BANNER));
    let reading = refusal(&deployment.with("IMAP_HOST", "127.0.0.1").with("IMAP_USER", "fv").with("IMAP_PASSWORD", "x"), &[]);
    assert!(reading.contains("reads no mailbox: unset IMAP_HOST"), "{reading}");
}

#[test]
fn a_demonstration_is_made_nowhere_else() {
    let on_database = Deployment::embedded().with("DATABASE_URL", "sqlite:other.db").with("MAIL_OUTBOX_DIR", "outbox");
    let said = refusal(&on_database, &["demo"]);
    assert!(said.contains("unset DATABASE_URL"), "{said}");
    let leaving = Deployment::embedded().with("SMTP_HOST", "127.0.0.1").with("SMTP_FROM", "fv@vigia.test");
    let said = refusal(&leaving, &["demo"]);
    assert!(said.contains("nothing leaves a demonstration: unset SMTP_HOST"), "{said}");
    let in_use = Deployment::embedded();
    in_use.serve().stop();
    assert!(refusal(&in_use, &["demo"]).contains("in an empty store alone"));
    assert!(!in_use.dir.path().join("var/demonstration").exists(), "it is marked as none");
}
