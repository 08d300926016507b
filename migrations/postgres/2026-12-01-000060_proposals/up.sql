-- Answers in which rules look for values of the case's fields: each is read once; one that could not be read waits for other rules.
CREATE TABLE answer_reading (
    message_id bigint PRIMARY KEY REFERENCES message (id),
    case_id bigint NOT NULL REFERENCES icsr (id),
    state text NOT NULL CHECK (state IN ('waiting', 'read', 'failed')),
    -- The version of the rules that read it, or could not; and why not.
    version text,
    error text,
    -- The words that no rule understood: pairs of bytes of the message's text.
    unread jsonb NOT NULL DEFAULT '[]',
    at timestamptz,
    CHECK ((state = 'waiting') = (version IS NULL)),
    CHECK ((state = 'failed') = (error IS NOT NULL))
);

CREATE INDEX answer_reading_waiting ON answer_reading (message_id) WHERE state = 'waiting';
CREATE INDEX answer_reading_failed ON answer_reading (message_id) WHERE state = 'failed';
CREATE INDEX answer_reading_case ON answer_reading (case_id, message_id);

-- What an answer says of a field, and what a person decided about it.
CREATE TABLE proposal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES icsr (id),
    message_id bigint NOT NULL REFERENCES message (id),
    field text NOT NULL,
    product_id bigint,
    state text NOT NULL CHECK (state IN ('answered', 'unknown', 'withheld', 'later')),
    value text,
    unit text,
    exactness text NOT NULL CHECK (exactness IN ('exact', 'year', 'month', 'day', 'approximate')),
    computed boolean NOT NULL,
    -- The words that say it, and where they stood in the message's text as it was read: bytes. How a text is divided may change later.
    words text NOT NULL,
    span_start integer NOT NULL,
    span_end integer NOT NULL,
    rule text NOT NULL,
    class text NOT NULL CHECK (class IN ('A', 'B', 'C', 'Q')),
    conflicts jsonb NOT NULL,
    read_at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'accepted', 'rejected', 'standing')),
    decided_by text,
    decided_at timestamptz,
    decided_value text,
    reason text,
    CHECK ((state = 'answered') = (value IS NOT NULL)),
    CHECK (span_start >= 0 AND span_end >= span_start),
    CHECK ((status = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL))
);

CREATE INDEX proposal_open ON proposal (case_id, id) WHERE status = 'open';
CREATE INDEX proposal_decided ON proposal (case_id, decided_at, id) WHERE status <> 'open';

-- What was read never changes, and a decision is final.
CREATE FUNCTION guard_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'open' OR NEW.status = 'open'
        OR (NEW.case_id, NEW.message_id, NEW.field, NEW.product_id, NEW.state, NEW.value, NEW.unit, NEW.exactness, NEW.computed, NEW.span_start,
            NEW.span_end, NEW.words, NEW.rule, NEW.class, NEW.conflicts, NEW.read_at)
        IS DISTINCT FROM (OLD.case_id, OLD.message_id, OLD.field, OLD.product_id, OLD.state, OLD.value, OLD.unit, OLD.exactness, OLD.computed,
            OLD.span_start, OLD.span_end, OLD.words, OLD.rule, OLD.class, OLD.conflicts, OLD.read_at) THEN
        RAISE EXCEPTION 'what was read, and what was decided of it, is final';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER proposal_is_final BEFORE UPDATE ON proposal FOR EACH ROW EXECUTE FUNCTION guard_proposal();
CREATE TRIGGER proposal_is_kept BEFORE DELETE ON proposal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER proposal_is_not_truncated BEFORE TRUNCATE ON proposal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
