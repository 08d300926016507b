//! Commands of the operator: schema, users, tokens. They print, for a person reads them.
#![allow(clippy::print_stdout)]

use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use followup_app::NewUserRequest;
use followup_domain::audit::Actor;
use followup_domain::contact::EmailAddress;
use followup_domain::user::{Role, SHORTEST_PASSWORD, is_long_enough};
use followup_runtime::settings::HttpSettings;
use followup_wiring::Service;

#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Create a user.
    Add {
        /// Sign-in name.
        username: String,
        /// Role: admin, qf, responsable_fv, qa, direccion_tecnica, legal or soporte; may be given several times.
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
        /// E-mail address.
        #[arg(long)]
        email: Option<String>,
        /// File with the password in its first line; - is standard input.
        #[arg(long, default_value = "-")]
        password_file: PathBuf,
    },
    /// List the users.
    List,
    /// Let a user sign in no more; their tokens end.
    Disable {
        /// Sign-in name.
        username: String,
    },
    /// Let a disabled user sign in again.
    Enable {
        /// Sign-in name.
        username: String,
    },
    /// Give a user other roles, in place of those they have; their tokens end.
    SetRoles {
        /// Sign-in name.
        username: String,
        /// Role: admin, qf, responsable_fv, qa, direccion_tecnica, legal or soporte; may be given several times.
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
    },
    /// Set a user's password; their tokens end.
    SetPassword {
        /// Sign-in name.
        username: String,
        /// File with the password in its first line; - is standard input.
        #[arg(long, default_value = "-")]
        password_file: PathBuf,
    },
}

pub(crate) fn migrate(service: &Service) -> anyhow::Result<()> {
    let report = service.store.migrate()?;
    match report.applied.len() {
        0 => println!("The schema is up to date."),
        count => println!("{count} migrations applied: {}", report.applied.join(", ")),
    }
    Ok(())
}

pub(crate) fn user(service: &Service, command: UserCommand) -> anyhow::Result<()> {
    prepare(service)?;
    let followup = &service.followup;
    let operator = operator();
    match command {
        UserCommand::Add { username, roles, email, password_file } => {
            let roles = parse_roles(&roles)?;
            let email = email.map(|email| EmailAddress::parse(&email).map(|email| email.to_string())).transpose()?;
            let password_hash = followup_access::hash_password(&read_password(&password_file)?)?;
            followup.create_user(&operator, NewUserRequest { username: username.clone(), email, roles, password_hash })?;
            println!("User {} created.", username.to_lowercase());
        }
        UserCommand::List => {
            for user in followup.users()? {
                let roles: Vec<&str> = user.roles.iter().map(|role| role.as_str()).collect();
                println!("{}\t{}\t{}", user.username, roles.join(","), if user.disabled { "disabled" } else { "enabled" });
            }
        }
        UserCommand::Disable { username } => {
            followup.set_user_disabled(&operator, &username, true)?;
            println!("User {username} disabled.");
        }
        UserCommand::Enable { username } => {
            followup.set_user_disabled(&operator, &username, false)?;
            println!("User {username} enabled.");
        }
        UserCommand::SetRoles { username, roles } => {
            followup.set_user_roles(&operator, &username, parse_roles(&roles)?)?;
            println!("Roles of {username} set.");
        }
        UserCommand::SetPassword { username, password_file } => {
            let password_hash = followup_access::hash_password(&read_password(&password_file)?)?;
            followup.set_password_hash(&operator, &username, &password_hash)?;
            println!("Password of {username} set.");
        }
    }
    Ok(())
}

pub(crate) fn token(service: &Service, http: &HttpSettings, username: &str) -> anyhow::Result<()> {
    prepare(service)?;
    let config = http.resolve(&service.store_config)?;
    let Some(user) = service.followup.find_user(username)?.filter(|user| !user.disabled) else {
        bail!("there is no enabled user {username:?}");
    };
    let jwt = crate::serve::jwt_settings(&config)?;
    let now = followup_domain::ports::Clock::now(&*service.followup.clock);
    let token = followup_access::issue_token(&jwt, &user, now, jwt.lifetime, "command line")?;
    service.followup.record_token(&operator(), &user, now + jwt.lifetime)?;
    println!("{token}");
    Ok(())
}

/// Whoever may run this program, as the audit trail names them.
fn operator() -> Actor {
    Actor::User { id: None, username: "operator".into() }
}

/// The embedded store is made ready by whatever comes first; others are migrated on purpose.
fn prepare(service: &Service) -> anyhow::Result<()> {
    if service.store_config.is_embedded() {
        service.store.migrate()?;
        return Ok(());
    }
    service.require_current_schema()
}

/// The roles, each once.
fn parse_roles(texts: &[String]) -> anyhow::Result<Vec<Role>> {
    let mut roles = Vec::new();
    for role in texts {
        let role = parse_role(role)?;
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    Ok(roles)
}

fn parse_role(text: &str) -> anyhow::Result<Role> {
    let known = || Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    Role::parse(text).with_context(|| format!("unknown role {text:?}; known roles: {}", known()))
}

fn read_password(file: &Path) -> anyhow::Result<String> {
    let mut line = String::new();
    if file == Path::new("-") {
        io::stdin().lock().read_line(&mut line).context("the password cannot be read from standard input")?;
    } else {
        let text = std::fs::read_to_string(file).with_context(|| format!("the password file {} cannot be read", file.display()))?;
        line.push_str(text.lines().next().unwrap_or_default());
    }
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if !is_long_enough(&password) {
        bail!("a password has at least {SHORTEST_PASSWORD} characters");
    }
    Ok(password)
}
