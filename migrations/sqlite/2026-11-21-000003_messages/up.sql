-- The exact bytes of mails, in and out; each once.
CREATE TABLE raw_mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    size BIGINT NOT NULL,
    bytes BLOB NOT NULL,
    stored_at TEXT NOT NULL
);

CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id BIGINT REFERENCES icsr (id),
    channel TEXT NOT NULL,
    -- 'inbound' is what came in; every other kind went out or is to go out.
    kind TEXT NOT NULL,
    subject TEXT,
    body TEXT NOT NULL,
    body_quoted TEXT,
    from_address TEXT,
    to_address TEXT,
    in_reply_to TEXT NOT NULL CHECK (json_valid(in_reply_to)),
    reference_ids TEXT NOT NULL CHECK (json_valid(reference_ids)),
    external_id TEXT,
    status TEXT,
    delivery TEXT,
    attempt_id BIGINT REFERENCES attempt (id),
    parent_id BIGINT REFERENCES message (id),
    resend_of BIGINT REFERENCES message (id),
    duplicate_of BIGINT REFERENCES message (id),
    classification TEXT,
    match_kind TEXT,
    match_confirmed BOOLEAN,
    attachments TEXT NOT NULL CHECK (json_valid(attachments)),
    raw_id BIGINT REFERENCES raw_mail (id),
    transport_response TEXT,
    error TEXT,
    unique_key TEXT UNIQUE,
    -- The other side's address in lower case: sender of what came in, recipient of what goes out.
    correspondent TEXT,
    created_at TEXT NOT NULL,
    transmitted_at TEXT,
    sent_at TEXT,
    recorded_at TEXT NOT NULL,
    CHECK (kind = 'inbound' OR case_id IS NOT NULL)
);

CREATE INDEX message_case ON message (case_id, created_at, id);
CREATE INDEX message_external_id ON message (external_id);
CREATE INDEX message_correspondent ON message (correspondent, transmitted_at);
CREATE INDEX message_unassigned ON message (created_at, id) WHERE case_id IS NULL;

-- One row for each message that is not settled, so that claiming never grows with the table of messages.
CREATE TABLE message_queue (
    message_id INTEGER PRIMARY KEY REFERENCES message (id),
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    state TEXT NOT NULL CHECK (state IN ('queued', 'transmitting', 'uncertain')),
    not_before TEXT NOT NULL,
    lease_until TEXT,
    token TEXT,
    tries INTEGER NOT NULL
);

CREATE INDEX message_queue_due ON message_queue (state, not_before, message_id);

CREATE TABLE asked_field (
    message_id BIGINT NOT NULL REFERENCES message (id),
    path TEXT NOT NULL,
    -- The product's name when it was asked about.
    product TEXT,
    position INTEGER NOT NULL,
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    PRIMARY KEY (message_id, path)
);

CREATE INDEX asked_field_case ON asked_field (case_id, message_id);

CREATE TABLE thread_read (
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    username TEXT NOT NULL,
    up_to BIGINT NOT NULL REFERENCES message (id),
    read_at TEXT NOT NULL,
    PRIMARY KEY (case_id, username)
);

-- What follows stops the service's own mistakes, not the owner of the file.

CREATE TRIGGER raw_mail_is_not_changed BEFORE UPDATE ON raw_mail
BEGIN SELECT RAISE(ABORT, 'raw mail is never changed'); END;

CREATE TRIGGER raw_mail_is_not_deleted BEFORE DELETE ON raw_mail
BEGIN SELECT RAISE(ABORT, 'raw mail is never deleted'); END;

CREATE TRIGGER message_is_not_deleted BEFORE DELETE ON message
BEGIN SELECT RAISE(ABORT, 'messages are never deleted'); END;

CREATE TRIGGER message_identity_is_final BEFORE UPDATE ON message
WHEN NEW.id IS NOT OLD.id OR NEW.channel IS NOT OLD.channel OR NEW.kind IS NOT OLD.kind
    OR NEW.external_id IS NOT OLD.external_id OR NEW.classification IS NOT OLD.classification
    OR NEW.attachments IS NOT OLD.attachments OR NEW.unique_key IS NOT OLD.unique_key
    OR NEW.resend_of IS NOT OLD.resend_of OR NEW.duplicate_of IS NOT OLD.duplicate_of
    OR NEW.created_at IS NOT OLD.created_at
BEGIN SELECT RAISE(ABORT, 'what a message is never changes'); END;

-- An automatic letter gets its text when it is claimed; a manual one has its text from the start.
CREATE TRIGGER message_content_is_final BEFORE UPDATE ON message
WHEN (OLD.delivery IS NOT 'queued' OR OLD.kind = 'manual') AND (
    NEW.subject IS NOT OLD.subject OR NEW.body IS NOT OLD.body OR NEW.body_quoted IS NOT OLD.body_quoted
    OR NEW.from_address IS NOT OLD.from_address OR NEW.to_address IS NOT OLD.to_address
    OR NEW.correspondent IS NOT OLD.correspondent
    OR NEW.in_reply_to IS NOT OLD.in_reply_to OR NEW.reference_ids IS NOT OLD.reference_ids)
BEGIN SELECT RAISE(ABORT, 'the content of a message that left the queue never changes'); END;

CREATE TRIGGER message_facts_are_set_once BEFORE UPDATE ON message
WHEN (OLD.delivery IS NOT 'queued' AND (
        (OLD.raw_id IS NOT NULL AND NEW.raw_id IS NOT OLD.raw_id)
        OR (OLD.transmitted_at IS NOT NULL AND NEW.transmitted_at IS NOT OLD.transmitted_at)))
    OR (OLD.sent_at IS NOT NULL AND NEW.sent_at IS NOT OLD.sent_at)
    OR (OLD.case_id IS NOT NULL AND NEW.case_id IS NOT OLD.case_id)
BEGIN SELECT RAISE(ABORT, 'bytes, case and instants of a message are set once'); END;

-- A server that said itself that it does not take the message now has not taken it; silence is another matter.
CREATE TRIGGER message_never_returns_to_the_queue BEFORE UPDATE ON message
WHEN NEW.delivery = 'queued' AND (OLD.delivery IS NULL OR OLD.delivery NOT IN ('queued', 'transmitting'))
BEGIN SELECT RAISE(ABORT, 'a message that may have left never returns to the queue'); END;

CREATE TRIGGER asked_field_is_not_changed BEFORE UPDATE ON asked_field
BEGIN SELECT RAISE(ABORT, 'asked fields are never changed'); END;

CREATE TRIGGER asked_field_is_not_added_late BEFORE INSERT ON asked_field
WHEN (SELECT delivery FROM message WHERE id = NEW.message_id) IS NOT 'queued'
BEGIN SELECT RAISE(ABORT, 'what a message that left the queue asked for is final'); END;

CREATE TRIGGER asked_field_is_not_deleted_late BEFORE DELETE ON asked_field
WHEN (SELECT delivery FROM message WHERE id = OLD.message_id) IS NOT 'queued'
BEGIN SELECT RAISE(ABORT, 'what a message that left the queue asked for is final'); END;
