-- All that was ever asked for, documented, proposed or answered of a field, one entry after the other: its state is what they come to.
CREATE TABLE field_entry (
    -- Their order, too.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    -- The field, with the place that its product had then; and which product that was: its id in the case, and the name that it had.
    path TEXT NOT NULL,
    product_id BIGINT,
    product TEXT,
    state TEXT NOT NULL
        CHECK (state IN ('not_asked', 'asked', 'proposed', 'answered', 'unknown', 'withheld', 'unobtainable', 'open')),
    value TEXT,
    unit TEXT,
    null_flavor TEXT CHECK (null_flavor IN ('NI', 'MSK', 'ASKU', 'NASK', 'UNK')),
    -- The message that asked for it; the one that says it, and where in its text.
    asked_by BIGINT REFERENCES message (id),
    source_message BIGINT REFERENCES message (id),
    span_start INTEGER,
    span_end INTEGER,
    -- The entry that this one takes back: it counts no more.
    takes_back BIGINT REFERENCES field_entry (id),
    -- Who said so, why and when, where the trail alone does not tell: of what a letter asks, the letter does.
    actor TEXT,
    reason TEXT,
    at TEXT,
    CHECK (state <> 'asked' OR asked_by IS NOT NULL),
    CHECK (state NOT IN ('unknown', 'withheld', 'unobtainable') OR (actor IS NOT NULL AND reason IS NOT NULL AND at IS NOT NULL)),
    CHECK ((state = 'open') = (takes_back IS NOT NULL)),
    CHECK ((span_start IS NULL) = (span_end IS NULL) AND (span_start IS NULL OR source_message IS NOT NULL))
);

CREATE INDEX field_entry_case ON field_entry (case_id, id);
CREATE INDEX field_entry_asked ON field_entry (asked_by, id) WHERE asked_by IS NOT NULL;
CREATE UNIQUE INDEX field_entry_takes_back ON field_entry (takes_back) WHERE takes_back IS NOT NULL;

-- What a message asks for is final once it left the queue.
CREATE TRIGGER field_entry_is_not_asked_late BEFORE INSERT ON field_entry
WHEN NEW.state = 'asked' AND (SELECT delivery FROM outbound WHERE message_id = NEW.asked_by) IS NOT 'queued'
BEGIN SELECT RAISE(ABORT, 'what a message that left the queue asked for is final'); END;

CREATE TRIGGER field_entry_is_not_taken_back_late BEFORE INSERT ON field_entry
WHEN EXISTS (SELECT 1 FROM field_entry AS asked WHERE asked.id = NEW.takes_back AND asked.state = 'asked'
    AND (SELECT delivery FROM outbound WHERE message_id = asked.asked_by) IS NOT 'queued')
BEGIN SELECT RAISE(ABORT, 'what a message that left the queue asked for is final'); END;

CREATE TRIGGER field_entry_is_not_changed BEFORE UPDATE ON field_entry
BEGIN SELECT RAISE(ABORT, 'rows of field_entry are never changed'); END;
CREATE TRIGGER field_entry_is_kept BEFORE DELETE ON field_entry
BEGIN SELECT RAISE(ABORT, 'rows of field_entry are never deleted'); END;
