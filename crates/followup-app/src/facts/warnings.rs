//! What contradicts itself in a case, and what people set aside of it.

use chrono::{DateTime, NaiveTime, TimeZone, Utc};
use followup_domain::case::SetAside;
use followup_domain::case::{Case, CaseRecord};
use followup_domain::policy::FollowupPolicy;
use followup_domain::warnings::{Circumstances, Warning, warned_until, warnings};

/// A warning of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseWarning {
    /// What contradicts itself, or cannot be.
    pub warning: Warning,
    /// Who set it aside, and why.
    pub set_aside: Option<SetAside>,
}

/// A case as people see it: with what contradicts itself in it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// What contradicts itself, or cannot be; also what was set aside.
    pub warnings: Vec<CaseWarning>,
}

impl CaseView {
    pub(crate) fn at(policy: &FollowupPolicy, case: Case, now: DateTime<Utc>) -> Self {
        Self { warnings: case_warnings(policy, &case, now), case }
    }

    /// The same for a list: only a case of which it is known that it has warnings, or had some, is looked at.
    pub(crate) fn listed(policy: &FollowupPolicy, case: Case, now: DateTime<Utc>) -> Self {
        let is_quiet = case.warned_until.is_none() && case.set_aside.is_empty();
        if is_quiet { Self { case, warnings: Vec::new() } } else { Self::at(policy, case, now) }
    }
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
