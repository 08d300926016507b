-- Who did what, when. A row's hash covers the row before and a commitment to each of its facts, never a fact itself.
CREATE TABLE audit_log (
    chain text NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    entity text NOT NULL,
    entity_id bigint NOT NULL,
    prev_hash text NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (chain, seq)
);

-- What was said: names, reasons, values before and after, each with its commitment, SHA-256(salt ‖ value). Without salt and value it is
-- redacted. No foreign key: the row's hash covers which facts it has.
CREATE TABLE audit_fact (
    chain text NOT NULL,
    seq bigint NOT NULL,
    fact text NOT NULL,
    commitment bytea NOT NULL CHECK (octet_length(commitment) = 32),
    salt bytea CHECK (octet_length(salt) = 16),
    value text,
    PRIMARY KEY (chain, seq, fact),
    CHECK ((salt IS NULL) = (value IS NULL))
);

-- The last row of each chain; locked while rows are appended.
CREATE TABLE audit_head (
    chain text PRIMARY KEY,
    seq bigint NOT NULL,
    hash text NOT NULL
);

CREATE TRIGGER audit_log_is_kept BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_is_not_truncated BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Two, because redaction will be an update.
CREATE TRIGGER audit_fact_is_not_changed BEFORE UPDATE ON audit_fact FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_fact_is_kept BEFORE DELETE ON audit_fact FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_fact_is_not_truncated BEFORE TRUNCATE ON audit_fact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_head_is_kept BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_head_is_not_truncated BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
