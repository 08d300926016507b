//! Whoever calls, once their token was found good.

use followup_domain::audit::Actor;
use followup_domain::ids::UserId;
use followup_domain::user::Role;

use crate::permission::Permission;

/// Somebody with a valid token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Their number at whoever issued the token.
    pub user_id: Option<UserId>,
    /// Their name.
    pub username: String,
    /// Their e-mail, if the token tells it.
    pub email: Option<String>,
    /// Their roles that are known here; perhaps none.
    pub roles: Vec<Role>,
    /// The organisation that the token names.
    pub tenant: Option<String>,
}

impl Caller {
    /// The caller as the audit trail names them.
    pub fn actor(&self) -> Actor {
        Actor::User { id: self.user_id, username: self.username.clone() }
    }

    /// Whether one of their roles allows it.
    pub fn may(&self, permission: Permission) -> bool {
        self.roles.iter().any(|role| permission.roles().contains(role))
    }
}
