//! Local users. Hashing and checking passwords is the adapter's; what is stored and audited is decided here.

use chrono::{DateTime, Utc};
use followup_domain::audit::Actor;
use followup_domain::ids::UserId;
use followup_domain::ports::{NewUser, StoreError, UserChange};
use followup_domain::user::{Role, User};

use crate::app::App;
use crate::moves::user as users;
use crate::step::{self, Step};
use crate::transaction;

/// A user to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUserRequest {
    /// Sign-in name; stored in lower case.
    pub username: String,
    /// E-mail.
    pub email: Option<String>,
    /// Roles; at least one.
    pub roles: Vec<Role>,
    /// argon2id hash in PHC string format.
    pub password_hash: String,
}

/// Why a user was not created or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// Names have 1 to 64 letters, digits or `._-@`.
    #[error("a user name has 1 to 64 letters, digits or . _ - @")]
    InvalidName,
    /// A user without a role may do nothing.
    #[error("a user needs at least one role")]
    NoRole,
    /// The name is taken.
    #[error("the user name is taken")]
    Taken,
    /// There is no such user.
    #[error("there is no such user")]
    NotFound,
    /// No local user could administer the service any more.
    #[error("the last administrator stays one")]
    LastAdministrator,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// Creates a local user.
    ///
    /// # Errors
    /// [`UserError`].
    pub fn create_user(&self, actor: &Actor, request: NewUserRequest) -> Result<UserId, UserError> {
        let username = normalised(&request.username)?;
        if request.roles.is_empty() {
            return Err(UserError::NoRole);
        }
        let NewUserRequest { email, roles, password_hash, .. } = request;
        let user = NewUser { username, email, roles, password_hash, created_at: self.clock.now() };
        transaction::write(self, actor, |step| users::create(step, &user)?.ok_or(UserError::Taken))
    }

    /// A user by sign-in name.
    ///
    /// # Errors
    /// The store's.
    pub fn find_user(&self, username: &str) -> Result<Option<User>, StoreError> {
        let Ok(username) = normalised(username) else { return Ok(None) };
        step::read(self, |step| step.tx.users().find_by_username(&username))
    }

    /// All local users by name.
    ///
    /// # Errors
    /// The store's.
    pub fn users(&self) -> Result<Vec<User>, StoreError> {
        step::read(self, |step| step.tx.users().list())
    }

    /// Whether there is no user yet.
    ///
    /// # Errors
    /// The store's.
    pub fn has_no_users(&self) -> Result<bool, StoreError> {
        step::read(self, |step| Ok(step.tx.users().count()? == 0))
    }

    /// Sets a user's password hash. As every change, it voids the tokens they were given before.
    ///
    /// # Errors
    /// [`UserError`].
    pub fn set_password_hash(&self, actor: &Actor, username: &str, password_hash: &str) -> Result<(), UserError> {
        change(self, actor, username, &UserChange::Password(password_hash.to_owned()))
    }

    /// Lets a user in or not.
    ///
    /// # Errors
    /// [`UserError`].
    pub fn set_user_disabled(&self, actor: &Actor, username: &str, disabled: bool) -> Result<(), UserError> {
        change(self, actor, username, &UserChange::Disabled(disabled))
    }

    /// Gives a user these roles in place of those they had.
    ///
    /// # Errors
    /// [`UserError`].
    pub fn set_user_roles(&self, actor: &Actor, username: &str, roles: Vec<Role>) -> Result<(), UserError> {
        if roles.is_empty() {
            return Err(UserError::NoRole);
        }
        change(self, actor, username, &UserChange::Roles(roles))
    }

    /// A local user signed in, from this network address if it is known.
    ///
    /// # Errors
    /// The store's; then they are not to be let in.
    pub fn record_sign_in(&self, user: &User, address: Option<&str>) -> Result<(), StoreError> {
        let actor = Actor::User { id: Some(user.id), username: user.username.clone() };
        transaction::write(self, &actor, |step| users::signed_in(step, user, address))
    }

    /// Somebody made a token for a local user without their password; it is good until then.
    ///
    /// # Errors
    /// The store's; then the token is not to be given.
    pub fn record_token(&self, actor: &Actor, user: &User, until: DateTime<Utc>) -> Result<(), StoreError> {
        transaction::write(self, actor, |step| users::token_made(step, user, until))
    }
}

fn change(app: &App, actor: &Actor, username: &str, change: &UserChange) -> Result<(), UserError> {
    let username = normalised(username).map_err(|_| UserError::NotFound)?;
    transaction::write(app, actor, |step| {
        users::take_turn(step)?;
        let user = step.tx.users().find_by_username(&username)?.ok_or(UserError::NotFound)?;
        if takes_the_last_administrator(step, actor, &user, change)? {
            return Err(UserError::LastAdministrator);
        }
        if users::change(step, &user, change)? { Ok(()) } else { Err(UserError::NotFound) }
    })
}

/// Local users keep one of them who may administer. Whoever is none of them (the operator of the machine, users of another system) needs none.
fn takes_the_last_administrator(step: &mut Step<'_>, actor: &Actor, user: &User, change: &UserChange) -> Result<bool, StoreError> {
    let takes = match change {
        UserChange::Password(_) => false,
        UserChange::Disabled(disabled) => *disabled,
        UserChange::Roles(roles) => !roles.contains(&Role::Admin),
    };
    let Actor::User { id: Some(id), username } = actor else { return Ok(false) };
    if !takes || !administers(user) {
        return Ok(false);
    }
    let all = step.tx.users().list()?;
    let is_local = all.iter().any(|known| known.id == *id && known.username == *username);
    Ok(is_local && !all.iter().any(|other| other.id != user.id && administers(other)))
}

fn administers(user: &User) -> bool {
    !user.disabled && user.roles.contains(&Role::Admin)
}

fn normalised(username: &str) -> Result<String, UserError> {
    let username = username.trim().to_lowercase();
    let sound = (1..=64).contains(&username.chars().count()) && username.chars().all(|c| c.is_alphanumeric() || "._-@".contains(c));
    if sound { Ok(username) } else { Err(UserError::InvalidName) }
}
