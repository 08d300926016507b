//! Who may what, over all routes.

use followup_domain::user::Role;
use followup_http::{ROUTES, RouteEntry};

use crate::strict::filled;
use crate::support::{Answer, Api};

const FORBIDDEN: (u16, &str) = (403, "Su rol no permite esta operación");

/// A request whose query and body are refused by whoever reads them.
fn ask(api: &Api, role: Role, method: &str, path: &str) -> Answer {
    let token = format!("Bearer {}", api.token(role));
    api.anonymous(method, &format!("{}?x=1", filled(path))).header("Authorization", &token).bytes(b"{")
}

/// Whoever's role does not allow a call hears only that: nothing else of the request is looked at.
#[test]
fn every_route_is_for_the_roles_of_its_permission_and_tells_others_nothing_else() {
    let api = Api::start();
    for RouteEntry { method, path, permission } in ROUTES {
        let Some(permission) = permission else { continue };
        for role in Role::ALL {
            let answer = ask(&api, *role, method, path);
            if permission.roles().contains(role) {
                assert!(![401, 403].contains(&answer.status), "{method} {path} {role}: {}", answer.text());
            } else {
                assert_eq!(answer.error(), (FORBIDDEN.0, FORBIDDEN.1.to_owned()), "{method} {path} {role}");
            }
        }
    }
}

#[test]
fn support_may_keep_the_service_running_and_nothing_else() {
    let api = Api::start();
    let mut allowed: Vec<String> = Vec::new();
    for RouteEntry { method, path, .. } in ROUTES.iter().filter(|route| route.permission.is_some()) {
        if ask(&api, Role::Soporte, method, path).status != FORBIDDEN.0 {
            allowed.push(format!("{method} {}", path.trim_start_matches("/api/v1")));
        }
    }
    let expected = [
        "GET /auth/me",
        "GET /followup/badge",
        "GET /inbox/quarantine",
        "POST /inbox/quarantine/{mail_id}/retry",
        "GET /admin/followup/plans",
        "GET /admin/followup/plans/{plan_id}",
        "GET /admin/followup/letters",
        "GET /admin/followup/letters/{letter}",
        "GET /admin/followup/deadlines",
    ];
    assert_eq!(allowed, expected);
    // The head of what one may not read tells its size.
    assert_eq!(ask(&api, Role::Soporte, "HEAD", "/api/v1/icsr").status, FORBIDDEN.0);
}

#[test]
fn the_table_of_routes_and_roles_is_reviewed() {
    let line = |route: &RouteEntry| {
        let roles = route.permission.map_or_else(|| "anybody".to_owned(), |permission| names(permission.roles()));
        format!("{:<6} {:<70} {roles}", route.method, route.path)
    };
    insta::assert_snapshot!("roles", ROUTES.iter().map(line).collect::<Vec<_>>().join("\n"));
}

fn names(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" ")
}
