-- Whether a provider is asked to take mail: one row for each that ever failed.
CREATE TABLE provider_breaker (
    provider TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    stage TEXT,
    opened_at TEXT,
    retry_at TEXT,
    probe_token TEXT,
    probe_until TEXT,
    recovered_at TEXT,
    minute_at TEXT,
    minute_count INTEGER NOT NULL,
    changed_at TEXT NOT NULL
);
