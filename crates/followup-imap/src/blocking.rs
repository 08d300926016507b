//! The one place where async code crosses to the blocking use cases.

use followup_domain::ports::StoreError;

/// Runs blocking work, store or files, on a thread that may block.
///
/// # Errors
/// Those of `work`; a panic in it is [`StoreError::Refused`].
pub(crate) async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => Err(StoreError::Refused("the use case panicked".into()).into()),
        Err(_) => Err(StoreError::Unavailable("the process is ending".into()).into()),
    }
}
