//! Flags and environment, read once.

use std::collections::HashMap;
use std::env;
use std::ffi::{OsStr, OsString};

use clap::builder::StyledStr;
use clap::error::ErrorKind;
use clap::{Arg, Command, Error, Parser};

use super::short_help::with_short_help;

/// Reads the process's flags and environment. As `Parser::parse` it ends the process on `--help` (code 0) and
/// on wrong usage (code 2); unlike it, an empty variable counts as unset, as systemd units and compose files expect.
pub fn parse<C: Parser>() -> C {
    parse_from(env::args_os(), env::vars_os()).unwrap_or_else(|error| error.exit())
}

/// As [`parse`], from the given arguments (the first is the program's name) and variables, and nothing else.
///
/// Arguments that declare `env` must take text (`String`, `PathBuf`, `Secret`), which `resolve` checks later: their
/// variables come in as run-time defaults, and clap asserts in debug builds that a default is valid.
///
/// # Errors
/// What clap answers, `--help` included; a variable of ours that is not UTF-8.
pub fn parse_from<C, A, V, N>(arguments: A, variables: V) -> Result<C, Error>
where
    C: Parser,
    A: IntoIterator<Item: Into<OsString> + Clone>,
    V: IntoIterator<Item = (N, N)>,
    N: Into<OsString>,
{
    let variables: Variables =
        variables.into_iter().map(|(name, value)| (name.into(), value.into())).filter(|(_, value)| !value.is_empty()).collect();
    let mut command = C::command();
    if let Some(name) = unreadable(&command, &variables) {
        return Err(command.error(ErrorKind::InvalidUtf8, format!("the environment variable {name} is not UTF-8")));
    }
    let mut command = with_variables(with_short_help(command), &variables);
    let mut matches = command.try_get_matches_from_mut(arguments)?;
    C::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

type Variables = HashMap<OsString, OsString>;

/// The first variable of the command that is set but not UTF-8.
fn unreadable(command: &Command, variables: &Variables) -> Option<String> {
    let own = command.get_arguments().filter_map(Arg::get_env);
    let found =
        own.filter(|name| variables.get(*name).is_some_and(|value| value.to_str().is_none())).map(|name| name.display().to_string());
    let nested = command.get_subcommands().filter_map(|nested| unreadable(nested, variables));
    found.chain(nested).next()
}

fn with_variables(command: Command, variables: &Variables) -> Command {
    command.mut_args(|arg| with_variable(arg, variables)).mut_subcommands(|nested| with_variables(nested, variables))
}

/// Takes the reading of the environment from clap: it would take an empty variable for a value, and it would show
/// values in `--help`, where the documented default belongs.
fn with_variable(arg: Arg, variables: &Variables) -> Arg {
    let Some(name) = arg.get_env().map(OsStr::to_owned) else { return arg };
    let mut note = String::new();
    if let Some(default) = arg.get_default_values().first().filter(|_| !arg.is_hide_default_value_set()) {
        note = format!(" [default: {}]", default.display());
    }
    note = format!("{note} [env: {}]", name.display());
    let noted = |help: &StyledStr| format!("{help}{note}");
    let (short, long) = (arg.get_help().map(noted), arg.get_long_help().map(noted));
    let mut arg = arg.env(None::<&'static str>).hide_default_value(true);
    if let Some(short) = short {
        arg = arg.help(short);
    }
    if let Some(long) = long {
        arg = arg.long_help(long);
    }
    match variables.get(&name) {
        Some(value) => arg.default_value(value.clone()),
        None => arg,
    }
}
