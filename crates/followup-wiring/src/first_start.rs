//! The first start: with no users yet, `admin` is created.

use std::path::PathBuf;

use anyhow::Context;
use followup_app::{App, NewUserRequest, UserError};
use followup_domain::audit::Actor;
use followup_domain::user::Role;
use followup_runtime::settings::AdminPassword;

/// The user name of the first user.
const FIRST_USER: &str = "admin";

/// What became of the first user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstUser {
    /// There are users.
    NotNeeded,
    /// Created; a generated password is in this file.
    Created {
        /// The file, unless the password was given.
        password_file: Option<PathBuf>,
    },
    /// There are no users and no password was given.
    NoPassword,
}

/// Creates the user `admin` if there are no users. Of several processes at once, one does.
///
/// # Errors
/// The store failed, or the password cannot be hashed or stored.
pub fn create_first_user(followup: &App, password: &AdminPassword) -> anyhow::Result<FirstUser> {
    if !followup.has_no_users()? {
        return Ok(FirstUser::NotNeeded);
    }
    let Some(loaded) = password.load()? else { return Ok(FirstUser::NoPassword) };
    let password_hash = followup_access::hash_password(loaded.secret.expose()).context("the admin's password cannot be hashed")?;
    let request = NewUserRequest { username: FIRST_USER.into(), email: None, roles: vec![Role::Admin], password_hash };
    match followup.create_user(&Actor::Service(followup.service), request) {
        Ok(_) => Ok(FirstUser::Created { password_file: loaded.path }),
        Err(UserError::Taken) => Ok(FirstUser::NotNeeded),
        Err(error) => Err(error.into()),
    }
}
