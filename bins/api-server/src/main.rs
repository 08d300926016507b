//! The REST server; embedded, it also sends, runs the plans and reads the mailbox.

mod admin;
mod audit;
mod demo;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use followup_runtime::settings::{HttpSettings, ImapSettings, PageSettings, WebhookSettings};
use followup_runtime::{exit, memory, settings};
use followup_wiring::{CommonSettings, build, build_on_existing_store};

/// REST server of the follow-up service for pharmacovigilance.
///
/// Without any setting it runs embedded: an SQLite file, letters as .eml files and answers from .eml files, all in ./var, on
/// 127.0.0.1:8080. Every setting is a flag or an environment variable.
#[derive(Parser)]
#[command(name = "api-server", version)]
struct Arguments {
    #[command(flatten)]
    common: CommonSettings,
    #[command(flatten)]
    http: HttpSettings,
    #[command(flatten)]
    page: PageSettings,
    #[command(flatten)]
    imap: ImapSettings,
    #[command(flatten)]
    webhook: WebhookSettings,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What to do; without a command, serve.
#[derive(Subcommand)]
enum Command {
    /// Fill an empty embedded store with invented cases, and serve it.
    ///
    /// Every page says that it is a demonstration, also when api-server is started again on the same VAR_DIR. Nothing leaves this machine: letters
    /// are files in VAR_DIR/outbox. There is a user of each role, all with one password. A store that is in use is refused.
    Demo,
    /// Bring the database's schema up to date, and exit.
    Migrate,
    /// Manage the local users.
    User {
        #[command(subcommand)]
        command: admin::UserCommand,
    },
    /// Verify or export the audit trail.
    Audit {
        #[command(subcommand)]
        command: audit::AuditCommand,
    },
    /// Print a bearer token for a local user, for use with curl.
    Token {
        /// The user's name.
        username: String,
    },
}

fn main() -> ExitCode {
    memory::give_back();
    let arguments: Arguments = settings::parse();
    exit::run(|| run(arguments))
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    let service = match &arguments.command {
        None | Some(Command::Demo | Command::Migrate | Command::User { command: admin::UserCommand::Add { .. } }) => {
            build(&arguments.common, "api-server")?
        }
        Some(_) => build_on_existing_store(&arguments.common, "api-server")?,
    };
    match arguments.command {
        None => serve::serve(&service, &arguments.http, &arguments.page, &arguments.imap, &arguments.webhook),
        Some(Command::Demo) => {
            demo::fill(&service, &arguments.http)?;
            serve::serve(&service, &arguments.http, &arguments.page, &arguments.imap, &arguments.webhook)
        }
        Some(Command::Migrate) => admin::migrate(&service),
        Some(Command::User { command }) => admin::user(&service, command),
        Some(Command::Audit { command }) => audit::run(&service, command),
        Some(Command::Token { username }) => admin::token(&service, &arguments.http, &username),
    }
}
