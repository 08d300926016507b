//! The roles of a token's claims.

use followup_domain::user::Role;
use serde_json::Value;

/// The known roles among the claims `role` (one name) and `roles` (a list of names), each once. Unknown ones are the
/// issuer's own business.
pub(crate) fn known_roles(role: Option<&Value>, roles: Option<&Value>) -> Vec<Role> {
    let listed = roles.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let names = role.into_iter().chain(listed).filter_map(Value::as_str);
    let mut known = Vec::new();
    for role in names.filter_map(|name| Role::parse(name.trim())) {
        if !known.contains(&role) {
            known.push(role);
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_claims_count_and_unknown_roles_do_not() {
        let roles = |role: Value, roles: Value| known_roles(Some(&role), Some(&roles));
        assert_eq!(roles(json!("qf"), json!(["admin", "qf", "jefe"])), [Role::Qf, Role::Admin]);
        assert_eq!(roles(json!(null), json!("admin")), []);
        assert_eq!(roles(json!("Admin"), json!([1, null])), []);
    }
}
