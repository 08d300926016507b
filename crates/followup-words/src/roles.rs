//! The roles as people read them.

use followup_domain::user::Role;

/// A role.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Admin => "Administración",
        Role::Qf => "Químico farmacéutico",
        Role::ResponsableFv => "Responsable de farmacovigilancia",
        Role::Qa => "Aseguramiento de la calidad",
        Role::DireccionTecnica => "Dirección técnica",
        Role::Legal => "Asuntos legales",
        Role::Soporte => "Soporte",
    }
}
