//! Plan templates.

use diesel::prelude::*;
use followup_domain::asking::plan::{PlanTemplate, PlannedChannel, TemplateAttempt};
use followup_domain::ids::TemplateId;
use followup_domain::ports::{NewTemplate, PlanTemplateRepository, StoreError, Updated};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::Db;
use super::schema::plan_template;
use super::updated;
use super::work::Work;
use crate::error::{Done, Failure, unreadable};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttemptDocument {
    label: String,
    after_hours: i64,
    /// Any that reaches the reporter where none is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
}

impl AttemptDocument {
    fn of(attempt: &TemplateAttempt) -> Self {
        let channel = Some(attempt.channel).filter(|channel| *channel != PlannedChannel::Auto);
        Self { label: attempt.label.clone(), after_hours: attempt.after_hours, channel: channel.map(|channel| channel.to_string()) }
    }

    fn read(self) -> Done<TemplateAttempt> {
        let channel = self.channel.as_deref().map_or(Some(PlannedChannel::Auto), PlannedChannel::parse);
        let channel = channel.ok_or_else(|| unreadable("channel of a template"))?;
        Ok(TemplateAttempt { label: self.label, after_hours: self.after_hours, channel })
    }
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
            attempts: attempts.into_iter().map(AttemptDocument::read).collect::<Done<_>>()?,
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
        let documents: Vec<AttemptDocument> = template.attempts.iter().map(AttemptDocument::of).collect();
        Ok(Self {
            name: &template.name,
            reference: template.reference.as_deref(),
            attempts: serde_json::to_value(documents).map_err(|_| Failure::Refused("attempts cannot be stored".to_owned()))?,
            notes: template.notes.as_deref(),
        })
    }
}

impl PlanTemplateRepository for Work<'_> {
    fn find(&mut self, id: TemplateId) -> Result<Option<PlanTemplate>, StoreError> {
        self.read(|conn| {
            let row = plan_template::table.find(id.0).select(TemplateRow::as_select()).first(conn).optional()?;
            row.map(PlanTemplate::try_from).transpose()
        })
    }

    fn list(&mut self, with_archived: bool) -> Result<Vec<PlanTemplate>, StoreError> {
        self.read(|conn| {
            let mut templates = plan_template::table.into_boxed();
            if !with_archived {
                templates = templates.filter(plan_template::archived.eq(false));
            }
            let rows = templates.order(plan_template::id).select(TemplateRow::as_select()).load(conn)?;
            rows.into_iter().map(PlanTemplate::try_from).collect()
        })
    }

    fn insert(&mut self, template: &NewTemplate) -> Result<TemplateId, StoreError> {
        self.write(|conn| {
            let row = (TemplateColumns::of(template)?, plan_template::archived.eq(false));
            let id = diesel::insert_into(plan_template::table).values(row).returning(plan_template::id).get_result(conn)?;
            Ok(TemplateId(id))
        })
    }

    fn update(&mut self, id: TemplateId, template: &NewTemplate) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let offered = plan_template::table.filter(plan_template::id.eq(id.0)).filter(plan_template::archived.eq(false));
            Ok(updated(diesel::update(offered).set(TemplateColumns::of(template)?).execute(conn)?))
        })
    }

    fn archive(&mut self, id: TemplateId) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let offered = plan_template::table.filter(plan_template::id.eq(id.0)).filter(plan_template::archived.eq(false));
            Ok(updated(diesel::update(offered).set(plan_template::archived.eq(true)).execute(conn)?))
        })
    }
}
