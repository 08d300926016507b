//! What contradicts itself in a case, and what people set aside of it.

use chrono::{DateTime, NaiveTime, TimeZone, Utc};
use followup_domain::case::warnings::{Circumstances, SetAside, Warning, warned_until, warnings};
use followup_domain::case::{Case, CaseRecord};
use followup_domain::policy::FollowupPolicy;

/// A warning of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseWarning {
    /// What contradicts itself, or cannot be.
    pub warning: Warning,
    /// Who set it aside, and why.
    pub set_aside: Option<SetAside>,
}

/// What contradicts itself in a record at an instant.
pub(crate) fn warnings_at(policy: &FollowupPolicy, record: &CaseRecord, created_at: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Warning> {
    let today = now.with_timezone(&policy.zone).date_naive();
    let received_on = record.received_on(created_at, policy.zone);
    warnings(record, &Circumstances { today, received_on, country: policy.country })
}

/// Until when somebody has to look at them, where people of the unit live.
pub(crate) fn until(policy: &FollowupPolicy, found: &[Warning], set_aside: &[SetAside]) -> Option<DateTime<Utc>> {
    let midnight = warned_until(found, set_aside)?.and_time(NaiveTime::MIN);
    Some(policy.zone.from_local_datetime(&midnight).earliest().map_or_else(|| midnight.and_utc(), |at| at.to_utc()))
}

/// The warnings of a case at an instant, and which are set aside.
pub(crate) fn case_warnings(policy: &FollowupPolicy, case: &Case, now: DateTime<Utc>) -> Vec<CaseWarning> {
    let aside = |warning: &Warning| case.set_aside.iter().find(|aside| aside.warning == warning.id).cloned();
    let found = warnings_at(policy, &case.record, case.created_at, now).into_iter();
    found.map(|warning| CaseWarning { set_aside: aside(&warning), warning }).collect()
}
