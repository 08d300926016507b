//! Store port on diesel: SQLite and Postgres from one body of code.
