-- Instants are TEXT of one width, "2026-01-31 09:00:00.000000+00:00": their order as text is their order in time.
CREATE TABLE icsr (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    estado TEXT NOT NULL,
    gravedad TEXT,
    followup_status TEXT NOT NULL CHECK (followup_status IN ('open', 'closed')),
    numero TEXT,
    received_on TEXT NOT NULL,
    search_text TEXT NOT NULL,
    record TEXT NOT NULL CHECK (json_valid(record)),
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    last_automatic_at TEXT,
    last_automatic_message BIGINT REFERENCES message (id)
);

CREATE INDEX icsr_created ON icsr (created_at, id);
CREATE INDEX icsr_updated ON icsr (updated_at, id);
CREATE INDEX icsr_received ON icsr (received_on, id);
CREATE INDEX icsr_estado ON icsr (estado, created_at, id);
CREATE INDEX icsr_gravedad ON icsr (gravedad, created_at, id);
CREATE INDEX icsr_followup_status ON icsr (followup_status, created_at, id);
