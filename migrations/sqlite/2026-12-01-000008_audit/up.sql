-- Who did what, when. A row's hash covers the row before and a commitment to each of its facts, never a fact itself.
-- WITHOUT ROWID: a chain's rows lie side by side, and each is written once and not into an index as well.
CREATE TABLE audit_log (
    chain TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id BIGINT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
) WITHOUT ROWID;

-- What was said: names, reasons, values before and after, each with its commitment, SHA-256(salt ‖ value). Without salt and value it is
-- redacted. No foreign key: the row's hash covers which facts it has.
CREATE TABLE audit_fact (
    chain TEXT NOT NULL,
    seq BIGINT NOT NULL,
    fact TEXT NOT NULL,
    commitment BLOB NOT NULL CHECK (length(commitment) = 32),
    salt BLOB CHECK (length(salt) = 16),
    value TEXT,
    PRIMARY KEY (chain, seq, fact),
    CHECK ((salt IS NULL) = (value IS NULL))
) WITHOUT ROWID;

-- The last row of each chain; locked while rows are appended.
CREATE TABLE audit_head (
    chain TEXT PRIMARY KEY NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
) WITHOUT ROWID;

CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;

CREATE TRIGGER audit_log_is_not_deleted BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit trail is never deleted'); END;

CREATE TRIGGER audit_fact_is_not_changed BEFORE UPDATE ON audit_fact
BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;

CREATE TRIGGER audit_fact_is_not_deleted BEFORE DELETE ON audit_fact
BEGIN SELECT RAISE(ABORT, 'the audit trail is never deleted'); END;

CREATE TRIGGER audit_head_is_not_deleted BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit trail is never deleted'); END;
