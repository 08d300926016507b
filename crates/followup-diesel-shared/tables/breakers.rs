//! Circuit breakers of providers.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ids::{LeaseToken, MessageId};
use followup_domain::ports::{BreakerRepository, StoreError};
use followup_domain::sending::SendStage;
use followup_domain::sending::breaker::Breaker;

use super::super::Db;
use super::At;
use super::schema::provider_breaker;
use super::work::Work;
use crate::error::{Done, Failure, unreadable};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = provider_breaker, check_for_backend(Db), treat_none_as_null = true)]
struct BreakerRow {
    provider: String,
    failures: i32,
    stage: Option<String>,
    suspect: Option<i64>,
    opened_at: Option<At>,
    retry_at: Option<At>,
    probe_token: Option<String>,
    probe_until: Option<At>,
    recovered_at: Option<At>,
    minute_at: Option<At>,
    minute_count: i32,
    changed_at: At,
}

impl From<&Breaker> for BreakerRow {
    fn from(breaker: &Breaker) -> Self {
        let number = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        Self {
            provider: breaker.provider.clone(),
            failures: number(breaker.failures),
            stage: breaker.stage.map(|stage| stage.as_str().to_owned()),
            suspect: breaker.suspect.map(|letter| letter.0),
            opened_at: breaker.opened_at.map(At::from),
            retry_at: breaker.retry_at.map(At::from),
            probe_token: breaker.probe.as_ref().map(|(token, _)| token.0.clone()),
            probe_until: breaker.probe.as_ref().map(|(_, until)| At::from(*until)),
            recovered_at: breaker.recovered_at.map(At::from),
            minute_at: breaker.minute.map(|(began, _)| At::from(began)),
            minute_count: breaker.minute.map_or(0, |(_, count)| number(count)),
            changed_at: At::from(breaker.changed_at),
        }
    }
}

impl TryFrom<BreakerRow> for Breaker {
    type Error = Failure;

    fn try_from(row: BreakerRow) -> Done<Self> {
        let count = |number: i32| u32::try_from(number).map_err(|_| unreadable("breaker"));
        let stage = row.stage.map(|text| SendStage::parse(&text).ok_or_else(|| unreadable("stage of a breaker"))).transpose()?;
        let minute_count = count(row.minute_count)?;
        Ok(Self {
            provider: row.provider,
            failures: count(row.failures)?,
            stage,
            suspect: row.suspect.map(MessageId),
            opened_at: row.opened_at.map(|at| at.0),
            retry_at: row.retry_at.map(|at| at.0),
            probe: row.probe_token.zip(row.probe_until).map(|(token, until)| (LeaseToken(token), until.0)),
            recovered_at: row.recovered_at.map(|at| at.0),
            minute: row.minute_at.map(|at| (at.0, minute_count)),
            changed_at: row.changed_at.0,
        })
    }
}

impl BreakerRepository for Work<'_> {
    fn find(&mut self, provider: &str) -> Result<Option<Breaker>, StoreError> {
        self.read(|conn| {
            let row: Option<BreakerRow> = provider_breaker::table.find(provider).select(BreakerRow::as_select()).first(conn).optional()?;
            row.map(Breaker::try_from).transpose()
        })
    }

    fn find_for_update(&mut self, provider: &str, now: DateTime<Utc>) -> Result<Breaker, StoreError> {
        self.write(|conn| {
            let new = BreakerRow::from(&Breaker::closed(provider, now));
            diesel::insert_into(provider_breaker::table).values(new).on_conflict_do_nothing().execute(conn)?;
            let row: BreakerRow = lock_rows!(provider_breaker::table.find(provider).select(BreakerRow::as_select())).first(conn)?;
            row.try_into()
        })
    }

    fn update(&mut self, breaker: &Breaker) -> Result<(), StoreError> {
        self.write(|conn| {
            let target = provider_breaker::table.find(&breaker.provider);
            diesel::update(target).set(BreakerRow::from(breaker)).execute(conn)?;
            Ok(())
        })
    }

    fn list(&mut self) -> Result<Vec<Breaker>, StoreError> {
        self.read(|conn| {
            let rows: Vec<BreakerRow> = provider_breaker::table.select(BreakerRow::as_select()).load(conn)?;
            let mut breakers = rows.into_iter().map(Breaker::try_from).collect::<Done<Vec<_>>>()?;
            // Here, because the databases order texts each in its own way.
            breakers.sort_by(|one, other| one.provider.cmp(&other.provider));
            Ok(breakers)
        })
    }
}
