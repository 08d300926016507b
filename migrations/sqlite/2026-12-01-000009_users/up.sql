CREATE TABLE app_user (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL UNIQUE,
    email TEXT,
    roles TEXT NOT NULL CHECK (json_valid(roles)),
    password_hash TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE idempotency_key (
    scope TEXT PRIMARY KEY NOT NULL,
    fingerprint TEXT NOT NULL,
    resource BIGINT,
    created_at TEXT NOT NULL
);

CREATE INDEX idempotency_key_created ON idempotency_key (created_at);
