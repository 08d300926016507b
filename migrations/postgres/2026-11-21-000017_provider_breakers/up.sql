-- Whether a provider is asked to take mail: one row for each that ever failed.
CREATE TABLE provider_breaker (
    provider text PRIMARY KEY,
    failures integer NOT NULL,
    stage text,
    opened_at timestamptz,
    retry_at timestamptz,
    probe_token text,
    probe_until timestamptz,
    recovered_at timestamptz,
    minute_at timestamptz,
    minute_count integer NOT NULL,
    changed_at timestamptz NOT NULL
);
