//! A demonstration: a store of invented cases that says so for good, and from which nothing leaves the machine.

use std::path::PathBuf;

use anyhow::{Context, bail};
use followup_app::{App, NewUserRequest};
use followup_demo::Demonstration;
use followup_domain::audit::Actor;
use followup_domain::ports::{CaseQuery, PageRequest, TrayState};
use followup_domain::user::Role;
use followup_runtime::settings::{AdminPassword, HttpSettings, MailOut, MailOutConfig, SmsConfig, StoreConfig, WhatsappConfig};

use crate::build::Service;

/// The file in `VAR_DIR` that says so.
const MARK: &str = "demonstration";
const MARK_TEXT: &str = "The store in this folder is a demonstration: api-server demo filled it with invented cases.\n";

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demonstrated {
    /// How many cases there are.
    pub cases: i64,
    /// The generated password of all users, unless it was given.
    pub password_file: Option<PathBuf>,
}

/// Whether the store holds a demonstration.
pub fn is_demonstration(store: &StoreConfig) -> bool {
    store.is_embedded() && store.in_var_dir(MARK).exists()
}

/// Fills an empty embedded store with invented cases, and makes a user of each role, all with one password.
///
/// # Errors
/// The store is not embedded or not empty, a setting lets something leave this machine, or the store failed.
pub fn fill_demonstration(service: &Service, http: &HttpSettings) -> anyhow::Result<Demonstrated> {
    let config = &service.store_config;
    if !config.is_embedded() {
        bail!("a demonstration is made in an embedded store alone: unset DATABASE_URL");
    }
    if let Some(setting) = service.leaves_by {
        bail!("nothing leaves a demonstration: unset {setting}");
    }
    let password = http.resolve(config)?.admin_password;
    service.store.migrate()?;
    let folder = config.var_dir.display();
    if !is_empty(&service.followup)? {
        bail!("a demonstration is made in an empty store alone, and the one in {folder} (VAR_DIR) is in use: name another folder");
    }
    // Before anything else: a store that is half filled is a demonstration, too.
    std::fs::write(config.in_var_dir(MARK), MARK_TEXT).with_context(|| format!("VAR_DIR {folder} cannot be written to"))?;
    let demonstration = Demonstration::of(&service.followup);
    let password_file = create_users(demonstration.app(), &password)?;
    let cases = demonstration.fill().with_context(|| format!("the demonstration in {folder} is not finished: remove that folder"))?;
    Ok(Demonstrated { cases, password_file })
}

/// What would let something leave this machine, by its setting.
pub(crate) fn leaves_by(mail_out: &MailOutConfig, sms: &SmsConfig, whatsapp: &WhatsappConfig) -> Option<&'static str> {
    let ways = [
        (matches!(mail_out.target, MailOut::Smtp(_)), "SMTP_HOST"),
        (sms.carrier.is_some(), "the settings of who carries text messages"),
        (whatsapp.carrier.is_some(), "the settings of who carries WhatsApp"),
    ];
    ways.into_iter().find(|(leaves, _)| *leaves).map(|(_, setting)| setting)
}

fn is_empty(app: &App) -> anyhow::Result<bool> {
    let one = PageRequest { offset: 0, limit: 1 };
    let holds = app.cases(&CaseQuery::default(), one)?.total
        + app.unassigned(TrayState::Open, one)?.total
        + app.quarantined(TrayState::Open, one)?.total;
    Ok(holds == 0 && app.has_no_users()?)
}

/// Each is called as their role.
fn create_users(app: &App, password: &AdminPassword) -> anyhow::Result<Option<PathBuf>> {
    let loaded = password.load()?.context("a demonstration needs a password for its users: set ADMIN_PASSWORD")?;
    let password_hash = followup_access::hash_password(loaded.secret.expose()).context("the users' password cannot be hashed")?;
    for role in Role::ALL {
        let request =
            NewUserRequest { username: role.as_str().to_owned(), email: None, roles: vec![*role], password_hash: password_hash.clone() };
        app.create_user(&Actor::Service(app.service), request)?;
    }
    Ok(loaded.path)
}
