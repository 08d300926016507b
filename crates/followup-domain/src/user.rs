//! Local users and the seven roles.

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

impl Role {
    /// May close, override and edit plan templates.
    pub fn may_decide(self) -> bool {
        matches!(self, Self::Admin | Self::Qf | Self::ResponsableFv)
    }
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
}
