//! The channels: who carries each, with which settings, how it does, and a test message.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_answers::Refusal;
use followup_app::ChannelState;
use followup_domain::message::Channel;
use followup_domain::sending::TemplateStatus;
use followup_domain::sending::breaker::BreakerState;
use followup_words::{answers, breakers, states};
use serde::Serialize;

use super::{reading, shell};
use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::show::fields::{Fields, Spec};
use crate::show::when::{Reading, When};
use crate::state::{ChannelSettings, WebState};

/// The fields of a test message.
pub(super) const TEST: &[Spec] = &[
    ("para", "to", "Para"),
    ("texto", "body", "Texto"),
    ("plantilla", "template", "Plantilla"),
    ("parametros", "parameters", "Lo que llena sus lugares"),
];

#[derive(Serialize)]
struct ChannelsPage {
    channels: Vec<ChannelView>,
}

#[derive(Serialize)]
struct ChannelView {
    code: &'static str,
    name: &'static str,
    provider: Option<String>,
    tells_delivery: bool,
    takes_replies: bool,
    breaker: &'static str,
    /// It is asked for less than everything.
    is_held: bool,
    failures: u32,
    retry_at: Option<When>,
    advice: Option<&'static str>,
    queued: i64,
    last_accepted: Option<When>,
    messages_today: i64,
    /// What is paid of SMS.
    parts_today: Option<i64>,
    settings: Vec<SettingView>,
    /// Approved templates by name, of WhatsApp.
    templates: Vec<(String, String)>,
    test: Fields,
    /// What came of a test.
    outcome: Option<Outcome>,
}

#[derive(Serialize)]
struct SettingView {
    name: &'static str,
    value: Option<String>,
}

/// What came of a test message.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Outcome {
    pub(super) is_good: bool,
    /// The provider's words, or why it was not asked.
    pub(super) words: String,
}

/// A test message: its channel, its form, and what came of it.
pub(super) type Tested = (Channel, Fields, Option<Outcome>);

/// The channels.
pub(crate) async fn page(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    shown(&state, &visitor, None, StatusCode::OK, &query).await
}

/// The page, with what came of a test.
///
/// # Errors
/// The store's.
pub(super) async fn shown(
    state: &WebState,
    visitor: &Visitor,
    tested: Option<Tested>,
    status: StatusCode,
    query: &Query,
) -> Result<HttpResponse, Problem> {
    let reader = visitor.username.clone();
    let (badge, channels, templates) =
        state.ask(move |app| Ok::<_, Refusal>((app.badge(&reader)?, app.channel_states()?, app.whatsapp_templates()?))).await?;
    let approved = templates.into_iter().map(|known| known.template).filter(|template| template.status == TemplateStatus::Approved);
    let named = |template: followup_domain::sending::ApprovedTemplate| {
        (template.name.clone(), format!("{} ({}, {} lugares)", template.name, template.language, template.parameters()))
    };
    let approved: Vec<_> = approved.map(named).collect();
    let (reading, settings) = (reading(state), &state.options.channel_settings);
    let body = ChannelsPage {
        channels: channels
            .into_iter()
            .map(|channel| {
                let tested = tested.clone().filter(|(of, ..)| *of == channel.channel);
                view(channel, (settings, &approved), tested, reading)
            })
            .collect(),
    };
    Ok(state.templates.answer(status, "channels.html", &shell(state, visitor, "Canales", &badge, query), &body))
}

fn view(
    channel: ChannelState,
    (settings, approved): (&ChannelSettings, &[(String, String)]),
    tested: Option<Tested>,
    reading: Reading,
) -> ChannelView {
    let of = channel.channel;
    let breaker = channel.breaker.as_ref();
    let standing = breaker.map_or(BreakerState::Closed, |breaker| breaker.state(channel.at));
    let is_held = standing != BreakerState::Closed;
    let (test, outcome) = tested.map_or_else(|| (Fields::empty(of.as_str(), TEST), None), |(_, test, outcome)| (test, outcome));
    let shown = settings.iter().find(|(known, _)| *known == of).map(|(_, shown)| shown.as_slice()).unwrap_or_default();
    ChannelView {
        code: of.as_str(),
        name: states::channel(of),
        tells_delivery: channel.tells_delivery,
        takes_replies: channel.takes_replies,
        breaker: breakers::state(standing),
        is_held,
        failures: breaker.map_or(0, |breaker| breaker.failures),
        retry_at: breaker.and_then(|breaker| breaker.retry_at).filter(|_| is_held).map(|at| reading.when(at)),
        advice: breaker.and_then(|breaker| breaker.stage).filter(|_| is_held).map(answers::provider_advice),
        queued: channel.queued,
        last_accepted: channel.last_accepted_at.map(|at| reading.when(at)),
        messages_today: channel.today.messages,
        parts_today: (of == Channel::Sms).then_some(channel.today.parts),
        settings: shown.iter().map(|(name, value)| SettingView { name, value: value.clone() }).collect(),
        templates: if of == Channel::Whatsapp { approved.to_vec() } else { Vec::new() },
        provider: channel.provider,
        test,
        outcome,
    }
}
