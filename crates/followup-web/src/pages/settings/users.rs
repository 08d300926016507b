//! The accounts of this service: a list, and a page for each.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_access::hash_password;
use followup_answers::Refusal;
use followup_app::{App, NewUserRequest};
use followup_domain::contact::EmailAddress;
use followup_domain::ids::UserId;
use followup_domain::ports::Badge;
use followup_domain::user::{Role, SHORTEST_PASSWORD, User, is_long_enough};
use followup_words::{answers as texts, roles};
use serde::Serialize;

use super::shell;
use crate::asked::Asked;
use crate::door::Visitor;
use crate::form::Form;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::elsewhere;
use crate::show::fields::{Fields, Spec};
use crate::show::ids;
use crate::state::WebState;

/// So many accounts stand on a page.
const PAGE: usize = 50;

/// The fields of an account.
const SPECS: &[Spec] = &[
    ("usuario", "username", "Nombre para entrar"),
    ("correo", "email", "Correo"),
    ("roles", "roles", "Roles"),
    ("clave", "password", "Contraseña"),
    ("clave2", "password2", "Contraseña, otra vez"),
];

#[derive(Serialize)]
struct UsersPage {
    users: Vec<UserView>,
    next: Option<String>,
    /// Names and passwords are checked here; else somebody else issues tokens.
    is_local: bool,
}

#[derive(Serialize)]
struct UserView {
    id: i64,
    name: String,
    email: Option<String>,
    roles: Vec<&'static str>,
    is_disabled: bool,
}

#[derive(Serialize)]
struct UserPage {
    /// None for a new account.
    user: Option<UserView>,
    /// It is the visitor's own.
    is_own: bool,
    form: Fields,
    roles: Vec<RoleView>,
    shortest: usize,
    /// Why nothing was done.
    not_done: Option<String>,
}

/// A role, and whether the account has it, or is to have it.
#[derive(Serialize)]
struct RoleView {
    code: &'static str,
    name: &'static str,
    is_given: bool,
}

/// The list.
pub(crate) async fn list(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    let page = usize::try_from(super::page_number(&query)).unwrap_or(1);
    let reader = visitor.username.clone();
    let (badge, users) = state.ask(move |app| Ok::<_, Refusal>((app.badge(&reader)?, app.users()?))).await?;
    let body = UsersPage {
        next: (users.len() > page * PAGE).then(|| format!("/ajustes/usuarios?pagina={}", page + 1)),
        users: users.into_iter().skip((page - 1) * PAGE).take(PAGE).map(|user| UserView::of(&user)).collect(),
        is_local: state.access.makes_tokens(),
    };
    Ok(state.templates.answer(StatusCode::OK, "users.html", &shell(&state, &visitor, "Usuarios", &badge, &query), &body))
}

/// The form of a new account.
pub(crate) async fn new(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    let form = Filled { fields: Fields::empty("cuenta", SPECS), roles: Vec::new(), not_done: None };
    shown(&state, &visitor, (None, form), StatusCode::OK, &query).await
}

