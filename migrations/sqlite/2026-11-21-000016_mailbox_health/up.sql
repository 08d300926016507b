-- How the reading of each mailbox goes: for /readyz, /metrics and the badge.
CREATE TABLE mailbox_health (
    mailbox TEXT PRIMARY KEY NOT NULL,
    last_success_at TEXT,
    last_error TEXT,
    last_error_at TEXT,
    failing_since TEXT,
    alarm_since TEXT,
    reconciled_at TEXT,
    mailbox_count BIGINT,
    stored_count BIGINT
);
