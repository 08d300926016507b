//! How the service does, part by part, and what to do where it does not.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_access::Permission;
use followup_answers::Refusal;
use followup_app::{App, Health, LetterText};
use followup_domain::ports::{AuditHead, Standbys};
use followup_domain::sending::breaker::{Breaker, BreakerState};
use followup_words::{answers as texts, breakers, letters, states};
use serde::Serialize;

use super::{letter_texts, reading, shell};
use crate::door::Visitor;
use crate::form::Form;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::elsewhere;
use crate::show::mailboxes::MailboxView;
use crate::show::when::{Reading, When};
use crate::state::WebState;

#[derive(Serialize)]
struct HealthPage {
    is_well: bool,
    store: StoreView,
    mail_in: MailInView,
    mail_out: MailOutView,
    plans: PlansView,
    /// The unit's own letters that cannot be used.
    letters: Vec<UnusableView>,
    audit: Option<AuditView>,
    may_decide: bool,
}

#[derive(Serialize)]
struct StoreView {
    is_well: bool,
    schema: String,
    standbys: &'static str,
    /// What to do where something could be lost.
    advice: Option<&'static str>,
}

#[derive(Serialize)]
struct MailInView {
    is_well: bool,
    mailboxes: Vec<MailboxView>,
    /// Answers in which the rules could not look for values.
    unread_answers: i64,
}

#[derive(Serialize)]
struct MailOutView {
    is_well: bool,
    queued: i64,
    /// Since when one may leave.
    due_since: Option<When>,
    providers: Vec<ProviderView>,
    /// Channels that have something to send and nobody who carries it.
    unserved: Vec<(&'static str, i64)>,
}

#[derive(Serialize)]
struct ProviderView {
    name: String,
    state: &'static str,
    failures: u32,
    retry_at: Option<When>,
    advice: Option<&'static str>,
}

#[derive(Serialize)]
struct PlansView {
    is_well: bool,
    due: i64,
    due_since: Option<When>,
    calls: i64,
}

#[derive(Serialize)]
struct UnusableView {
    href: String,
    name: String,
    faults: Vec<String>,
}

#[derive(Serialize)]
struct AuditView {
    seq: i64,
    hash: String,
}

/// The page.
pub(crate) async fn page(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    let reader = visitor.username.clone();
    let asked = move |app: &App| Ok::<_, Refusal>((app.health(&reader)?, app.unusable_letter_texts()?));
    let (health, letters) = state.ask(asked).await?;
    let badge = health.waiting;
    let body = view(health, letters, reading(&state), visitor.may(Permission::Decide));
    Ok(state.templates.answer(StatusCode::OK, "health.html", &shell(&state, &visitor, "Salud del servicio", &badge, &query), &body))
}

/// Somebody has seen that a mailbox was set back.
pub(crate) async fn acknowledge(state: web::Data<WebState>, visitor: Visitor, form: Form) -> Result<HttpResponse, Problem> {
    let (actor, mailbox) = (visitor.actor(), form.text("buzon").to_owned());
    let was_set_back = state.ask(move |app| app.acknowledge_set_back(&actor, &mailbox)).await?;
    if was_set_back { Ok(elsewhere("/ajustes/salud?hecho=buzon_visto")) } else { Err(Refusal::NotFound(texts::NOT_SET_BACK).into()) }
}

fn view(health: Health, letters: Vec<LetterText>, reading: Reading, may_decide: bool) -> HealthPage {
    let (due, due_since) = health.due_letters();
    let plans =
        PlansView { is_well: health.dispatches(), due, due_since: due_since.map(|at| reading.when(at)), calls: health.due_calls().0 };
    let mail_out = MailOutView {
        is_well: health.sends(),
        queued: health.queue.queued,
        due_since: health.queue.due_since.map(|at| reading.when(at)),
        providers: health.breakers.iter().filter_map(|breaker| provider(breaker, reading)).collect(),
        unserved: health.unserved.iter().map(|(channel, count)| (states::channel(*channel), *count)).collect(),
    };
    let (mail_in_is_well, unread_answers, store) = (health.receives(), health.unread_answers, store(&health));
    let mailboxes = health.mailboxes.into_iter().map(|mailbox| MailboxView::of(mailbox, reading)).collect();
    let mail_in = MailInView { is_well: mail_in_is_well, mailboxes, unread_answers };
    HealthPage {
        is_well: store.is_well && mail_in.is_well && mail_out.is_well && plans.is_well && letters.is_empty(),
        store,
        mail_in,
        mail_out,
        plans,
        letters: letters.iter().map(unusable).collect(),
        audit: health.audit.map(|AuditHead { seq, hash, .. }| AuditView { seq, hash }),
        may_decide,
    }
}

fn unusable(text: &LetterText) -> UnusableView {
    let file = text.shipped.name;
    let faults = text.faults.iter().map(|fault| letters::fault(fault, file)).collect();
    UnusableView { href: letter_texts::href(file), name: letters::name(&text.shipped), faults }
}

fn store(health: &Health) -> StoreView {
    let advice = if health.misses_promotions() {
        Some(
            "La base de datos no dice en qué línea de historia está: el ascenso de una réplica no se notaría. Revise DATABASE_URL y los permisos del usuario.",
        )
    } else if health.standbys == Standbys::Asynchronous {
        Some("Las réplicas van detrás: lo último guardado puede faltar en la que tome el relevo. Ponga una como síncrona.")
    } else {
        None
    };
    StoreView {
        is_well: health.survives_failover(),
        schema: health.schema_version.clone(),
        standbys: match health.standbys {
            Standbys::None => "Sin réplicas conocidas",
            Standbys::Synchronous => "Con réplica síncrona: lo guardado está también en ella",
            Standbys::Asynchronous => "Con réplicas asíncronas",
        },
        advice,
    }
}

/// A provider that is asked for less than everything.
fn provider(breaker: &Breaker, reading: Reading) -> Option<ProviderView> {
    let state = breaker.state(reading.now);
    (state != BreakerState::Closed).then(|| ProviderView {
        name: breaker.provider.clone(),
        state: breakers::state(state),
        failures: breaker.failures,
        retry_at: breaker.retry_at.map(|at| reading.when(at)),
        advice: breaker.stage.map(texts::provider_advice),
    })
}
