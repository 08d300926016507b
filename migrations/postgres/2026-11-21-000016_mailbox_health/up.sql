-- How the reading of each mailbox goes: for /readyz, /metrics and the badge.
CREATE TABLE mailbox_health (
    mailbox text PRIMARY KEY,
    last_success_at timestamptz,
    last_error text,
    last_error_at timestamptz,
    failing_since timestamptz,
    alarm_since timestamptz,
    reconciled_at timestamptz,
    mailbox_count bigint,
    stored_count bigint
);
