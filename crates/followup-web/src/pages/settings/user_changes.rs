//! What an administrator changes of an account. Each change ends the sessions that the account has.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use followup_access::hash_password;
use followup_answers::Refusal;
use followup_app::App;
use followup_domain::user::User;
use followup_words::answers as texts;

use super::users::{Filled, password, roles_of, shown, typed, user_of};
use crate::asked::Asked;
use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::elsewhere;
use crate::state::WebState;

/// Other roles.
pub(crate) async fn set_roles(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    let user = user_of(&state, &request).await?;
    let (actor, username, roles) = (visitor.actor(), user.username.clone(), roles_of(&form));
    let given = roles.clone();
    match state.ask(move |app| app.set_user_roles(&actor, &username, given)).await {
        Ok(()) => Ok(changed(&user)),
        Err(refusal) => refused((&state, &visitor, &query), user, Filled { fields: typed(&form), roles, not_done: None }, refusal).await,
    }
}

/// Another password.
pub(crate) async fn set_password(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    let user = user_of(&state, &request).await?;
    let mut fields = typed(&form);
    let Some(password) = password(&form, &mut fields) else {
        let filled = Filled { fields, ..Filled::of(&user) };
        return shown(&state, &visitor, (Some(user), filled), StatusCode::UNPROCESSABLE_ENTITY, &query).await;
    };
    let (actor, username) = (visitor.actor(), user.username.clone());
    let set = move |app: &App| {
        let hash = hash_password(&password).map_err(|error| Refusal::Internal(error.to_string()))?;
        app.set_password_hash(&actor, &username, &hash).map_err(Refusal::from)
    };
    state.ask(set).await?;
    Ok(changed(&user))
}

/// Lets them in, or not.
pub(crate) async fn set_access(Asked { state, visitor, request, form, query }: Asked) -> Result<HttpResponse, Problem> {
    let user = user_of(&state, &request).await?;
    let disabled = match form.text("acceso") {
        "no" => true,
        "si" => false,
        _ => return Err(Refusal::field("acceso", texts::REQUIRED).into()),
    };
    let (actor, username) = (visitor.actor(), user.username.clone());
    match state.ask(move |app| app.set_user_disabled(&actor, &username, disabled)).await {
        Ok(()) => Ok(changed(&user)),
        Err(refusal) => {
            let filled = Filled::of(&user);
            refused((&state, &visitor, &query), user, filled, refusal).await
        }
    }
}

fn changed(user: &User) -> HttpResponse {
    elsewhere(&format!("/ajustes/usuarios/{}?hecho=cuenta_cambiada", user.id))
}

/// The account again, with why nothing was done.
async fn refused(
    (state, visitor, query): (&WebState, &Visitor, &Query),
    user: User,
    filled: Filled,
    refusal: Refusal,
) -> Result<HttpResponse, Problem> {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::CONFLICT);
    let filled = match refusal {
        Refusal::Conflict(text) => Filled { not_done: Some(text), ..filled },
        other => Filled { fields: filled.fields.refused(other)?, ..filled },
    };
    shown(state, visitor, (Some(user), filled), status, query).await
}
