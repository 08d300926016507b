//! Local users.

use chrono::{DateTime, Utc};
use followup_domain::audit::{AuditChain, AuditFacts, AuditValue, facts};
use followup_domain::ids::UserId;
use followup_domain::ports::{Inserted, NewUser, StoreError, Updated, UserChange};
use followup_domain::user::{Role, User};

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Stores a new user; none when the name is taken.
pub(crate) fn create(step: &mut Step<'_>, user: &NewUser) -> Result<Option<UserId>, StoreError> {
    let Inserted::New(id) = step.tx.users().insert(user)? else { return Ok(None) };
    let new = facts([("username", user.username.clone().into()), ("roles", names(&user.roles).into())]);
    tell(step, Subject::System("user", id.0), Told::new("user.created", new))?;
    Ok(Some(id))
}

/// One change of users follows the other: of two administrators who shut each other out at once one stays.
pub(crate) fn take_turn(step: &mut Step<'_>) -> Result<(), StoreError> {
    step.tx.audit().hold(AuditChain::System)
}

/// Changes a user, which voids the tokens that they were given before and ends their sessions; says whether the user was there.
pub(crate) fn change(step: &mut Step<'_>, user: &User, change: &UserChange) -> Result<bool, StoreError> {
    if step.tx.users().change(&user.username, change, step.now)? == Updated::Stale {
        return Ok(false);
    }
    step.tx.sessions().end_of(&user.username)?;
    let (action, old, new) = told(user, change);
    tell(step, Subject::System("user", user.id.0), Told::new(action, new).from(old))?;
    Ok(true)
}

/// A local user signed in, from this network address if it is known.
pub(crate) fn signed_in(step: &mut Step<'_>, user: &User, address: Option<&str>) -> Result<(), StoreError> {
    let new = address.map(|address| ("address".to_owned(), address.into())).into_iter().collect();
    tell(step, Subject::System("user", user.id.0), Told::new("user.signed_in", new))
}

/// Somebody made a token for a local user without their password; it is good until then.
pub(crate) fn token_made(step: &mut Step<'_>, user: &User, until: DateTime<Utc>) -> Result<(), StoreError> {
    let new = facts([("roles", names(&user.roles).into()), ("until", until.into())]);
    tell(step, Subject::System("user", user.id.0), Told::new("user.token_made", new))
}

/// What the trail tells of a change: of a password only that there is another one.
fn told(user: &User, change: &UserChange) -> (&'static str, AuditFacts, AuditFacts) {
    match change {
        UserChange::Password(_) => ("user.password_set", AuditFacts::new(), facts([("password", AuditValue::Null)])),
        UserChange::Disabled(disabled) => {
            let action = if *disabled { "user.disabled" } else { "user.enabled" };
            (action, facts([("disabled", user.disabled.into())]), facts([("disabled", (*disabled).into())]))
        }
        UserChange::Roles(roles) => {
            ("user.roles_set", facts([("roles", names(&user.roles).into())]), facts([("roles", names(roles).into())]))
        }
    }
}

fn names(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(",")
}
