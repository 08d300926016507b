//! What needs a person, what is scheduled and what waits to be sent, over all cases.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_app::App;
use followup_domain::ports::AgendaQuery;

use crate::answer::{Cost, answer};
use crate::auth::Caller;
use crate::csv::{Format, PIECE, Table, stream};
use crate::dto::agenda::{self, AgendaInput, AgendaOutput};
use crate::dto::error::ErrorBody;
use crate::dto::queue::{self, QueueInput, QueueOutput};
use crate::dto::worklist::{self, WorklistInput, WorklistOutput};
use crate::errors::ApiError;
use crate::query::Parameters;
use crate::state::HttpState;

#[utoipa::path(
    get, path = "/api/v1/followup/worklist", tag = "seguimiento", summary = "Lo que espera a una persona, por bandejas",
    params(WorklistInput),
    responses(
        (status = 200, description = "Una página de la bandeja, lo más antiguo primero", content((WorklistOutput = "application/json"), (String = "text/csv"))),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn worklist(caller: Caller, state: web::Data<HttpState>, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let WorklistInput { lane, after, size, format } = parameters.read::<WorklistInput>()?;
    let reader = caller.username.clone();
    if format == Format::Csv {
        let zone = state.followup.policy.zone;
        let piece = move |app: &App, after| {
            let list = app.worklist(&reader, lane, after, PIECE)?;
            Ok((list.items.into_iter().map(|item| worklist::line(lane, item, zone)).collect(), list.next))
        };
        return stream(&state, Table { file: "bandeja.csv", heads: worklist::COLUMNS, piece: Arc::new(piece) }).await;
    }
    let found = move |app: &App| app.worklist(&reader, lane, after, size);
    answer(&state, StatusCode::OK, Cost::rows(size), found, WorklistOutput::from).await
}

#[utoipa::path(
    get, path = "/api/v1/followup/agenda", tag = "seguimiento", summary = "Los contactos programados de todos los casos, por fecha",
    params(AgendaInput),
    responses(
        (status = 200, description = "Una página", content((AgendaOutput = "application/json"), (String = "text/csv"))),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn agenda(state: web::Data<HttpState>, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let AgendaInput { query, format } = parameters.read::<AgendaInput>()?;
    let zone = state.followup.policy.zone;
    if format == Format::Csv {
        let piece = move |app: &App, after| {
            let agenda = app.agenda(&AgendaQuery { after, limit: PIECE, ..query })?;
            Ok((agenda.items.into_iter().map(|item| agenda::line(item, zone)).collect(), agenda.next))
        };
        return stream(&state, Table { file: "agenda.csv", heads: agenda::COLUMNS, piece: Arc::new(piece) }).await;
    }
    let found = move |app: &App| app.agenda(&query);
    answer(&state, StatusCode::OK, Cost::rows(query.limit), found, move |agenda| AgendaOutput::new(agenda, zone)).await
}

#[utoipa::path(
    get, path = "/api/v1/followup/queue", tag = "seguimiento", summary = "Los mensajes en cola de todos los casos: salen solos",
    params(QueueInput),
    responses(
        (status = 200, description = "Una página, por la fecha desde la que salen", content((QueueOutput = "application/json"), (String = "text/csv"))),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn queue(state: web::Data<HttpState>, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let QueueInput { after, size, format } = parameters.read::<QueueInput>()?;
    if format == Format::Csv {
        let zone = state.followup.policy.zone;
        let piece = move |app: &App, after| {
            let queue = app.queue(after, PIECE)?;
            Ok((queue.items.into_iter().map(|item| queue::line(item, zone)).collect(), queue.next))
        };
        return stream(&state, Table { file: "cola.csv", heads: queue::COLUMNS, piece: Arc::new(piece) }).await;
    }
    let found = move |app: &App| app.queue(after, size);
    answer(&state, StatusCode::OK, Cost::rows(size), found, QueueOutput::from).await
}
