//! Plan templates and applied plans.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::asking::plan::{Plan, PlanStatus, PlanTemplate, TemplateAttempt};
use followup_domain::ids::{CaseId, PlanId, TemplateId};
use followup_domain::ports::{Inserted, NewPlan, NewTemplate, PlanRepository, StoreError, Updated};
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

/// The columns that people write.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = plan_template, treat_none_as_null = true, treat_none_as_default_value = false)]
struct TemplateColumns<'t> {
    name: &'t str,
    reference: Option<&'t str>,
    attempts: Value,
    notes: Option<&'t str>,
}

impl<'t> TemplateColumns<'t> {
    fn of(template: &'t NewTemplate) -> Done<Self> {
        let document = |attempt: &TemplateAttempt| AttemptDocument { label: attempt.label.clone(), after_hours: attempt.after_hours };
        let documents: Vec<AttemptDocument> = template.attempts.iter().map(document).collect();
        Ok(Self {
            name: &template.name,
            reference: template.reference.as_deref(),
            attempts: serde_json::to_value(documents).map_err(|_| Failure::Refused("attempts cannot be stored".to_owned()))?,
            notes: template.notes.as_deref(),
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

    fn list_templates(&mut self, with_archived: bool) -> Result<Vec<PlanTemplate>, StoreError> {
        self.read(|conn| {
            let mut templates = plan_template::table.into_boxed();
            if !with_archived {
                templates = templates.filter(plan_template::archived.eq(false));
            }
            let rows = templates.order(plan_template::id).select(TemplateRow::as_select()).load(conn)?;
            rows.into_iter().map(PlanTemplate::try_from).collect()
        })
    }

    fn insert_template(&mut self, template: &NewTemplate) -> Result<TemplateId, StoreError> {
        self.write(|conn| {
            let row = (TemplateColumns::of(template)?, plan_template::archived.eq(false));
            let id = diesel::insert_into(plan_template::table).values(row).returning(plan_template::id).get_result(conn)?;
            Ok(TemplateId(id))
        })
    }

    fn update_template(&mut self, id: TemplateId, template: &NewTemplate) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let offered = plan_template::table.filter(plan_template::id.eq(id.0)).filter(plan_template::archived.eq(false));
            Ok(updated(diesel::update(offered).set(TemplateColumns::of(template)?).execute(conn)?))
        })
    }

    fn archive_template(&mut self, id: TemplateId) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let offered = plan_template::table.filter(plan_template::id.eq(id.0)).filter(plan_template::archived.eq(false));
            Ok(updated(diesel::update(offered).set(plan_template::archived.eq(true)).execute(conn)?))
        })
    }

    fn reopen(&mut self, id: PlanId) -> Result<Option<PlanStatus>, StoreError> {
        self.write(|conn| {
            let ended = plan::table.find(id.0).select(PlanRow::as_select()).first(conn).optional()?.map(Plan::try_from).transpose()?;
            let Some(ended) = ended else { return Ok(None) };
            if active(conn, ended.case_id)?.is_some() {
                return Ok(None);
            }
            let target = plan::table.filter(plan::id.eq(id.0)).filter(plan::status.eq(ended.status.as_str()));
            let state = (plan::status.eq(PlanStatus::Active.as_str()), plan::ended_at.eq(None::<At>));
            let changed = diesel::update(target).set(state).execute(conn)?;
            Ok((changed == 1).then_some(ended.status))
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
