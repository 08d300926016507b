-- Whoever signed in at the page. `key` is the SHA-256 of what their browser holds.
CREATE TABLE web_session (
    key TEXT PRIMARY KEY NOT NULL,
    user_id BIGINT,
    username TEXT NOT NULL,
    email TEXT,
    roles TEXT NOT NULL CHECK (json_valid(roles)),
    tenant TEXT,
    is_own BOOLEAN NOT NULL,
    began_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    address TEXT,
    program TEXT
);

CREATE INDEX web_session_ends ON web_session (ends_at);
CREATE INDEX web_session_seen ON web_session (seen_at);
CREATE INDEX web_session_user ON web_session (username);
