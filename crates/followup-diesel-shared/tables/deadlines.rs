//! Reporting deadlines.

use diesel::prelude::*;
use followup_domain::case::deadlines::{Deadline, DeadlineId, DeadlineScope, NewDeadline};
use followup_domain::ports::{DeadlineRepository, StoreError, Updated};

use super::super::Db;
use super::schema::reporting_deadline;
use super::updated;
use super::work::Work;
use crate::error::{Done, Failure, unreadable};

#[derive(Queryable, Selectable)]
#[diesel(table_name = reporting_deadline, check_for_backend(Db))]
struct DeadlineRow {
    id: i64,
    authority: String,
    role: String,
    scope: String,
    days: i32,
    norm: String,
    verified: bool,
}

impl TryFrom<DeadlineRow> for Deadline {
    type Error = Failure;

    fn try_from(row: DeadlineRow) -> Done<Self> {
        let rule = NewDeadline {
            authority: row.authority,
            role: row.role,
            scope: DeadlineScope::parse(&row.scope).ok_or_else(|| unreadable("scope of a deadline"))?,
            days: u32::try_from(row.days).map_err(|_| unreadable("days of a deadline"))?,
            norm: row.norm,
            verified: row.verified,
        };
        Ok(Self { id: DeadlineId(row.id), rule })
    }
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = reporting_deadline)]
struct DeadlineColumns<'d> {
    authority: &'d str,
    role: &'d str,
    scope: &'static str,
    days: i32,
    norm: &'d str,
    verified: bool,
}

impl<'d> DeadlineColumns<'d> {
    fn of(rule: &'d NewDeadline) -> Done<Self> {
        Ok(Self {
            authority: &rule.authority,
            role: &rule.role,
            scope: rule.scope.as_str(),
            days: i32::try_from(rule.days).map_err(|_| Failure::Refused("a deadline of so many days cannot be stored".to_owned()))?,
            norm: &rule.norm,
            verified: rule.verified,
        })
    }
}

impl DeadlineRepository for Work<'_> {
    fn list(&mut self) -> Result<Vec<Deadline>, StoreError> {
        self.read(|conn| {
            let rows = reporting_deadline::table.select(DeadlineRow::as_select()).load(conn)?;
            let mut deadlines: Vec<Deadline> = rows.into_iter().map(Deadline::try_from).collect::<Done<_>>()?;
            // Here, because the databases order texts each in its own way.
            deadlines.sort_by(|one, other| order(one).cmp(&order(other)));
            Ok(deadlines)
        })
    }

    fn insert(&mut self, deadline: &NewDeadline) -> Result<DeadlineId, StoreError> {
        self.write(|conn| {
            let row = DeadlineColumns::of(deadline)?;
            let id = diesel::insert_into(reporting_deadline::table).values(row).returning(reporting_deadline::id).get_result(conn)?;
            Ok(DeadlineId(id))
        })
    }

    fn update(&mut self, id: DeadlineId, deadline: &NewDeadline) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let row = reporting_deadline::table.find(id.0);
            Ok(updated(diesel::update(row).set(DeadlineColumns::of(deadline)?).execute(conn)?))
        })
    }

    fn remove(&mut self, id: DeadlineId) -> Result<Updated, StoreError> {
        self.write(|conn| Ok(updated(diesel::delete(reporting_deadline::table.find(id.0)).execute(conn)?)))
    }
}

fn order(deadline: &Deadline) -> (&str, &str, DeadlineScope, DeadlineId) {
    (&deadline.rule.authority, &deadline.rule.role, deadline.rule.scope, deadline.id)
}
