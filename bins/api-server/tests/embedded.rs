//! With no configuration at all: what a newcomer does in the first five minutes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Deployment, LONG, binary, header, reply_to};

fn letters(deployment: &Deployment) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(deployment.dir.path().join("var/outbox")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|extension| extension == "eml")).collect()
}

#[test]
fn a_case_is_asked_about_and_answered_by_files() {
    let deployment = Deployment::embedded();
    let server = deployment.serve();
    assert!(server.greeting.contains("var/admin-password"), "{}", server.greeting);
    let case = server.case("rojas@example.org");

    let since = Instant::now();
    while letters(&deployment).is_empty() {
        assert!(since.elapsed() < LONG, "no letter in the outbox");
        std::thread::sleep(Duration::from_millis(50));
    }
    let letter = fs::read(&letters(&deployment)[0]).unwrap();
    let message_id = header(&letter, "Message-ID").unwrap();
    server.wait_for_thread(case, |thread| thread[0]["status"] == "sent");

    let reply = reply_to(&message_id, "rojas@example.org", "farmacovigilancia@followup.invalid", "Peso: 68 kg");
    fs::write(deployment.dir.path().join("var/inbox/respuesta.eml"), reply).unwrap();
    let thread = server.wait_for_thread(case, |thread| thread.len() == 2);
    assert_eq!(thread[0]["status"], "responded");
    assert_eq!(thread[1]["body"].as_str().unwrap().trim(), "Peso: 68 kg");
    assert!(deployment.dir.path().join("var/inbox/done/respuesta.eml").exists());

    let (code, log) = server.stop();
    assert_eq!(code, Some(0), "{log}");
    for private in ["rojas@example.org", "68 kg", "Paracetamol", "J.P."] {
        assert!(!log.contains(private), "personal data in the log: {log}");
    }
}

#[test]
fn a_second_start_finds_everything_again() {
    let deployment = Deployment::embedded();
    let first = deployment.serve();
    let case = first.case("rojas@example.org");
    first.stop();
    let second = deployment.serve();
    assert_eq!(second.get(&format!("/api/v1/icsr/{case}")).0, 200);
}

