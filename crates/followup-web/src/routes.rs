//! The one table of pages and of what each needs.

use actix_web::http::Method;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{Resource, Route, web};
use followup_access::Permission;

use crate::assets;
use crate::door::guard;
use crate::pages as handlers;
use crate::problem::Problem;
use crate::state::WebState;

/// What a page needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    Permission(Permission),
}

/// A page, and what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageEntry {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path, its variables in braces.
    pub path: &'static str,
    pub(crate) needs: Needs,
    /// Others may frame it, if the deployment says so.
    pub(crate) is_framed: bool,
    /// Pages that may frame ours may send it a form.
    pub(crate) is_open_to_framers: bool,
    /// It takes a file, and reads what is sent by itself.
    pub(crate) reads_its_body: bool,
}

impl PageEntry {
    /// What a visitor must be allowed; none for pages that are open to all.
    pub fn permission(&self) -> Option<Permission> {
        match self.needs {
            Needs::Nothing => None,
            Needs::Permission(permission) => Some(permission),
        }
    }
}

/// The page of this method at a path of [`PAGES`].
pub(crate) fn entry(method: &Method, path: &str) -> Option<&'static PageEntry> {
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    PAGES.iter().find(|page| page.method == method && page.path == path)
}

macro_rules! needs {
    (Nothing) => {
        Needs::Nothing
    };
    ($name:ident) => {
        Needs::Permission(Permission::$name)
    };
}

macro_rules! flag {
    (framed framed) => {
        true
    };
    (for_framers for_framers) => {
        true
    };
    (takes_file takes_file) => {
        true
    };
    ($wanted:ident $($other:ident)?) => {
        false
    };
}

macro_rules! pages {
    ($($path:literal => { $($method:ident $($module:ident)::+ => $needs:ident $([$flag:ident])?),+ $(,)? })+) => {
        /// Every page.
        pub const PAGES: &[PageEntry] = &[$($(PageEntry {
            method: stringify!($method),
            path: $path,
            needs: needs!($needs),
            is_framed: flag!(framed $($flag)?),
            is_open_to_framers: flag!(for_framers $($flag)?),
            reads_its_body: flag!(takes_file $($flag)?),
        }),+),+];

        fn resources() -> Vec<Resource> {
            vec![$(
                web::resource($path)
                    $(.route(route(stringify!($method)).to(handlers::$($module)::+)))+
                    .default_service(web::to(no_such_method))
            ),+]
        }
    };
}

pages! {
    "/entrar" => { GET sign_in::form => Nothing, POST sign_in::enter => Nothing }
    "/entrar/token" => { POST sign_in::enter_by_token => Nothing [for_framers] }
    "/salir" => { POST sign_in::leave => SeeOneself }
    "/" => { GET work::page => SeeCounters }
    "/casos/{id}/pedir" => { GET letter::page => SendLetters, POST letter::act::send => SendLetters }
    "/casos/{id}/pedir/borrador" => { POST letter::act::save => SendLetters }
    "/casos/{id}/pedir/descartar" => { POST letter::act::discard => SendLetters }
    "/casos/{id}/pedir/archivos" => { POST letter::files::add => SendLetters [takes_file] }
    "/casos/{id}/pedir/quitar" => { POST letter::files::remove => SendLetters }
    "/casos/{id}/pedir/deshacer" => { POST letter::act::undo => SendLetters }
    "/ui/contadores" => { GET counters::counters => SeeCounters }
}

/// Adds every page to an application, inside whatever scope it serves: `config.configure(pages(state))`.
pub fn pages(state: WebState) -> impl Fn(&mut web::ServiceConfig) {
    let state = web::Data::new(state);
    move |config| {
        config.app_data(state.clone());
        config.service(web::resource("/static/{name}").route(web::get().to(assets::asset)));
        for resource in resources() {
            config.service(resource.wrap(from_fn(guard)).wrap(Compress::default()));
        }
    }
}

fn route(method: &str) -> Route {
    match method {
        "GET" => web::route().guard(actix_web::guard::Any(actix_web::guard::Get()).or(actix_web::guard::Head())),
        _ => web::post(),
    }
}

async fn no_such_method() -> Result<&'static str, Problem> {
    Err(Problem::NoSuchMethod)
}