/// An account.
pub(crate) async fn page(Asked { state, visitor, request, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    let user = user_of(&state, &request).await?;
    let form = Filled::of(&user);
    shown(&state, &visitor, (Some(user), form), StatusCode::OK, &query).await
}

/// A new account.
pub(crate) async fn create(Asked { state, visitor, form, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    let mut fields = typed(&form);
    let email = form.given("correo").map(str::to_owned);
    if email.as_deref().is_some_and(|email| EmailAddress::parse(email).is_err()) {
        fields.refuse("correo", texts::ADDRESS_EXPECTED);
    }
    let password = password(&form, &mut fields);
    let roles = roles_of(&form);
    if roles.is_empty() {
        fields.refuse("roles", texts::ROLE_EXPECTED);
    }
    if let Some(password) = password.filter(|_| !fields.are_wrong()) {
        let (actor, username, given) = (visitor.actor(), form.text("usuario").to_owned(), roles.clone());
        let create = move |app: &App| {
            let password_hash = hash_password(&password).map_err(|error| Refusal::Internal(error.to_string()))?;
            app.create_user(&actor, NewUserRequest { username, email, roles: given, password_hash }).map_err(Refusal::from)
        };
        match state.ask(create).await {
            Ok(_) => return Ok(elsewhere("/ajustes/usuarios?hecho=cuenta_creada")),
            Err(refusal) => fields = fields.refused(refusal)?,
        }
    }
    let filled = Filled { fields, roles, not_done: None };
    shown(&state, &visitor, (None, filled), StatusCode::UNPROCESSABLE_ENTITY, &query).await
}

/// The form of an account as it was filled in.
pub(super) struct Filled {
    pub(super) fields: Fields,
    pub(super) roles: Vec<Role>,
    pub(super) not_done: Option<String>,
}

impl Filled {
    /// Of an account that is there.
    pub(super) fn of(user: &User) -> Self {
        Self { fields: Fields::empty("cuenta", SPECS), roles: user.roles.clone(), not_done: None }
    }
}

/// What was typed, passwords apart: those are never sent back.
pub(super) fn typed(form: &Form) -> Fields {
    Fields::typed("cuenta", SPECS, form).with("clave", "").with("clave2", "")
}

/// The password that was typed twice; none where something is wrong with it.
pub(super) fn password(form: &Form, fields: &mut Fields) -> Option<String> {
    let (password, again) = (form.verbatim("clave"), form.verbatim("clave2"));
    if !is_long_enough(password) {
        fields.refuse("clave", format!("Escriba al menos {SHORTEST_PASSWORD} caracteres"));
    } else if password != again {
        fields.refuse("clave2", "No es la misma que arriba");
    } else {
        return Some(password.to_owned());
    }
    None
}

/// The roles that were ticked.
pub(super) fn roles_of(form: &Form) -> Vec<Role> {
    Role::ALL.iter().copied().filter(|role| form.all("roles").any(|code| code == role.as_str())).collect()
}

/// The account of an address.
///
/// # Errors
/// There is none, or the store failed.
pub(super) async fn user_of(state: &WebState, request: &HttpRequest) -> Result<User, Refusal> {
    let id = ids::id(request).map(UserId);
    let users = state.ask(App::users).await?;
    users.into_iter().find(|user| Some(user.id) == id).ok_or(Refusal::NotFound(texts::USER_NOT_FOUND))
}

/// The page of an account, or of a new one.
///
/// # Errors
/// The store's.
pub(super) async fn shown(
    state: &WebState,
    visitor: &Visitor,
    (user, filled): (Option<User>, Filled),
    status: StatusCode,
    query: &Query,
) -> Result<HttpResponse, Problem> {
    let reader = visitor.username.clone();
    let badge: Badge = state.ask(move |app| app.badge(&reader)).await?;
    let role = |role: &Role| RoleView { code: role.as_str(), name: roles::role(*role), is_given: filled.roles.contains(role) };
    let body = UserPage {
        is_own: user.as_ref().is_some_and(|user| Some(user.id) == visitor.user_id && user.username == visitor.username),
        user: user.as_ref().map(UserView::of),
        roles: Role::ALL.iter().map(role).collect(),
        form: filled.fields,
        shortest: SHORTEST_PASSWORD,
        not_done: filled.not_done,
    };
    let title = user.map_or_else(|| "Cuenta nueva".to_owned(), |user| format!("Cuenta de {}", user.username));
    Ok(state.templates.answer(status, "user.html", &shell(state, visitor, &title, &badge, query), &body))
}

impl UserView {
    fn of(user: &User) -> Self {
        Self {
            id: user.id.0,
            name: user.username.clone(),
            email: user.email.clone(),
            roles: user.roles.iter().map(|role| roles::role(*role)).collect(),
            is_disabled: user.disabled,
        }
    }
}
