//! The one way from an async handler to the sync use cases.

use actix_web::web;
use followup_answers::Refusal;
use followup_app::App;

use crate::errors::ApiError;
use crate::state::HttpState;

/// Runs one use case on the blocking pool; the connection to the store is taken in there too. Nobody waits longer than the answer
/// limit: then the store is silent, and what becomes of the work is found out by asking again.
///
/// # Errors
/// The use case's own error, mapped; unavailable after the limit.
pub(crate) async fn blocking<T, E>(state: &HttpState, work: impl FnOnce(&App) -> Result<T, E> + Send + 'static) -> Result<T, ApiError>
where
    T: Send + 'static,
    E: Into<ApiError> + Send + 'static,
{
    within_limit(state, blocking_without_limit(state, work)).await
}

/// Waits no longer than the answer limit.
///
/// # Errors
/// The work's own, mapped; unavailable after the limit.
pub(crate) async fn within_limit<T, E: Into<ApiError>>(state: &HttpState, work: impl Future<Output = Result<T, E>>) -> Result<T, ApiError> {
    match tokio::time::timeout(state.answer_limit, work).await {
        Ok(answer) => answer.map_err(Into::into),
        Err(_) => Err(Refusal::StoreUnavailable(format!("no answer within {} s", state.answer_limit.as_secs())).into()),
    }
}

/// As [`blocking`], for runs that may take long.
///
/// # Errors
/// The use case's own error, mapped; a panic in it is an internal error (its message is on standard error already).
pub(crate) async fn blocking_without_limit<T, E>(
    state: &HttpState,
    work: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
) -> Result<T, ApiError>
where
    T: Send + 'static,
    E: Into<ApiError> + Send + 'static,
{
    let followup = state.followup.clone();
    match web::block(move || work(&followup)).await {
        Ok(result) => result.map_err(Into::into),
        Err(_) => Err(Refusal::Internal("the use case panicked or the server is stopping".into()).into()),
    }
}
