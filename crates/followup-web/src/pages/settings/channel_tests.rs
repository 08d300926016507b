//! A test message by each channel, answered with the provider's own words.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use followup_answers::Refusal;
use followup_app::{App, WhatsappTest};
use followup_domain::audit::Actor;
use followup_domain::contact::{EmailAddress, PhoneNumber};
use followup_domain::message::Channel;
use followup_domain::sending::Receipt;
use followup_words::answers as texts;

use super::channels::{Outcome, TEST, shown};
use crate::asked::Asked;
use crate::door::Visitor;
use crate::form::Form;
use crate::problem::Problem;
use crate::query::Query;
use crate::show::fields::Fields;
use crate::state::WebState;

/// Characters of the longest text of ten parts.
const LONGEST_TEXT: usize = 1_600;

/// By e-mail.
pub(crate) async fn mail(Asked { state, visitor, form, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    test(&state, &visitor, (Channel::Email, form), &query).await
}

/// By text message.
pub(crate) async fn sms(Asked { state, visitor, form, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    test(&state, &visitor, (Channel::Sms, form), &query).await
}

/// By WhatsApp.
pub(crate) async fn whatsapp(Asked { state, visitor, form, query, .. }: Asked) -> Result<HttpResponse, Problem> {
    test(&state, &visitor, (Channel::Whatsapp, form), &query).await
}

async fn test(state: &WebState, visitor: &Visitor, (channel, form): (Channel, Form), query: &Query) -> Result<HttpResponse, Problem> {
    let typed = Fields::typed(channel.as_str(), TEST, &form);
    let actor = visitor.actor();
    let said = state.ask(move |app| send(app, &actor, channel, &form)).await;
    let (status, typed, outcome) = match said {
        Ok(receipt) => (StatusCode::OK, typed, Some(Outcome { is_good: true, words: receipt.words })),
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::CONFLICT);
            match refusal {
                Refusal::Invalid(_) => (status, typed.refused(refusal)?, None),
                Refusal::BadGateway(_) | Refusal::Conflict(_) | Refusal::BadRequest(_) | Refusal::NotConfigured => {
                    let words = refusal.detail().to_owned();
                    (status, typed, Some(Outcome { is_good: false, words }))
                }
                other => return Err(other.into()),
            }
        }
    };
    shown(state, visitor, Some((channel, typed, outcome)), status, query).await
}

fn send(app: &App, actor: &Actor, channel: Channel, form: &Form) -> Result<Receipt, Refusal> {
    let to = form.text("para");
    match channel {
        Channel::Email => {
            let to = EmailAddress::parse(to).map_err(|_| Refusal::field("to", texts::ADDRESS_EXPECTED))?;
            Ok(app.send_test_mail(actor, &to)?)
        }
        Channel::Sms => {
            let number = PhoneNumber::parse(to, app.policy.country);
            let to = number.map_err(|_| Refusal::field("to", texts::NUMBER_IN_E164_EXPECTED))?;
            let body = Some(form.within("texto", LONGEST_TEXT)?).filter(|text| !text.is_empty());
            Ok(app.send_test_sms(actor, &to, body)?)
        }
        Channel::Whatsapp => {
            let parameters = form.text("parametros").lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
            let template = form.given("plantilla").map(str::to_owned);
            let test = WhatsappTest { to: to.to_owned(), parameters: parameters.collect(), template };
            Ok(app.send_test_whatsapp(actor, &test)?)
        }
        Channel::Call => Err(Refusal::NotConfigured),
    }
}
