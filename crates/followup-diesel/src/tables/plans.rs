//! Plan templates and applied plans.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ids::{CaseId, PlanId, TemplateId};
use followup_domain::plan::{Plan, PlanStatus, PlanTemplate, TemplateAttempt};
use followup_domain::ports::{Inserted, NewPlan, PlanRepository, StoreError, Updated};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::{Conn, Db};
use super::schema::{plan, plan_template};
use super::work::Work;
use super::{At, updated};
use crate::error::{Done, Failure, unreadable};

/// As the API publishes it, too.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttemptDocument {
    label: String,
    after_hours: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = plan_template, check_for_backend(Db))]
struct TemplateRow {
    id: i64,
    name: String,
    reference: Option<String>,
    attempts: Value,
    notes: Option<String>,
    archived: bool,
}

impl TryFrom<TemplateRow> for PlanTemplate {
    type Error = Failure;

    fn try_from(row: TemplateRow) -> Done<Self> {
        let attempts: Vec<AttemptDocument> = serde_json::from_value(row.attempts).map_err(|_| unreadable("attempts of a template"))?;
        Ok(Self {
            id: TemplateId(row.id),
            name: row.name,
            reference: row.reference,
            attempts: attempts
                .into_iter()
                .map(|attempt| TemplateAttempt { label: attempt.label, after_hours: attempt.after_hours })
                .collect(),
            notes: row.notes,
            archived: row.archived,
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = plan, check_for_backend(Db))]
struct PlanRow {
    id: i64,
    case_id: i64,
    template_id: i64,
    name: String,
    base_at: At,
    status: String,
    applied_at: At,
}

impl TryFrom<PlanRow> for Plan {
    type Error = Failure;

    fn try_from(row: PlanRow) -> Done<Self> {
        Ok(Self {
            id: PlanId(row.id),
            case_id: CaseId(row.case_id),
            template_id: TemplateId(row.template_id),
            name: row.name,
            base_at: row.base_at.0,
            status: PlanStatus::parse(&row.status).ok_or_else(|| unreadable("plan status"))?,
            applied_at: row.applied_at.0,
        })
    }
}

impl PlanRepository for Work<'_> {
    fn find_template(&mut self, id: TemplateId) -> Result<Option<PlanTemplate>, StoreError> {
        self.read(|conn| {
            let row = plan_template::table.find(id.0).select(TemplateRow::as_select()).first(conn).optional()?;
            row.map(PlanTemplate::try_from).transpose()
        })
    }

    fn list_templates(&mut self) -> Result<Vec<PlanTemplate>, StoreError> {
        self.read(|conn| {
            let offered = plan_template::table.filter(plan_template::archived.eq(false)).order(plan_template::id);
            let rows = offered.select(TemplateRow::as_select()).load(conn)?;
            rows.into_iter().map(PlanTemplate::try_from).collect()
        })
    }

    fn insert(&mut self, new: &NewPlan) -> Result<Inserted<PlanId>, StoreError> {
        self.write(|conn| {
            let row = (
                plan::case_id.eq(new.case_id.0),
                plan::template_id.eq(new.template_id.0),
                plan::name.eq(&new.name),
                plan::base_at.eq(At::from(new.base_at)),
                plan::status.eq(PlanStatus::Active.as_str()),
                plan::applied_at.eq(At::from(new.applied_at)),
            );
            let id: Option<i64> =
                diesel::insert_into(plan::table).values(row).on_conflict_do_nothing().returning(plan::id).get_result(conn).optional()?;
            match id {
                Some(id) => Ok(Inserted::New(PlanId(id))),
                None => {
                    let active = active(conn, new.case_id)?.ok_or(diesel::result::Error::NotFound)?;
                    Ok(Inserted::Duplicate(active.id))
                }
            }
        })
    }

    fn find_active(&mut self, case_id: CaseId) -> Result<Option<Plan>, StoreError> {
        self.read(|conn| active(conn, case_id))
    }

    fn find_latest(&mut self, case_id: CaseId) -> Result<Option<Plan>, StoreError> {
        self.read(|conn| {
            let plans = plan::table.filter(plan::case_id.eq(case_id.0)).order(plan::id.desc());
            plans.select(PlanRow::as_select()).first(conn).optional()?.map(Plan::try_from).transpose()
        })
    }

    fn end(&mut self, id: PlanId, status: PlanStatus, now: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let target = plan::table.filter(plan::id.eq(id.0)).filter(plan::status.eq(PlanStatus::Active.as_str()));
            let state = (plan::status.eq(status.as_str()), plan::ended_at.eq(At::from(now)));
            Ok(updated(diesel::update(target).set(state).execute(conn)?))
        })
    }
}

fn active(conn: &mut Conn, case_id: CaseId) -> Done<Option<Plan>> {
    let plans = plan::table.filter(plan::case_id.eq(case_id.0)).filter(plan::status.eq(PlanStatus::Active.as_str()));
    plans.select(PlanRow::as_select()).first(conn).optional()?.map(Plan::try_from).transpose()
}
