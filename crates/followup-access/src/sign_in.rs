//! Signing in with a name and a password.

use std::net::IpAddr;

use followup_app::App;
use followup_domain::ports::StoreError;
use followup_domain::user::User;

use crate::access::Access;
use crate::password::{absent_user_hash, is_password};

/// Why somebody was not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// There is no such user, the password is another one, or the user is disabled: nobody is told which.
    #[error("wrong user or password")]
    Wrong,
    /// Too many attempts failed.
    #[error("too many attempts")]
    Wait {
        /// After so many seconds it may be tried again.
        seconds: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The check ended without an outcome: it panicked, or the process is ending.
    #[error("the password check broke off")]
    BrokenOff,
}

impl Access {
    /// The local user of this name and password, tried from this address.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn sign_in(&self, username: String, password: String, address: Option<IpAddr>) -> Result<User, SignInError> {
        // Whoever has to wait is told so at once, and waits for no check of somebody else's password.
        let begun = self.throttle.begin(&username, address, self.followup.clock.now());
        let attempt = begun.map_err(|seconds| SignInError::Wait { seconds })?;
        // Checking is meant to cost memory and time: only so many at once.
        let permit = self.password_checks.clone().acquire_owned().await.map_err(|_| SignInError::BrokenOff)?;
        let (throttle, followup) = (self.throttle.clone(), self.followup.clone());
        // A client that goes away ends no check, so the permit and the outcome are the check's own.
        let check = move || {
            let _permit = permit;
            let user = checked(&followup, &username, &password).and_then(|user| recorded(&followup, user, address));
            match &user {
                Ok(_) => throttle.succeeded(&attempt),
                Err(SignInError::Wrong) => {}
                Err(_) => throttle.undecided(&attempt),
            }
            user
        };
        let user = tokio::task::spawn_blocking(check).await.map_err(|_| SignInError::BrokenOff)??;
        // What was read of them last may be of before they were let in again.
        self.standings.forget(&user.username);
        Ok(user)
    }
}

/// An unknown, a disabled and a wrongly answering user are told the same, after the same work.
fn checked(followup: &App, username: &str, password: &str) -> Result<User, SignInError> {
    let user = followup.find_user(username)?;
    let right = is_password(password, user.as_ref().map_or_else(|| absent_user_hash(), |user| &user.password_hash));
    user.filter(|user| right && !user.disabled).ok_or(SignInError::Wrong)
}

/// Nobody is let in whose sign-in cannot be recorded.
fn recorded(followup: &App, user: User, address: Option<IpAddr>) -> Result<User, SignInError> {
    followup.record_sign_in(&user, address.map(|address| address.to_canonical().to_string()).as_deref())?;
    Ok(user)
}
