//! Flag, variable, default.

use clap::{Parser, Subcommand};
use followup_runtime::settings::{StoreSettings, parse_from};

use super::{Cli, config, read};

#[test]
fn a_flag_stands_above_its_variable_and_the_variable_above_the_default() {
    let variables = [("HTTP_ADDR", "127.0.0.1:9000"), ("UNIT_NAME", "Unidad")];
    let config = read(&["--http-addr", "127.0.0.1:9001"], &variables).resolve().unwrap();
    assert_eq!(config.http.addr.port(), 9001);
    assert_eq!(config.followup.policy.letterhead.unit_name, "Unidad");
}

#[test]
fn every_variable_is_also_a_flag_of_the_same_name() {
    let command = <Cli as clap::CommandFactory>::command();
    let mut seen = 0;
    for argument in command.get_arguments() {
        let (Some(flag), Some(variable)) = (argument.get_long(), argument.get_env()) else { panic!("{argument:?}") };
        assert_eq!(variable.to_str().unwrap(), flag.to_uppercase().replace('-', "_"));
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let command = <Cli as clap::CommandFactory>::command();
    let names: Vec<String> = command.get_arguments().filter_map(|argument| Some(argument.get_env()?.to_str()?.to_owned())).collect();
    let empty: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(format!("{:?}", config(&empty)), format!("{:?}", config(&[])));
}

#[test]
fn an_empty_flag_counts_as_unset_too() {
    let config = read(&["--smtp-host", "", "--database-url", "", "--notify-email", " "], &[]).resolve().unwrap();
    assert!(config.store.is_embedded() && config.followup.policy.notify_to.is_none());
}

#[test]
fn blanks_around_a_value_are_dropped() {
    let config = config(&[("HTTP_ADDR", " 127.0.0.1:9000 "), ("SMTP_HOST", "localhost "), ("SMTP_FROM", " fv@lab.example\r")]);
    assert_eq!(config.http.addr.port(), 9000);
    assert_eq!(config.mail_out.sender.as_str(), "fv@lab.example");
}

#[test]
#[cfg(unix)]
fn a_variable_that_is_not_utf8_is_named() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    let variables = [(OsString::from("UNIT_NAME"), OsString::from_vec(vec![0x46, 0xff]))];
    let error = parse_from::<Cli, _, _, _>(["test-server"], variables).unwrap_err();
    assert!(error.to_string().contains("UNIT_NAME"), "{error}");
    assert_eq!(error.exit_code(), 2);
}

#[derive(Parser)]
struct Nested {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    Migrate {
        #[command(flatten)]
        store: StoreSettings,
    },
}

#[test]
fn variables_reach_the_settings_of_a_subcommand() {
    let variables = [("VAR_DIR", "/srv/followup"), ("DATABASE_URL", "")];
    let Nested { action: Action::Migrate { store } } = parse_from(["test-server", "migrate"], variables).unwrap();
    assert_eq!(store.resolve().unwrap().var_dir, std::path::Path::new("/srv/followup"));
}

#[test]
fn an_unknown_flag_is_wrong_usage() {
    let error = parse_from::<Cli, _, _, _>(["test-server", "--smtp-hots", "x"], Vec::<(String, String)>::new()).unwrap_err();
    assert_eq!(error.exit_code(), 2);
}