#[test]
fn secrets_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let deployment = Deployment::embedded();
    deployment.serve();
    for name in ["admin-password", "jwt-secret"] {
        let mode = fs::metadata(deployment.dir.path().join("var").join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn settings_that_cannot_work_end_the_start_with_one_sentence() {
    let cases = [
        (vec![("SMTP_HOST", "smtp.example.org")], "SMTP_FROM"),
        (vec![("REQUIRED_FIELDS", "paciente_pseo")], "paciente_pseo"),
        (vec![("DATABASE_URL", "sqlite:x.db")], "JWT_SECRET"),
        (vec![("DATABASE_URL", "mysql://x")], "DATABASE_URL"),
        (vec![("DATABASE_URL", "postgres://db.example.org/x"), ("JWT_SECRET", "0123456789012345678901234567890123")], "DATABASE_URL"),
        (vec![("ORG_TIMEZONE", "Lima")], "ORG_TIMEZONE"),
        (vec![("HTTP_ADDR", "8080")], "HTTP_ADDR"),
        (vec![("TEMPLATES_DIR", "/nonexistent")], "TEMPLATES_DIR"),
        (vec![("JWT_SECRET", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")], "JWT_SECRET"),
        (vec![("JWT_JWKS_FILE", "jwks.json")], "JWT_ISSUER"),
        (vec![("ADMIN_PASSWORD", "corta")], "ADMIN_PASSWORD"),
    ];
    for (settings, named) in cases {
        let deployment = settings.iter().fold(Deployment::embedded(), |deployment, (name, value)| deployment.with(name, value));
        let output = deployment.run("api-server", &[]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{settings:?}: {error}");
        let lines: Vec<&str> = error.lines().filter(|line| line.starts_with("error: ")).collect();
        assert!(lines.len() == 1 && lines[0].contains(named), "{settings:?}: {error}");
    }
}

/// What libpq cannot read it quotes, and what it does read it must not tell either. Nothing listens on port 1.
#[test]
fn a_password_with_odd_characters_is_never_printed() {
    for password in
        ["50%secreto", "secreto%", "se%zzcreto", "secreto@x", "se/creto", "se?creto", "se#creto", "se:creto", "secreto[", "se creto"]
    {
        let deployment = Deployment::on_database(&format!("postgres://user:{password}@127.0.0.1:1/db"));
        let output = deployment.run("dispatcher", &[]);
        let printed = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).join("");
        assert_eq!(output.status.code(), Some(1), "{password}: {printed}");
        assert!(!printed.contains("creto") && printed.contains("error: "), "{password}: {printed}");
    }
}

#[test]
fn an_address_beyond_this_machine_is_told_at_the_start() {
    let told = |address: &str| {
        let (code, log) = Deployment::embedded().with("HTTP_ADDR", address).serve().stop();
        assert_eq!(code, Some(0), "{log}");
        log.contains("HTTP_ADDR is beyond this machine")
    };
    assert_eq!((told("127.0.0.1:0"), told("[::1]:0"), told("0.0.0.0:0")), (false, false, true));
}

#[test]
fn help_names_every_setting_of_the_documentation() {
    let documented = [
        "DATABASE_URL",
        "HTTP_ADDR",
        "CORS_ORIGINS",
        "JWT_SECRET",
        "SMTP_HOST",
        "SMTP_PORT",
        "SMTP_USER",
        "SMTP_PASSWORD",
        "SMTP_FROM",
        "SMTP_FROM_NAME",
        "SMTP_TLS",
        "SMTP_CA_FILE",
        "SMTP_AUTH",
        "IMAP_HOST",
        "IMAP_PORT",
        "IMAP_USER",
        "IMAP_PASSWORD",
        "IMAP_MAILBOX",
        "IMAP_TLS",
        "IMAP_CA_FILE",
        "IMAP_AUTH",
        "AUTO_FOLLOWUP_ENABLED",
        "AUTO_FOLLOWUP_DELAY_HOURS",
        "REQUIRED_FIELDS",
        "ORG_TIMEZONE",
        "ORG_COUNTRY",
        "SUBJECT_PREFIX",
        "UNIT_NAME",
        "UNIT_PHONE",
        "UNIT_ADDRESS",
        "MAIL_OUTBOX_DIR",
        "MAIL_INBOX_DIR",
        "BACKGROUND_JOBS",
        "MIGRATE_ON_START",
        "TEMPLATES_DIR",
        "NOTIFY_EMAIL",
        "SEND_WINDOW_HOURS",
        "SEND_WINDOW_DAYS",
        "ESCALATE_AFTER_DAYS",
        "ESCALATE_TO",
        "PROPOSE_CLOSING_AFTER_DAYS",
        "CLOSE_WITHOUT_ANSWER",
        "MAIL_REDIRECT_TO",
        "JWT_ISSUER",
        "JWT_AUDIENCE",
        "JWT_TENANT",
        "JWT_LIFETIME_MINUTES",
        "JWT_LONGEST_LIFETIME_MINUTES",
        "ADMIN_PASSWORD",
    ];
    let help = Deployment::embedded().run_well("api-server", &["--help"]);
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for setting in documented {
        assert!(help.contains(&format!("[env: {setting}")), "{setting} is not in --help");
    }
}

#[test]
fn the_short_help_of_each_program_is_one_screen() {
    for program in ["api-server", "dispatcher", "mail-poller"] {
        let deployment = Deployment::embedded();
        let (short, long) = (deployment.run_well(program, &["-h"]), deployment.run_well(program, &["--help"]));
        assert!(short.trim_end().lines().count() <= 25, "{short}");
        for group in ["Storage", "Mail out (SMTP)", "Follow-up", "Log"] {
            assert!(short.contains(&format!("\n  {group} ")) && long.contains(&format!("\n{group}:\n")), "{program} {group}: {short}");
        }
        assert!(short.contains("--help") && long.lines().count() > 150, "{program}: {short}");
    }
}

#[test]
fn a_command_in_a_wrong_folder_says_so_and_makes_nothing_there() {
    for settings in [
        vec![],
        vec![("DATABASE_URL", "sqlite:followup.db"), ("JWT_SECRET", "0123456789 0123456789 0123456789 x"), ("MAIL_OUTBOX_DIR", "outbox")],
    ] {
        let deployment = settings.iter().fold(Deployment::embedded(), |deployment, (name, value)| deployment.with(name, value));
        for (program, arguments) in [
            ("api-server", ["token", "admin"].as_slice()),
            ("api-server", &["user", "list"]),
            ("api-server", &["user", "disable", "admin"]),
            ("api-server", &["audit", "verify"]),
            ("dispatcher", &[]),
            ("dispatcher", &["--dry-run"]),
            ("mail-poller", &["--once"]),
            ("mail-poller", &["reconcile"]),
        ] {
            let output = deployment.run(program, arguments);
            let error = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{program} {arguments:?}: {error}");
            assert!(error.starts_with("error: there is no database ") && error.contains("followup.db"), "{program} {arguments:?}: {error}");
            assert_eq!(fs::read_dir(deployment.dir.path()).unwrap().count(), 0, "{program} {arguments:?} left something behind");
        }
    }
}

/// From the first line to the last word of an error: whatever collects the lines reads all of them.
#[test]
fn where_the_log_is_json_nothing_else_is_said() {
    let deployment = Deployment::embedded().with("LOG_FORMAT", "json");
    let mut child = deployment.command(&binary("api-server"), &[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut log = String::new();
    while !log.contains("\"serving\"") {
        assert!(stderr.read_line(&mut log).unwrap() > 0, "{log}");
    }
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    stderr.read_to_string(&mut log).unwrap();
    let rest = child.wait_with_output().unwrap();
    assert_eq!((rest.status.code(), rest.stdout.as_slice()), (Some(0), [].as_slice()));
    let of_run = |program: &str, arguments: &[&str], code| {
        let output = deployment.run(program, arguments);
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(code), [].as_slice()), "{program}");
        String::from_utf8(output.stderr).unwrap()
    };
    log += &of_run("dispatcher", &[], 0);
    log += &of_run("mail-poller", &["--once"], 0);
    log += &of_run("api-server", &["token", "nadie"], 1);
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line:?} is no JSON"))).collect();
    let told = |what: &str| lines.iter().any(|line| line["message"].as_str().is_some_and(|message| message.contains(what)));
    assert!(told("var/admin-password") && told("/docs") && told("accepted=0") && told("nadie"), "{log}");
}

#[test]
fn users_are_managed_from_the_command_line() {
    let deployment = Deployment::embedded();
    fs::write(deployment.dir.path().join("password"), "una clave larga\n").unwrap();
    deployment.run_well("api-server", &["user", "add", "Ana", "--role", "qf", "--password-file", "password"]);
    assert!(deployment.run_well("api-server", &["user", "list"]).contains("ana\tqf\tenabled"));
    assert!(deployment.run_well("api-server", &["token", "ana"]).trim().split('.').count() == 3);
    deployment.run_well("api-server", &["user", "disable", "ana"]);
    assert_eq!(deployment.run("api-server", &["token", "ana"]).status.code(), Some(1));
    deployment.run_well("api-server", &["user", "enable", "ana"]);
    deployment.run_well("api-server", &["token", "ana"]);
    assert_eq!(deployment.run("api-server", &["user", "add", "x", "--role", "jefe", "--password-file", "password"]).status.code(), Some(1));
}

#[test]
fn a_new_password_takes_the_place_of_the_old_one_and_who_is_disabled_does_not_sign_in() {
    let deployment = Deployment::embedded();
    let password = |text: &str| fs::write(deployment.dir.path().join("password"), text).unwrap();
    let server = deployment.serve();
    password("una clave larga\n");
    deployment.run_well("api-server", &["user", "add", "ana", "--role", "qf", "--password-file", "password"]);
    let signs_in = |password: &str| server.signs_in("ana", password);
    assert_eq!((signs_in("una clave larga"), signs_in("otra clave larga")), (200, 401));
    password("otra clave larga\n");
    deployment.run_well("api-server", &["user", "set-password", "ana", "--password-file", "password"]);
    assert_eq!((signs_in("una clave larga"), signs_in("otra clave larga")), (401, 200));
    deployment.run_well("api-server", &["user", "disable", "ana"]);
    assert_eq!(signs_in("otra clave larga"), 401);
}

#[test]
fn what_the_command_line_does_to_a_user_ends_their_tokens_and_stands_in_the_trail() {
    let deployment = Deployment::embedded().with("JWT_LIFETIME_MINUTES", "30");
    fs::write(deployment.dir.path().join("password"), "una clave larga\n").unwrap();
    let server = deployment.serve();
    let user = |arguments: &[&str]| deployment.run_well("api-server", &[&["user"], arguments].concat());
    user(&["add", "ana", "--role", "qf", "--password-file", "password"]);
    for change in [
        &["set-roles", "ana", "--role", "soporte", "--role", "legal", "--role", "soporte"][..],
        &["set-password", "ana", "--password-file", "password"],
        &["disable", "ana"],
    ] {
        let token = deployment.run_well("api-server", &["token", "ana"]).trim().to_owned();
        assert_eq!(server.status_with(&token, "/api/v1/auth/me"), 200);
        user(change);
        let since = Instant::now();
        while server.status_with(&token, "/api/v1/auth/me") != 401 {
            assert!(since.elapsed() < LONG, "{change:?}: the token still works");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    assert!(user(&["list"]).contains("ana\tsoporte,legal\tdisabled"));
    let trail = deployment.run_well("api-server", &["audit", "export"]);
    for action in ["user.created", "user.token_made", "user.roles_set", "user.password_set", "user.disabled"] {
        assert!(trail.contains(&format!("\"{action}\"")), "{action}: {trail}");
    }
    assert!(!trail.contains("argon2"), "{trail}");
}

#[test]
fn a_shared_key_without_a_tenant_is_told_of_at_the_start() {
    let log = |settings: &[(&str, &str)]| {
        let deployment = settings.iter().fold(Deployment::embedded(), |deployment, (name, value)| deployment.with(name, value));
        deployment.serve().stop().1
    };
    let key = ("JWT_SECRET", "a secret of the tests, longer than 32 bytes");
    assert!(log(&[key]).contains("JWT_TENANT"));
    assert!(!log(&[key, ("JWT_TENANT", "lab")]).contains("JWT_TENANT"));
    assert!(!log(&[]).contains("JWT_TENANT"));
}

#[test]
fn the_shipped_timer_runs_at_nine_in_the_organisations_zone_and_catches_up() {
    let timer = include_str!("../../../docs/systemd/followup-dispatcher.timer");
    let lines: Vec<&str> = timer.lines().collect();
    for line in ["OnCalendar=*-*-* 09:00:00 America/Lima", "Persistent=true", "WantedBy=timers.target"] {
        assert!(lines.contains(&line), "{line}");
    }
    let help = Deployment::embedded().run_well("dispatcher", &["--help"]);
    assert!(help.contains("ORG_TIMEZONE") && help.contains("America/Lima"), "{help}");
}

#[test]
fn the_poller_and_the_dispatcher_refuse_a_schema_they_do_not_know() {
    for binary in ["dispatcher", "mail-poller"] {
        let output = Deployment::embedded().run(binary, if binary == "mail-poller" { &["--once"] } else { &[] });
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("database"), "{output:?}");
    }
}
