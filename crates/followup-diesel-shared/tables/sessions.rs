//! Sessions of the page.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ids::UserId;
use followup_domain::ports::{SessionRepository, StoreError, Updated};
use followup_domain::session::{IDLE, Session, SessionKey};
use followup_domain::user::Role;
use serde_json::Value;

use super::super::Db;
use super::schema::web_session;
use super::work::Work;
use super::{At, updated};
use crate::error::{Done, Failure, unreadable};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = web_session, check_for_backend(Db))]
struct SessionRow {
    key: String,
    user_id: Option<i64>,
    username: String,
    email: Option<String>,
    roles: Value,
    tenant: Option<String>,
    is_own: bool,
    began_at: At,
    seen_at: At,
    ends_at: At,
    address: Option<String>,
    program: Option<String>,
}

impl From<&Session> for SessionRow {
    fn from(session: &Session) -> Self {
        Self {
            key: session.key.to_hex(),
            user_id: session.user_id.map(|id| id.0),
            username: session.username.clone(),
            email: session.email.clone(),
            roles: Value::from(session.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>()),
            tenant: session.tenant.clone(),
            is_own: session.is_own,
            began_at: session.began_at.into(),
            seen_at: session.seen_at.into(),
            ends_at: session.ends_at.into(),
            address: session.address.clone(),
            program: session.program.clone(),
        }
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = Failure;

    fn try_from(row: SessionRow) -> Done<Self> {
        // A role that another release knows gives nobody anything here.
        let roles = row.roles.as_array().ok_or_else(|| unreadable("roles"))?.iter().filter_map(Value::as_str).filter_map(Role::parse);
        Ok(Self {
            key: SessionKey::of_hex(&row.key).ok_or_else(|| unreadable("key"))?,
            user_id: row.user_id.map(UserId),
            username: row.username,
            email: row.email,
            roles: roles.collect(),
            tenant: row.tenant,
            is_own: row.is_own,
            began_at: row.began_at.0,
            seen_at: row.seen_at.0,
            ends_at: row.ends_at.0,
            address: row.address,
            program: row.program,
        })
    }
}

impl SessionRepository for Work<'_> {
    fn insert(&mut self, session: &Session) -> Result<(), StoreError> {
        self.write(|conn| {
            diesel::insert_into(web_session::table).values(SessionRow::from(session)).execute(conn)?;
            Ok(())
        })
    }

    fn find(&mut self, key: &SessionKey) -> Result<Option<Session>, StoreError> {
        self.read(|conn| {
            let session = web_session::table.find(key.to_hex()).select(SessionRow::as_select());
            session.first(conn).optional()?.map(Session::try_from).transpose()
        })
    }

    fn note_use(&mut self, key: &SessionKey, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(|conn| {
            // Two requests at once: the later use stands.
            let target = web_session::table.find(key.to_hex()).filter(web_session::seen_at.lt(At::from(at)));
            diesel::update(target).set(web_session::seen_at.eq(At::from(at))).execute(conn)?;
            Ok(())
        })
    }

    fn end(&mut self, key: &SessionKey) -> Result<Updated, StoreError> {
        self.write(|conn| Ok(updated(diesel::delete(web_session::table.find(key.to_hex())).execute(conn)?)))
    }

    fn end_of(&mut self, username: &str) -> Result<(), StoreError> {
        self.write(|conn| {
            let own = web_session::table.filter(web_session::username.eq(username)).filter(web_session::is_own.eq(true));
            diesel::delete(own).execute(conn)?;
            Ok(())
        })
    }

    fn list(&mut self, at: DateTime<Utc>, limit: i64) -> Result<Vec<Session>, StoreError> {
        self.read(|conn| {
            let held =
                web_session::table.filter(web_session::seen_at.gt(At::from(at - IDLE))).filter(web_session::ends_at.gt(At::from(at)));
            let rows =
                held.order((web_session::seen_at.desc(), web_session::key)).limit(limit).select(SessionRow::as_select()).load(conn)?;
            rows.into_iter().map(Session::try_from).collect()
        })
    }

    fn forget_ended(&mut self, at: DateTime<Utc>, limit: i64) -> Result<usize, StoreError> {
        self.write(|conn| {
            let ended = web_session::table.filter(web_session::ends_at.le(At::from(at))).select(web_session::key);
            let mut keys: Vec<String> = ended.order(web_session::ends_at).limit(limit).load(conn)?;
            let idle = web_session::table.filter(web_session::seen_at.le(At::from(at - IDLE))).select(web_session::key);
            keys.extend(idle.order(web_session::seen_at).limit(limit).load::<String>(conn)?);
            Ok(diesel::delete(web_session::table.filter(web_session::key.eq_any(keys))).execute(conn)?)
        })
    }
}
