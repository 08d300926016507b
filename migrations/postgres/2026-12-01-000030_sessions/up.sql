-- Whoever signed in at the page. `key` is the SHA-256 of what their browser holds.
CREATE TABLE web_session (
    key text PRIMARY KEY,
    user_id bigint,
    username text NOT NULL,
    email text,
    roles jsonb NOT NULL,
    tenant text,
    is_own boolean NOT NULL,
    began_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    address text,
    program text
);

CREATE INDEX web_session_ends ON web_session (ends_at);
CREATE INDEX web_session_seen ON web_session (seen_at);
CREATE INDEX web_session_user ON web_session (username);
