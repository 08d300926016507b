-- Answers in which rules look for values of the case's fields: each is read once; one that could not be read waits for other rules.
CREATE TABLE answer_reading (
    message_id BIGINT PRIMARY KEY REFERENCES message (id),
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'read', 'failed')),
    -- The version of the rules that read it, or could not; and why not.
    version TEXT,
    error TEXT,
    -- The words that no rule understood: pairs of bytes of the message's text.
    unread TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(unread)),
    at TEXT,
    CHECK ((state = 'waiting') = (version IS NULL)),
    CHECK ((state = 'failed') = (error IS NOT NULL))
);

CREATE INDEX answer_reading_waiting ON answer_reading (message_id) WHERE state = 'waiting';
CREATE INDEX answer_reading_failed ON answer_reading (message_id) WHERE state = 'failed';
CREATE INDEX answer_reading_case ON answer_reading (case_id, message_id);

-- What an answer says of a field, and what a person decided about it.
CREATE TABLE proposal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    message_id BIGINT NOT NULL REFERENCES message (id),
    field TEXT NOT NULL,
    product_id BIGINT,
    state TEXT NOT NULL CHECK (state IN ('answered', 'unknown', 'withheld', 'later')),
    value TEXT,
    unit TEXT,
    exactness TEXT NOT NULL CHECK (exactness IN ('exact', 'year', 'month', 'day', 'approximate')),
    computed BOOLEAN NOT NULL,
    -- The words that say it, and where they stood in the message's text as it was read: bytes. How a text is divided may change later.
    words TEXT NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    rule TEXT NOT NULL,
    class TEXT NOT NULL CHECK (class IN ('A', 'B', 'C', 'Q')),
    conflicts TEXT NOT NULL CHECK (json_valid(conflicts)),
    read_at TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'accepted', 'rejected', 'standing')),
    decided_by TEXT,
    decided_at TEXT,
    decided_value TEXT,
    reason TEXT,
    CHECK ((state = 'answered') = (value IS NOT NULL)),
    CHECK (span_start >= 0 AND span_end >= span_start),
    CHECK ((status = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL))
);

CREATE INDEX proposal_open ON proposal (case_id, id) WHERE status = 'open';
CREATE INDEX proposal_decided ON proposal (case_id, decided_at, id) WHERE status <> 'open';

-- What was read never changes, and a decision is final.
CREATE TRIGGER proposal_is_final BEFORE UPDATE ON proposal
WHEN OLD.status <> 'open' OR NEW.status = 'open' OR NEW.case_id <> OLD.case_id OR NEW.message_id <> OLD.message_id OR NEW.field <> OLD.field
    OR NEW.product_id IS NOT OLD.product_id OR NEW.state <> OLD.state OR NEW.value IS NOT OLD.value OR NEW.unit IS NOT OLD.unit
    OR NEW.exactness <> OLD.exactness OR NEW.computed <> OLD.computed OR NEW.span_start <> OLD.span_start OR NEW.span_end <> OLD.span_end
    OR NEW.words <> OLD.words OR NEW.rule <> OLD.rule OR NEW.class <> OLD.class OR NEW.conflicts <> OLD.conflicts OR NEW.read_at <> OLD.read_at
BEGIN SELECT RAISE(ABORT, 'what was read, and what was decided of it, is final'); END;
CREATE TRIGGER proposal_is_kept BEFORE DELETE ON proposal
BEGIN SELECT RAISE(ABORT, 'rows of proposal are never deleted'); END;
