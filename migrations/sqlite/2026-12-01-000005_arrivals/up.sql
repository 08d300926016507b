-- What came in as it arrived: stored first, understood later.
CREATE TABLE arrival (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp', 'call')),
    -- Where it stood. Another mail at a known place has no UIDVALIDITY, and its place in `arrival_copy`.
    mailbox TEXT NOT NULL,
    uid_validity BIGINT,
    uid BIGINT,
    arrived_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    -- A mail that the server names and does not give stands in the quarantine without bytes, and may get them later.
    content_id BIGINT UNIQUE REFERENCES content (id),
    state TEXT NOT NULL CHECK (state IN ('stored', 'processed', 'quarantined')),
    reason TEXT,
    -- Only its beginning is stored: to read it as a whole would lose the rest unseen.
    is_partial BOOLEAN NOT NULL,
    message_id BIGINT REFERENCES message (id),
    CHECK (content_id IS NOT NULL OR (uid IS NOT NULL AND state <> 'stored')),
    UNIQUE (mailbox, uid_validity, uid)
);

CREATE INDEX arrival_state ON arrival (state, arrived_at, id);
CREATE INDEX arrival_without_bytes ON arrival (mailbox, uid_validity, uid) WHERE content_id IS NULL;

-- A mail that stands at another place of a mailbox too: after a change of UIDVALIDITY, or because somebody copied it.
CREATE TABLE arrival_copy (
    mailbox TEXT NOT NULL,
    uid_validity BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    arrival_id BIGINT NOT NULL REFERENCES arrival (id),
    PRIMARY KEY (mailbox, uid_validity, uid)
);

-- Quarantined mail that a person set aside for good: its state is 'processed', and it became no message.
CREATE TABLE discarded_arrival (
    arrival_id INTEGER PRIMARY KEY REFERENCES arrival (id),
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE INDEX discarded_arrival_at ON discarded_arrival (at, arrival_id);

CREATE TABLE mailbox_cursor (
    mailbox TEXT PRIMARY KEY NOT NULL,
    uid_validity BIGINT NOT NULL,
    last_uid BIGINT NOT NULL
);

-- How often the next mail of a mailbox could not be fetched.
CREATE TABLE mailbox_refusal (
    mailbox TEXT PRIMARY KEY NOT NULL,
    uid_validity BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    times BIGINT NOT NULL
);

-- How the reading of each mailbox goes: for /readyz, /metrics and the badge.
CREATE TABLE mailbox_health (
    mailbox TEXT PRIMARY KEY NOT NULL,
    last_success_at TEXT,
    last_error TEXT
        CHECK (last_error IN ('unreachable', 'tls', 'sign_in', 'mailbox', 'set_back', 'server', 'setting', 'store')),
    last_error_at TEXT,
    failing_since TEXT,
    alarm_since TEXT,
    reconciled_at TEXT,
    mailbox_count BIGINT,
    stored_count BIGINT
);

-- A person wants the mails of a mailbox that were not given to be asked for again at once.
CREATE TABLE mailbox_retry (
    mailbox TEXT PRIMARY KEY NOT NULL,
    requested_at TEXT NOT NULL
);

-- Mailboxes that were set back to an older state, until a comparison with what is stored agrees or a person has seen to it.
CREATE TABLE mailbox_set_back (
    mailbox TEXT PRIMARY KEY NOT NULL,
    since TEXT NOT NULL
);

CREATE TRIGGER arrival_is_final BEFORE UPDATE ON arrival
WHEN NEW.id IS NOT OLD.id OR NEW.channel IS NOT OLD.channel OR NEW.mailbox IS NOT OLD.mailbox
    OR NEW.uid_validity IS NOT OLD.uid_validity OR NEW.uid IS NOT OLD.uid
    OR (OLD.content_id IS NOT NULL AND (NEW.content_id IS NOT OLD.content_id OR NEW.arrived_at IS NOT OLD.arrived_at))
BEGIN SELECT RAISE(ABORT, 'where it came from, and what came, never changes'); END;
CREATE TRIGGER arrival_is_kept BEFORE DELETE ON arrival
BEGIN SELECT RAISE(ABORT, 'rows of arrival are never deleted'); END;

-- What was set aside comes back by its state alone; its decision goes after that, and stays in the audit trail.
CREATE TRIGGER discarded_arrival_is_not_changed BEFORE UPDATE ON discarded_arrival
BEGIN SELECT RAISE(ABORT, 'rows of discarded_arrival are never changed'); END;
CREATE TRIGGER discarded_arrival_is_kept BEFORE DELETE ON discarded_arrival
WHEN (SELECT state FROM arrival WHERE arrival.id = OLD.arrival_id) IS 'processed'
BEGIN SELECT RAISE(ABORT, 'a decision stands as long as the mail is set aside'); END;
CREATE TRIGGER discarded_arrival_is_reasoned BEFORE INSERT ON discarded_arrival
WHEN trim(NEW.reason) = '' OR trim(NEW.actor) = ''
BEGIN SELECT RAISE(ABORT, 'quarantined mail is set aside by somebody, for a reason'); END;
