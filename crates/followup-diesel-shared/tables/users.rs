//! Local users.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use followup_domain::ids::UserId;
use followup_domain::ports::{Inserted, NewUser, StoreError, Updated, UserChange, UserRepository};
use followup_domain::user::{Role, User};
use serde_json::Value;

use super::super::Db;
use super::schema::app_user;
use super::work::Work;
use super::{At, updated};
use crate::error::{Done, Failure, unreadable};

#[derive(Queryable, Selectable)]
#[diesel(table_name = app_user, check_for_backend(Db))]
struct UserRow {
    id: i64,
    username: String,
    email: Option<String>,
    roles: Value,
    password_hash: String,
    disabled: bool,
    tokens_valid_from: Option<At>,
}

impl TryFrom<UserRow> for User {
    type Error = Failure;

    fn try_from(row: UserRow) -> Done<Self> {
        let roles = row.roles.as_array().ok_or_else(|| unreadable("roles"))?;
        let role = |value: &Value| value.as_str().and_then(Role::parse).ok_or_else(|| unreadable("roles"));
        Ok(Self {
            id: UserId(row.id),
            username: row.username,
            email: row.email,
            roles: roles.iter().map(role).collect::<Done<_>>()?,
            password_hash: row.password_hash,
            disabled: row.disabled,
            tokens_valid_from: row.tokens_valid_from.map(|at| at.0),
        })
    }
}

impl UserRepository for Work<'_> {
    fn insert(&mut self, user: &NewUser) -> Result<Inserted<UserId>, StoreError> {
        self.write(|conn| {
            let row = (
                app_user::username.eq(&user.username),
                app_user::email.eq(user.email.as_deref()),
                app_user::roles.eq(names(&user.roles)),
                app_user::password_hash.eq(&user.password_hash),
                app_user::disabled.eq(false),
                app_user::created_at.eq(At::from(user.created_at)),
            );
            let new: Option<i64> = diesel::insert_into(app_user::table)
                .values(row)
                .on_conflict_do_nothing()
                .returning(app_user::id)
                .get_result(conn)
                .optional()?;
            match new {
                Some(id) => Ok(Inserted::New(UserId(id))),
                None => {
                    let taken = app_user::table.filter(app_user::username.eq(&user.username));
                    Ok(Inserted::Duplicate(UserId(taken.select(app_user::id).first(conn)?)))
                }
            }
        })
    }

    fn find_by_username(&mut self, username: &str) -> Result<Option<User>, StoreError> {
        self.read(|conn| {
            let user = app_user::table.filter(app_user::username.eq(username));
            user.select(UserRow::as_select()).first(conn).optional()?.map(User::try_from).transpose()
        })
    }

    fn list(&mut self) -> Result<Vec<User>, StoreError> {
        self.read(|conn| {
            let rows = app_user::table.order(app_user::username).select(UserRow::as_select()).load(conn)?;
            rows.into_iter().map(User::try_from).collect()
        })
    }

    fn count(&mut self) -> Result<i64, StoreError> {
        self.read(|conn| Ok(app_user::table.count().get_result(conn)?))
    }

    fn change(&mut self, username: &str, change: &UserChange, at: DateTime<Utc>) -> Result<Updated, StoreError> {
        self.write(|conn| {
            let target = app_user::table.filter(app_user::username.eq(username));
            let valid_from = app_user::tokens_valid_from.eq(At::from(at));
            let changed = match change {
                UserChange::Password(hash) => diesel::update(target).set((app_user::password_hash.eq(hash), valid_from)).execute(conn),
                UserChange::Disabled(disabled) => diesel::update(target).set((app_user::disabled.eq(disabled), valid_from)).execute(conn),
                UserChange::Roles(roles) => diesel::update(target).set((app_user::roles.eq(names(roles)), valid_from)).execute(conn),
            };
            Ok(updated(changed?))
        })
    }
}

fn names(roles: &[Role]) -> Value {
    Value::from(roles.iter().map(|role| role.as_str()).collect::<Vec<_>>())
}
