//! Filling a demonstration.

use followup_runtime::settings::HttpSettings;
use followup_runtime::telemetry;
use followup_wiring::{Service, fill_demonstration};

/// Fills the store, which takes some seconds.
pub(crate) fn fill(service: &Service, http: &HttpSettings) -> anyhow::Result<()> {
    telemetry::tell("Making up four months of a unit; this takes some seconds");
    let made = fill_demonstration(service, http)?;
    telemetry::tell(&format!("{} invented cases are in {}", made.cases, service.store_config.var_dir.display()));
    Ok(())
}
