//! The servers that copy a Postgres: whether a COMMIT waits for one of them, and whether it waited in vain.

use std::time::{Duration, Instant};

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use followup_domain::ports::{Standbys, StoreError};

use crate::error::{Done, Failure};

/// A COMMIT that took longer may have waited for a standby, and somebody may have cancelled that.
const LONG_COMMIT: Duration = Duration::from_secs(2);
/// So often it is confirmed before nobody knows.
const CONFIRMATIONS: u32 = 3;

diesel::define_sql_function! { fn current_setting(name: Text, missing_ok: Bool) -> Nullable<Text>; }

/// Which standbys a primary has, of several hosts or not.
pub(crate) fn standbys(conn: &mut PgConnection, several_hosts: bool) -> Done<Standbys> {
    if !synchronous_standbys(conn)?.is_empty() {
        return Ok(Standbys::Synchronous);
    }
    let followed: Followed = diesel::sql_query("SELECT EXISTS (SELECT FROM pg_stat_replication) AS is_followed").get_result(conn)?;
    Ok(if followed.is_followed || several_hosts { Standbys::Asynchronous } else { Standbys::None })
}

/// Whether anybody copies the log, as far as every role may know.
#[derive(QueryableByName)]
struct Followed {
    #[diesel(sql_type = Bool)]
    is_followed: bool,
}

/// Whether what was just committed outlasts a failover. A COMMIT waits for the synchronous standbys without a limit; when that wait is
/// cancelled (`pg_cancel_backend`), the server calls it a success, with a warning that diesel drops. So a COMMIT that took long is followed by
/// a small one, which waits for the same standbys: as the log is copied in order, its quick end proves both.
pub(crate) fn confirm_commit(conn: &mut PgConnection, took: Duration) -> Done<()> {
    let mut last = took;
    for _ in 0..CONFIRMATIONS {
        if last < LONG_COMMIT || synchronous_standbys(conn).map_err(unconfirmed)?.is_empty() {
            return Ok(());
        }
        let begun = Instant::now();
        diesel::sql_query("SELECT pg_logical_emit_message(true, 'followup', '')").execute(conn).map_err(unconfirmed)?;
        last = begun.elapsed();
    }
    match last < LONG_COMMIT {
        true => Ok(()),
        false => Err(Failure::Unknown("a COMMIT waited for a standby, and whether in vain nobody knows".to_owned())),
    }
}

fn unconfirmed(error: diesel::result::Error) -> Failure {
    Failure::Unknown(format!("a COMMIT waited for a standby: {}", StoreError::from(&Failure::from(error))))
}

/// Whom a COMMIT waits for; nobody when it is empty.
fn synchronous_standbys(conn: &mut PgConnection) -> QueryResult<String> {
    let names: Option<String> = diesel::select(current_setting("synchronous_standby_names", true)).get_result(conn)?;
    Ok(names.unwrap_or_default())
}
