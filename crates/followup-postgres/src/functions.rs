//! Functions of Postgres that diesel does not know.

use diesel::sql_types::{BigInt, Text};

diesel::define_sql_function! { fn pg_advisory_lock(key: BigInt); }
diesel::define_sql_function! { fn pg_advisory_xact_lock(key: BigInt); }
diesel::define_sql_function! { fn pg_advisory_unlock(key: BigInt) -> Bool; }
diesel::define_sql_function! { fn to_regclass(name: Text) -> Nullable<Oid>; }
