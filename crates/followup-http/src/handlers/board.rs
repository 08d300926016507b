//! How reporters answer.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_answers::Refusal;
use followup_app::App;
use followup_domain::board::Period;
use followup_words::board::no_period;

use crate::answer::{Cost, answer};
use crate::csv::{Format, Table, stream};
use crate::dto::board::{self, BoardInput, BoardOutput};
use crate::dto::error::ErrorBody;
use crate::errors::ApiError;
use crate::query::Parameters;
use crate::state::HttpState;

/// The answer is about as long as so many rows of a list.
const ROWS: i64 = 200;

#[utoipa::path(
    get, path = "/api/v1/followup/board", tag = "seguimiento", summary = "Cómo responden los reportantes: proporciones con su intervalo, y lo que espera respuesta por antigüedad",
    params(BoardInput),
    responses(
        (status = 200, description = "El tablero del período", content((BoardOutput = "application/json"), (String = "text/csv"))),
        (status = 422, description = "Parámetros no válidos", body = ErrorBody),
    )
)]
pub(crate) async fn board(state: web::Data<HttpState>, parameters: Parameters) -> Result<HttpResponse, ApiError> {
    let BoardInput { from, to, plot, format } = parameters.read::<BoardInput>()?;
    let period = Period::of(from, to, state.followup.today()).map_err(|error| Refusal::field("to", no_period(error)))?;
    if format == Format::Csv {
        let piece = move |app: &App, _: Option<()>| Ok((board::lines(&app.board(period)?, plot), None));
        return stream(&state, Table { file: "tablero.csv", heads: board::COLUMNS, piece: Arc::new(piece) }).await;
    }
    answer(&state, StatusCode::OK, Cost::rows(ROWS), move |app: &App| app.board(period), BoardOutput::from).await
}
