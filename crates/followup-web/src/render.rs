//! Templates, and the frame that stands around every page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use followup_access::Permission;
use followup_domain::ports::Badge;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use serde::Serialize;

use crate::assets;
use crate::door::Visitor;
use crate::door::form_token;
use crate::state::WebState;

/// The name of the field that carries a form's token.
pub(crate) const TOKEN_FIELD: &str = "_token";

macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        /// Every template, by its name.
        pub(crate) const TEMPLATES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../templates/", $name)))),+];
    };
}

templates! {
    "base.html",
    "board.html",
    "bounces.html",
    "case.html",
    "case_conflict.html",
    "case_form.html",
    "case_head.html",
    "cases.html",
    "channels.html",
    "deadlines.html",
    "do_not_contact.html",
    "fields.html",
    "followup.html",
    "followup_audit.html",
    "followup_call.html",
    "followup_close.html",
    "followup_message.html",
    "followup_plan.html",
    "followup_text.html",
    "health.html",
    "letter.html",
    "letter_text.html",
    "letter_texts.html",
    "parts.html",
    "plan_template.html",
    "proposals.html",
    "plans.html",
    "problem.html",
    "sessions.html",
    "settings.html",
    "settings_parts.html",
    "sign_in.html",
    "sign_in_again.html",
    "tray_mail.html",
    "tray_parts.html",
    "tray_quarantine.html",
    "tray_sends.html",
    "tray_unassigned.html",
    "tray_unconfirmed.html",
    "trays.html",
    "user.html",
    "users.html",
    "work.html",
}

/// The compiled templates.
pub(crate) struct Templates(Environment<'static>);

impl Templates {
    /// Compiles all of them.
    // They are compiled in, and a test renders each.
    #[allow(clippy::expect_used)]
    pub(crate) fn new() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        for (name, text) in TEMPLATES {
            environment.add_template(name, text).expect("a template that was compiled in compiles");
        }
        Self(environment)
    }

    /// A page as an answer. A page that cannot be rendered is a fault of ours, said without a template.
    pub(crate) fn answer(&self, status: StatusCode, template: &str, shell: &Shell, page: &impl Serialize) -> HttpResponse {
        match self.render(template, shell, page) {
            Ok(html) => HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html),
            Err(error) => {
                tracing::error!(template, error = %error.kind(), line = error.line(), "a page could not be rendered");
                HttpResponse::InternalServerError()
                    .content_type("text/plain; charset=utf-8")
                    .body("Error interno: la página no se pudo mostrar")
            }
        }
    }

    /// The text of a page.
    pub(crate) fn render(&self, template: &str, shell: &Shell, page: &impl Serialize) -> Result<String, minijinja::Error> {
        self.0.get_template(template)?.render(context! { shell, page })
    }
}

/// The parts of the service, as the navigation names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    None,
    Work,
    Cases,
    Trays,
    Board,
    Settings,
}

/// An entry of the navigation.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct NavItem {
    href: &'static str,
    label: &'static str,
    icon: &'static str,
    is_current: bool,
    /// What waits there.
    count: Option<i64>,
    /// Under which name the counters tell `count`.
    counter: Option<&'static str>,
}

/// What stands around a page.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Shell {
    pub(crate) title: String,
    pub(crate) unit: String,
    /// Who is signed in.
    pub(crate) user: Option<String>,
    pub(crate) roles: Vec<&'static str>,
    pub(crate) nav: Vec<NavItem>,
    pub(crate) token: Option<String>,
    pub(crate) is_demonstration: bool,
    /// What was just done.
    pub(crate) notice: Option<String>,
    /// It stands in a frame of another page: the navigation stays away.
    pub(crate) is_framed: bool,
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
    pub(crate) icons: &'static str,
}

impl Shell {
    /// Without counters: for pages that ask the store nothing.
    pub(crate) fn bare(state: &WebState, visitor: Option<&Visitor>, title: &str, section: Section) -> Self {
        Self {
            title: title.to_owned(),
            unit: state.app.policy.letterhead.unit_name.clone(),
            user: visitor.map(|visitor| visitor.username.clone()),
            roles: visitor.map_or_else(Vec::new, |visitor| visitor.roles.iter().map(|role| followup_words::roles::role(*role)).collect()),
            nav: visitor.map_or_else(Vec::new, |visitor| navigation(visitor, section, None)),
            token: visitor.map(|visitor| form_token(visitor.session())),
            is_demonstration: state.options.is_demonstration,
            notice: None,
            is_framed: visitor.is_some_and(Visitor::is_framed),
            style: assets::STYLE.path(),
            script: assets::SCRIPT.path(),
            icons: assets::ICONS.path(),
        }
    }

    /// With what waits.
    pub(crate) fn new(state: &WebState, visitor: &Visitor, title: &str, section: Section, counts: &Badge) -> Self {
        Self { nav: navigation(visitor, section, Some(counts)), ..Self::bare(state, Some(visitor), title, section) }
    }

    /// With a sentence about what was just done.
    pub(crate) fn with_notice(self, notice: Option<&str>) -> Self {
        Self { notice: notice.map(str::to_owned), ..self }
    }
}

fn navigation(visitor: &Visitor, section: Section, counts: Option<&Badge>) -> Vec<NavItem> {
    let item = |of, href, label, icon| NavItem { href, label, icon, is_current: section == of, count: None, counter: None };
    let mut items = Vec::new();
    if visitor.may(Permission::ReadCases) {
        let work = counts.map(|counts| counts.new_replies);
        items.push(NavItem { count: work, counter: Some("new_replies"), ..item(Section::Work, "/", "Mi trabajo", "inbox") });
        items.push(item(Section::Cases, "/casos", "Casos", "folder"));
    }
    if visitor.may(Permission::SortMail) || visitor.may(Permission::RetryQuarantine) {
        let trays = counts.map(in_trays);
        items.push(NavItem { count: trays, counter: Some("trays"), ..item(Section::Trays, "/bandejas", "Bandejas", "tray") });
    }
    if visitor.may(Permission::ReadCases) {
        items.push(item(Section::Board, "/tablero", "Tablero", "chart"));
    }
    items.push(item(Section::Settings, "/ajustes", "Ajustes", "settings"));
    items
}

/// How much stands in the trays.
pub(crate) fn in_trays(counts: &Badge) -> i64 {
    counts.unassigned + counts.quarantined + counts.unconfirmed + counts.failed + counts.uncertain
}

/// Sends the browser to another page, which it asks for anew (RFC 9110 §15.4.4).
pub(crate) fn elsewhere(href: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((actix_web::http::header::LOCATION, href)).finish()
}
