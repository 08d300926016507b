//! Local users.

use followup_domain::audit::{AuditFacts, AuditValue, facts};
use followup_domain::ids::UserId;
use followup_domain::ports::{Inserted, NewUser, StoreError, Updated};
use followup_domain::user::User;

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Stores a new user; none when the name is taken.
pub(crate) fn create(step: &mut Step<'_>, user: &NewUser) -> Result<Option<UserId>, StoreError> {
    let Inserted::New(id) = step.tx.users().insert(user)? else { return Ok(None) };
    let roles = user.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(",");
    let new = facts([("username", user.username.clone().into()), ("roles", roles.into())]);
    tell(step, Subject::System("user", id.0), Told::new("user.created", new))?;
    Ok(Some(id))
}

/// Sets a user's password hash; says whether the user was there.
pub(crate) fn set_password(step: &mut Step<'_>, user: &User, hash: &str) -> Result<bool, StoreError> {
    let updated = step.tx.users().set_password_hash(&user.username, hash)?;
    changed(step, user, updated, ("user.password_set", "password", AuditValue::Null))
}

/// Lets a user in or not; says whether the user was there.
pub(crate) fn set_disabled(step: &mut Step<'_>, user: &User, disabled: bool) -> Result<bool, StoreError> {
    let updated = step.tx.users().set_disabled(&user.username, disabled)?;
    let action = if disabled { "user.disabled" } else { "user.enabled" };
    changed(step, user, updated, (action, "disabled", disabled.into()))
}

fn changed(
    step: &mut Step<'_>,
    user: &User,
    updated: Updated,
    (action, field, value): (&'static str, &str, AuditValue),
) -> Result<bool, StoreError> {
    if updated == Updated::Stale {
        return Ok(false);
    }
    let new = AuditFacts::from([(field.to_owned(), value)]);
    tell(step, Subject::System("user", user.id.0), Told::new(action, new))?;
    Ok(true)
}
