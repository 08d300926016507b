//! Writing transactions: what is done in one, and at its end what it means for the lists.

use chrono::{DateTime, Utc};
use followup_domain::audit::Actor;
use followup_domain::ports::{StoreError, StoreExt};

use crate::app::App;
use crate::consequences::standing;
use crate::step::{Step, Touched, deployment, itself};

/// Runs a writing step of somebody's, now: kept on `Ok`, undone on `Err`.
///
/// # Errors
/// Those of `work`, and the store's own.
pub(crate) fn write<T, E: From<StoreError>>(app: &App, actor: &Actor, work: impl FnMut(&mut Step<'_>) -> Result<T, E>) -> Result<T, E> {
    write_at(app, actor, app.clock.now(), work)
}

/// Runs a writing step of the service's own, now.
///
/// # Errors
/// Those of `work`, and the store's own.
pub(crate) fn write_itself<T, E: From<StoreError>>(app: &App, work: impl FnMut(&mut Step<'_>) -> Result<T, E>) -> Result<T, E> {
    write(app, &itself(app), work)
}

/// Runs a writing step as of an instant. What the cases that it touched stand at is kept with it.
///
/// # Errors
/// Those of `work`, and the store's own.
pub(crate) fn write_at<T, E: From<StoreError>>(
    app: &App,
    actor: &Actor,
    now: DateTime<Utc>,
    mut work: impl FnMut(&mut Step<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let itself = itself(app);
    let deployment = deployment(app, &itself);
    app.store.write(|tx| {
        let touched = Touched::default();
        let mut step = Step { tx, now, actor, deployment, touched: &touched };
        let done = work(&mut step)?;
        standing::refresh_touched(&mut step)?;
        Ok(done)
    })
}
