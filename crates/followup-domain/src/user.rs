//! Local users and the seven roles.

use chrono::{DateTime, Utc};

use crate::ids::UserId;
use crate::published::published_enum;

published_enum! {
    /// What a person may do (VIGIA's roles).
    Role {
        /// Administrator.
        Admin = "admin",
        /// Químico farmacéutico.
        Qf = "qf",
        /// Qualified person for pharmacovigilance.
        ResponsableFv = "responsable_fv",
        /// Quality assurance.
        Qa = "qa",
        /// Technical direction.
        DireccionTecnica = "direccion_tecnica",
        /// Legal.
        Legal = "legal",
        /// Support.
        Soporte = "soporte",
    }
}

/// The fewest characters of a password (NIST SP 800-63B asks for 8 beside a second factor, for 15 without one; people type these).
pub const SHORTEST_PASSWORD: usize = 10;

/// Whether a password is long enough to be set.
pub fn is_long_enough(password: &str) -> bool {
    password.chars().count() >= SHORTEST_PASSWORD
}

/// A user kept by the service itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its number.
    pub id: UserId,
    /// Sign-in name, lower case, unique.
    pub username: String,
    /// E-mail, if known.
    pub email: Option<String>,
    /// Roles; at least one.
    pub roles: Vec<Role>,
    /// argon2id hash in PHC string format.
    pub password_hash: String,
    /// May not sign in.
    pub disabled: bool,
    /// What was given to them at this instant (UTC) or before lets them in no more; None while all of it does.
    pub tokens_valid_from: Option<DateTime<Utc>>,
}
