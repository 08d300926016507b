//! Providers' calls: what became of a message, and messages that came in.

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use actix_web::{HttpRequest, HttpResponse, web};
use followup_answers::Refusal;
use followup_domain::ports::{CallbackDoor, Inserted, ProviderCall};

use super::authentic::Refusals;
use super::keep::understand;
use super::read::{Body, Bounds, Intake};
use crate::answer::holding;
use crate::auth::client_address;
use crate::errors::ApiError;
use crate::state::HttpState;

/// Bytes that the calls of one provider take together before they prove who calls; one at a time goes beyond it. A flood at one provider's address
/// takes no room from another's.
const ROOM: usize = 4 * 1024 * 1024;

/// The providers whose calls are taken, as all workers share them.
pub(crate) struct ProviderWebhook {
    doors: Vec<(Arc<dyn CallbackDoor>, Intake)>,
    refusals: Refusals,
}

impl Default for ProviderWebhook {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl ProviderWebhook {
    /// With these doors.
    pub(crate) fn new(doors: Vec<Arc<dyn CallbackDoor>>) -> Self {
        // Who calls shows with the body, so nobody is proven before.
        let doors = doors.into_iter().map(|door| (door, Intake::new(0, ROOM))).collect();
        Self { doors, refusals: Refusals::of("a provider's webhook") }
    }

    /// Takes a call of the provider of this scope: proven on its bytes before anything else, stored, then answered as the provider wants it.
    ///
    /// # Errors
    /// Not configured, not the provider's, too large or too slow, or the store is away.
    pub(crate) async fn take(
        &self,
        state: &web::Data<HttpState>,
        scope: &'static str,
        (request, payload): (&HttpRequest, Payload),
    ) -> Result<HttpResponse, ApiError> {
        let (door, intake) = self.door(scope)?;
        let bounds = Bounds { most: door.largest_call(), copies: 4, is_proven: false };
        let Body { bytes, is_cut, room, .. } = intake.read(request, payload, bounds, |_| {}).await?;
        if is_cut {
            return Err(Refusal::TooLarge.into());
        }
        let Some(kept) = admitted(door.as_ref(), request, &bytes) else {
            self.refusals.tell("no valid signature or secret", state.followup.clock.now());
            return Err(ApiError::NotTheProvider);
        };
        let size = kept.len();
        let (_room, stored) = holding(room, state, move |followup| followup.accept_callback(scope, kept)).await?;
        let (id, duplicate) = (stored.id().0, matches!(stored, Inserted::Duplicate(_)));
        tracing::info!(provider = scope, inbound_mail_id = id, duplicate, size, "provider's call accepted");
        if !duplicate {
            understand(state);
        }
        let (media_type, body) = door.answer();
        Ok(HttpResponse::Ok().content_type(media_type).body(body))
    }
}

impl ProviderWebhook {
    fn door(&self, scope: &str) -> Result<&(Arc<dyn CallbackDoor>, Intake), ApiError> {
        self.doors.iter().find(|(door, _)| door.scope() == scope).ok_or(Refusal::NotConfigured.into())
    }

    /// Answers a provider that asks, before it calls, whether this address is ours.
    ///
    /// # Errors
    /// Not configured, or not the provider.
    pub(crate) fn greet(&self, state: &HttpState, scope: &'static str, request: &HttpRequest) -> Result<HttpResponse, ApiError> {
        let called = request.uri().path_and_query().map_or("", |called| called.as_str());
        let Some(greeting) = self.door(scope)?.0.greeting(called) else {
            self.refusals.tell("no valid greeting", state.followup.clock.now());
            return Err(ApiError::NotTheProvider);
        };
        Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(greeting))
    }
}

fn admitted(door: &dyn CallbackDoor, request: &HttpRequest, body: &[u8]) -> Option<Vec<u8>> {
    let path_and_query = request.uri().path_and_query()?.as_str();
    let peer = client_address(request);
    door.admit(&ProviderCall { method: request.method().as_str(), peer, path_and_query, headers: &single(request.headers()), body })
}

/// The headers that stand there once, as text.
fn single(headers: &HeaderMap) -> Vec<(&str, &str)> {
    let once = headers.keys().filter(|name| headers.get_all(*name).count() == 1);
    once.filter_map(|name| Some((name.as_str(), headers.get(name)?.to_str().ok()?))).collect()
}
