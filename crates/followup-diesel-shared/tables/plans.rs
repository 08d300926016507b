//! Plan templates and applied plans.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::asking::plan::{Plan, PlanStatus};
use followup_domain::ids::{CaseId, PlanId, TemplateId};
use followup_domain::ports::{Inserted, NewPlan, PlanRepository, StoreError, Updated};

use super::super::{Conn, Db};
use super::schema::plan;
use super::work::Work;
use super::{At, updated};
use crate::error::{Done, Failure, unreadable};

/// As the API publishes it, too.
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
