//! Local users. Hashing and checking passwords is the adapter's; what is stored and audited is decided here.

use chrono::{DateTime, Utc};
use followup_domain::audit::{Actor, AuditChain, AuditEntry, AuditFacts, AuditValue, facts};
use followup_domain::ids::UserId;
use followup_domain::ports::{Inserted, NewUser, StoreError, StoreExt, Updated, UserChange};
use followup_domain::user::{Role, User};

use crate::service::Followup;

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
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Followup {
    /// Creates a local user.
    ///
    /// # Errors
    /// [`UserError`].
    pub fn create_user(&self, actor: &Actor, request: NewUserRequest) -> Result<UserId, UserError> {
        let username = normalised(&request.username)?;
        if request.roles.is_empty() {
            return Err(UserError::NoRole);
        }
        let now = self.now();
        let roles = names(&request.roles);
        let user = NewUser {
            username: username.clone(),
            email: request.email,
            roles: request.roles,
            password_hash: request.password_hash,
            created_at: now,
        };
        self.store.write(|tx| {
            let Inserted::New(id) = tx.users().insert(&user)? else { return Err(UserError::Taken) };
            let new = facts([("username", username.clone().into()), ("roles", roles.clone().into())]);
            tx.audit().append(&self.user_entry(actor, id, "user.created", AuditFacts::new(), new))?;
            Ok(id)
        })
    }

    /// A user by sign-in name.
    ///
    /// # Errors
    /// The store's.
    pub fn find_user(&self, username: &str) -> Result<Option<User>, StoreError> {
        let Ok(username) = normalised(username) else { return Ok(None) };
        self.store.read(|tx| tx.users().find_by_username(&username))
    }

    /// All local users by name.
    ///
    /// # Errors
    /// The store's.
    pub fn users(&self) -> Result<Vec<User>, StoreError> {
        self.store.read(|tx| tx.users().list())
    }

    /// Whether there is no user yet.
    ///
    /// # Errors
    /// The store's.
    pub fn has_no_users(&self) -> Result<bool, StoreError> {
        self.store.read(|tx| Ok(tx.users().count()? == 0))
    }

    /// Sets a user's password hash. As every change, it voids the tokens they were given before.
    ///
    /// # Errors
    /// [`UserError`].
    pub fn set_password_hash(&self, actor: &Actor, username: &str, password_hash: &str) -> Result<(), UserError> {
        self.change_user(actor, username, "user.password_set", &UserChange::Password(password_hash.to_owned()))
    }

    /// Lets a user in or not.
    ///
    /// # Errors
    /// [`UserError`].
    pub fn set_user_disabled(&self, actor: &Actor, username: &str, disabled: bool) -> Result<(), UserError> {
        let action = if disabled { "user.disabled" } else { "user.enabled" };
        self.change_user(actor, username, action, &UserChange::Disabled(disabled))
    }

    /// Gives a user these roles in place of those they had.
    ///
    /// # Errors
    /// [`UserError`].
    pub fn set_user_roles(&self, actor: &Actor, username: &str, roles: Vec<Role>) -> Result<(), UserError> {
        if roles.is_empty() {
            return Err(UserError::NoRole);
        }
        self.change_user(actor, username, "user.roles_set", &UserChange::Roles(roles))
    }

    /// A local user signed in, from this network address if it is known.
    ///
    /// # Errors
    /// The store's; then they are not to be let in.
    pub fn record_sign_in(&self, user: &User, address: Option<&str>) -> Result<(), StoreError> {
        let actor = Actor::User { id: Some(user.id), username: user.username.clone() };
        let new = address.map(|address| ("address".to_owned(), address.into())).into_iter().collect();
        self.record_entry(&self.user_entry(&actor, user.id, "user.signed_in", AuditFacts::new(), new))
    }

    /// Somebody made a token for a local user without their password; it is good until then.
    ///
    /// # Errors
    /// The store's; then the token is not to be given.
    pub fn record_token(&self, actor: &Actor, user: &User, until: DateTime<Utc>) -> Result<(), StoreError> {
        let new = facts([("roles", names(&user.roles).into()), ("until", until.into())]);
        self.record_entry(&self.user_entry(actor, user.id, "user.token_made", AuditFacts::new(), new))
    }

    fn record_entry(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.store.write(|tx| tx.audit().append(entry).map(|_| ()))
    }

    fn change_user(&self, actor: &Actor, username: &str, action: &'static str, change: &UserChange) -> Result<(), UserError> {
        let username = normalised(username).map_err(|_| UserError::NotFound)?;
        let now = self.now();
        self.store.write(|tx| {
            let user = tx.users().find_by_username(&username)?.ok_or(UserError::NotFound)?;
            if tx.users().change(&username, change, now)? == Updated::Stale {
                return Err(UserError::NotFound);
            }
            let (old, new) = told(&user, change);
            tx.audit().append(&self.user_entry(actor, user.id, action, old, new))?;
            Ok(())
        })
    }

    fn user_entry(&self, actor: &Actor, id: UserId, action: &'static str, old: AuditFacts, new: AuditFacts) -> AuditEntry {
        AuditEntry {
            chain: AuditChain::System,
            at: self.now(),
            actor: actor.clone(),
            action,
            entity: "user",
            entity_id: id.0,
            old,
            new,
            reason: None,
        }
    }
}

/// What the trail tells of a change: of a password only that there is another one.
fn told(user: &User, change: &UserChange) -> (AuditFacts, AuditFacts) {
    match change {
        UserChange::Password(_) => (AuditFacts::new(), facts([("password", AuditValue::Null)])),
        UserChange::Disabled(disabled) => (facts([("disabled", user.disabled.into())]), facts([("disabled", (*disabled).into())])),
        UserChange::Roles(roles) => (facts([("roles", names(&user.roles).into())]), facts([("roles", names(roles).into())])),
    }
}

fn names(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(",")
}

fn normalised(username: &str) -> Result<String, UserError> {
    let username = username.trim().to_lowercase();
    let sound = (1..=64).contains(&username.chars().count()) && username.chars().all(|c| c.is_alphanumeric() || "._-@".contains(c));
    if sound { Ok(username) } else { Err(UserError::InvalidName) }
}
