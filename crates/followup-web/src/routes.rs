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
    /// Pages that may frame ours may send it a form.
    pub(crate) is_open_to_framers: bool,
    /// It takes a file, and reads what is sent by itself.
    pub(crate) reads_its_body: bool,
    /// A page that stands open asks for it: nobody uses their session by that.
    pub(crate) is_asked_by_itself: bool,
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
    (for_framers for_framers) => {
        true
    };
    (takes_file takes_file) => {
        true
    };
    (by_itself by_itself) => {
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
            is_open_to_framers: flag!(for_framers $($flag)?),
            reads_its_body: flag!(takes_file $($flag)?),
            is_asked_by_itself: flag!(by_itself $($flag)?),
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
    "/salir" => { POST sign_in::leave => Nothing }
    "/" => { GET work::page => SeeCounters }
    "/casos/{id}/seguimiento" => { GET followup::page::page => ReadCases }
    "/casos/{id}/seguimiento/leido" => { POST followup::attention::read => EditCases }
    "/casos/{id}/seguimiento/atendido" => { POST followup::attention::attend => EditCases }
    "/casos/{id}/mensajes/{mensaje}" => { GET followup::messages::text => ReadCases, POST followup::messages::decide => Decide }
    "/casos/{id}/mensajes/{mensaje}/orden" => { POST followup::messages::sort => SortMail }
    "/casos/{id}/plan" => { POST followup::attempts::apply => EditCases }
    "/casos/{id}/plan/continuar" => { POST followup::attempts::resume => Decide }
    "/casos/{id}/intentos" => { POST followup::attempts::schedule => Decide }
    "/casos/{id}/intentos/{intento}" => { POST followup::attempts::change => Decide }
    "/casos/{id}/propuestas" => { GET proposals::view::page => ReadCases, POST proposals::act::decide => EditCases }
    "/casos/{id}/llamada" => { GET followup::call::form => EditCases, POST followup::call::log => EditCases }
    "/casos/{id}/cerrar" => { GET followup::closing::form => Decide, POST followup::closing::close => Decide }
    "/casos/{id}/reabrir" => { POST followup::closing::reopen => Decide }
    "/casos/{id}/auditoria" => { GET followup::audit::page => ReadAudit }
    "/casos" => { GET cases::list::page => ReadCases }
    "/casos.csv" => { GET cases::file::file => ReadCases }
    "/casos/nuevo" => { GET cases::new::form => EditCases, POST cases::new::create => EditCases }
    "/casos/{id}" => { GET cases::view::page => ReadCases }
    "/casos/{id}/campos" => { POST cases::decide::field => Decide }
    "/casos/{id}/advertencias" => { POST cases::decide::warning => Decide }
    "/casos/{id}/editar" => { GET cases::edit::form => EditCases, POST cases::edit::save => EditCases }
    "/casos/{id}/pedir" => { GET letter::page => SendLetters, POST letter::act::send => SendLetters }
    "/casos/{id}/pedir/borrador" => { POST letter::act::save => SendLetters }
    "/casos/{id}/pedir/descartar" => { POST letter::act::discard => SendLetters }
    "/casos/{id}/pedir/archivos" => { POST letter::files::add => SendLetters [takes_file] }
    "/casos/{id}/pedir/quitar" => { POST letter::files::remove => SendLetters }
    "/casos/{id}/pedir/deshacer" => { POST letter::act::undo => SendLetters }
    "/ui/contadores" => { GET counters::counters => SeeCounters [by_itself] }
    "/bandejas" => { GET trays::overview => RetryQuarantine }
    "/bandejas/sin-asignar" => { GET trays::unassigned::page => SortMail }
    "/bandejas/sin-asignar/{id}" => { GET trays::mail::page => SortMail }
    "/bandejas/sin-asignar/{id}/asignar" => { POST trays::decide::assign => SortMail }
    "/bandejas/sin-asignar/{id}/caso" => { POST trays::decide::new_case => SortMail }
    "/bandejas/sin-asignar/{id}/descartar" => { POST trays::decide::discard => Decide }
    "/bandejas/sin-asignar/{id}/original" => { GET trays::originals::original => OpenOriginals }
    "/bandejas/sin-asignar/{id}/html" => { GET trays::originals::html => OpenOriginals }
    "/bandejas/sin-asignar/{id}/adjuntos/{n}" => { GET trays::originals::attachment => OpenOriginals }
    "/bandejas/cuarentena" => { GET trays::quarantine::page => RetryQuarantine }
    "/bandejas/cuarentena/{id}/reintentar" => { POST trays::quarantine::retry => RetryQuarantine }
    "/bandejas/cuarentena/{id}/descartar" => { POST trays::quarantine::discard => Decide }
    "/bandejas/cuarentena/{id}/original" => { GET trays::originals::quarantined => OpenOriginals }
    "/bandejas/sin-confirmar" => { GET trays::unconfirmed::page => ReadCases }
    "/bandejas/sin-confirmar/{id}/confirmar" => { POST trays::unconfirmed::confirm => SortMail }
    "/bandejas/fallidos" => { GET trays::sends::failed => ReadCases }
    "/bandejas/fallidos/{id}/reenviar" => { POST trays::settle::resend_failed => Decide }
    "/bandejas/fallidos/{id}/resolver" => { POST trays::settle::settle_failed => Decide }
    "/bandejas/inciertos" => { GET trays::sends::uncertain => ReadCases }
    "/bandejas/inciertos/{id}/reenviar" => { POST trays::settle::resend_uncertain => Decide }
    "/bandejas/inciertos/{id}/resolver" => { POST trays::settle::settle_uncertain => Decide }
    "/tablero" => { GET board::page => ReadCases }
    "/ajustes" => { GET settings::overview => SeeOneself }
    "/ajustes/planes" => { GET settings::plans::list => SeeRules, POST settings::plans::create => EditRules }
    "/ajustes/planes/nuevo" => { GET settings::plans::new => EditRules }
    "/ajustes/planes/{id}" => { GET settings::plans::page => SeeRules, POST settings::plans::replace => EditRules }
    "/ajustes/planes/{id}/archivar" => { POST settings::plans::archive => EditRules }
    "/ajustes/plazos" => { GET settings::deadlines::list => SeeRules, POST settings::deadlines::create => EditRules }
    "/ajustes/plazos/{id}" => { GET settings::deadlines::edit => EditRules, POST settings::deadlines::replace => EditRules }
    "/ajustes/plazos/{id}/quitar" => { POST settings::deadlines::remove => EditRules }
    "/ajustes/plantillas" => { GET settings::letter_texts::list => SeeRules }
    "/ajustes/plantillas/{nombre}" => { GET settings::letter_texts::page => SeeRules, POST settings::letter_texts::save => EditRules }
    "/ajustes/plantillas/{nombre}/restablecer" => { POST settings::letter_texts::reset => EditRules }
    "/ajustes/no-contactar" => { GET settings::contacts::list => ManageContacts, POST settings::contacts::block => ManageContacts }
    "/ajustes/no-contactar/levantar" => { POST settings::contacts::lift => ManageContacts }
    "/ajustes/rebotes" => { GET settings::bounces::list => ManageContacts }
    "/ajustes/rebotes/levantar" => { POST settings::bounces::clear => ManageContacts }
    "/ajustes/canales" => { GET settings::channels::page => Administer }
    "/ajustes/canales/email/prueba" => { POST settings::channel_tests::mail => Administer }
    "/ajustes/canales/sms/prueba" => { POST settings::channel_tests::sms => Administer }
    "/ajustes/canales/whatsapp/prueba" => { POST settings::channel_tests::whatsapp => Administer }
    "/ajustes/usuarios" => { GET settings::users::list => Administer, POST settings::users::create => Administer }
    "/ajustes/usuarios/nuevo" => { GET settings::users::new => Administer }
    "/ajustes/usuarios/{id}" => { GET settings::users::page => Administer }
    "/ajustes/usuarios/{id}/roles" => { POST settings::user_changes::set_roles => Administer }
    "/ajustes/usuarios/{id}/clave" => { POST settings::user_changes::set_password => Administer }
    "/ajustes/usuarios/{id}/acceso" => { POST settings::user_changes::set_access => Administer }
    "/ajustes/sesiones" => { GET settings::sessions::list => Administer }
    "/ajustes/sesiones/{id}/terminar" => { POST settings::sessions::end => Administer }
    "/ajustes/salud" => { GET settings::health::page => SeeCounters }
    "/ajustes/salud/buzon" => { POST settings::health::acknowledge => Decide }
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
