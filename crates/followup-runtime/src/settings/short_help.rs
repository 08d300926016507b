//! `-h` on one screen: a line for each group of settings. `--help` tells each of them.

use clap::{Arg, Command};

/// Characters of a line, and of a group's name in it.
const WIDTH: usize = 80;
const NAME_WIDTH: usize = 20;

/// Gives a command whose settings stand in groups a short help.
pub(super) fn with_short_help(command: Command) -> Command {
    let groups = groups(&command);
    if groups.is_empty() {
        return command;
    }
    let lines: Vec<String> = groups.iter().map(|(name, variables)| line(name, variables)).collect();
    let intro = "Settings, as variables or flags (VAR_DIR, --var-dir); --help tells them all:";
    let text = format!("{intro}\n{}", lines.join("\n"));
    // The long help has them already.
    let command = command.mut_args(|arg| if is_setting(&arg) { arg.hide_short_help(true) } else { arg });
    command.disable_help_subcommand(true).after_help(text).after_long_help("")
}

fn is_setting(arg: &Arg) -> bool {
    arg.get_env().is_some() && arg.get_help_heading().is_some()
}

/// The groups in their order, each with its variables. A file in place of a variable is not named beside it.
fn groups(command: &Command) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for arg in command.get_arguments().filter(|arg| is_setting(arg)) {
        let (Some(heading), Some(variable)) = (arg.get_help_heading(), arg.get_env()) else { continue };
        let variable = variable.display().to_string();
        match groups.iter_mut().find(|(name, _)| name == heading) {
            Some((_, variables)) if variable.strip_suffix("_FILE").is_some_and(|base| variables.iter().any(|known| known == base)) => {}
            Some((_, variables)) => variables.push(variable),
            None => groups.push((heading.to_owned(), vec![variable])),
        }
    }
    groups
}

/// As many variables as fit.
fn line(name: &str, variables: &[String]) -> String {
    let more = ", …";
    let mut line = format!("  {name:NAME_WIDTH$} ");
    for (index, variable) in variables.iter().enumerate() {
        let rest = if index + 1 == variables.len() { 0 } else { more.chars().count() };
        let separator = if index == 0 { "" } else { ", " };
        if line.chars().count() + separator.len() + variable.len() + rest > WIDTH {
            return line + more;
        }
        line = format!("{line}{separator}{variable}");
    }
    line
}
