//! The message templates of WhatsApp's provider.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ports::{KnownTemplate, StoreError, Updated, WhatsappTemplateRepository};
use followup_domain::sending::{ApprovedTemplate, TemplateEvent, TemplateStatus};
use serde_json::Value;

use super::super::Db;
use super::message_row::parse;
use super::schema::whatsapp_template;
use super::work::Work;
use super::{At, IDS_PER_QUERY, updated};
use crate::error::{Done, Failure, unreadable};

#[derive(Queryable, Selectable)]
#[diesel(table_name = whatsapp_template, check_for_backend(Db))]
struct TemplateRow {
    name: String,
    language: String,
    provider_id: String,
    status: String,
    places: Value,
    body: Option<String>,
    told_at: At,
}

impl TryFrom<TemplateRow> for KnownTemplate {
    type Error = Failure;

    fn try_from(row: TemplateRow) -> Done<Self> {
        let template = ApprovedTemplate {
            provider_id: row.provider_id,
            name: row.name,
            language: row.language,
            status: parse("status of a template", &row.status, TemplateStatus::parse)?,
            places: serde_json::from_value(row.places).map_err(|_| unreadable("places of a template"))?,
            text: row.body,
        };
        Ok(Self { template, told_at: row.told_at.0 })
    }
}

#[derive(Insertable)]
#[diesel(table_name = whatsapp_template, treat_none_as_default_value = false)]
struct NewRow<'t> {
    name: &'t str,
    language: &'t str,
    provider_id: &'t str,
    status: &'static str,
    places: Value,
    body: Option<&'t str>,
    told_at: At,
}

impl<'t> NewRow<'t> {
    fn of(template: &'t ApprovedTemplate, told_at: DateTime<Utc>) -> Self {
        Self {
            name: &template.name,
            language: &template.language,
            provider_id: &template.provider_id,
            status: template.status.as_str(),
            places: Value::from(template.places.clone()),
            body: template.text.as_deref(),
            told_at: At::from(told_at),
        }
    }
}

impl WhatsappTemplateRepository for Work<'_> {
    fn list(&mut self) -> Result<Vec<KnownTemplate>, StoreError> {
        self.read(|conn| {
            let rows = whatsapp_template::table.select(TemplateRow::as_select()).load(conn)?;
            let mut known: Vec<KnownTemplate> = rows.into_iter().map(KnownTemplate::try_from).collect::<Done<_>>()?;
            // Here, because the databases order texts each in its own way.
            known.sort_by(|one, other| order(&one.template).cmp(&order(&other.template)));
            Ok(known)
        })
    }

    fn of_name(&mut self, name: &str) -> Result<Vec<ApprovedTemplate>, StoreError> {
        self.read(|conn| {
            let of_the_name = whatsapp_template::table.filter(whatsapp_template::name.eq(name));
            let rows = of_the_name.select(TemplateRow::as_select()).load(conn)?;
            let known = rows.into_iter().map(|row| KnownTemplate::try_from(row).map(|known| known.template));
            let mut known: Vec<ApprovedTemplate> = known.collect::<Done<_>>()?;
            known.sort_by(|one, other| order(one).cmp(&order(other)));
            Ok(known)
        })
    }

    fn any(&mut self) -> Result<bool, StoreError> {
        self.read(|conn| {
            let one: Option<String> = whatsapp_template::table.select(whatsapp_template::name).limit(1).first(conn).optional()?;
            Ok(one.is_some())
        })
    }

    fn replace(&mut self, templates: &[ApprovedTemplate], told_at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|conn| {
            diesel::delete(whatsapp_template::table).execute(conn)?;
            let once: BTreeMap<_, _> = templates.iter().map(|template| (order(template), template)).collect();
            let rows: Vec<NewRow<'_>> = once.into_values().map(|template| NewRow::of(template, told_at)).collect();
            for rows in rows.chunks(IDS_PER_QUERY) {
                diesel::insert_into(whatsapp_template::table).values(rows).execute(conn)?;
            }
            Ok(())
        })
    }

    fn tell(&mut self, event: &TemplateEvent, told_at: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let row = whatsapp_template::table.find((&event.name, &event.language));
            let told = (whatsapp_template::status.eq(event.status.as_str()), whatsapp_template::told_at.eq(At::from(told_at)));
            Ok(updated(diesel::update(row).set(told).execute(conn)?))
        })
    }
}

fn order(template: &ApprovedTemplate) -> (&str, &str) {
    (&template.name, &template.language)
}
