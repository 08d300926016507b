-- A mail that the server names but does not give stands in the quarantine without bytes, and may get them later.
CREATE TABLE inbound_mail_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox TEXT NOT NULL,
    uid_validity BIGINT,
    uid BIGINT,
    arrived_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    raw_id BIGINT UNIQUE REFERENCES raw_mail (id),
    state TEXT NOT NULL CHECK (state IN ('stored', 'processed', 'quarantined')),
    reason TEXT,
    message_id BIGINT REFERENCES message (id),
    CHECK (raw_id IS NOT NULL OR (uid IS NOT NULL AND state <> 'stored')),
    UNIQUE (mailbox, uid_validity, uid)
);

INSERT INTO inbound_mail_new (id, mailbox, uid_validity, uid, arrived_at, recorded_at, raw_id, state, reason, message_id)
SELECT id, mailbox, uid_validity, uid, arrived_at, recorded_at, raw_id, state, reason, message_id FROM inbound_mail;
DROP TABLE inbound_mail;
ALTER TABLE inbound_mail_new RENAME TO inbound_mail;

CREATE INDEX inbound_mail_state ON inbound_mail (state, arrived_at, id);
CREATE INDEX inbound_mail_without_bytes ON inbound_mail (mailbox, uid_validity, uid) WHERE raw_id IS NULL;

CREATE TRIGGER inbound_mail_is_not_deleted BEFORE DELETE ON inbound_mail
BEGIN SELECT RAISE(ABORT, 'inbound mail is never deleted'); END;

CREATE TRIGGER inbound_mail_is_final BEFORE UPDATE ON inbound_mail
WHEN NEW.id IS NOT OLD.id OR NEW.mailbox IS NOT OLD.mailbox OR NEW.uid_validity IS NOT OLD.uid_validity OR NEW.uid IS NOT OLD.uid
    OR (OLD.raw_id IS NOT NULL AND (NEW.raw_id IS NOT OLD.raw_id OR NEW.arrived_at IS NOT OLD.arrived_at))
BEGIN SELECT RAISE(ABORT, 'where an inbound mail came from never changes'); END;

-- A mail that stands at another place of a mailbox too: after a change of UIDVALIDITY, or because somebody copied it.
CREATE TABLE inbound_copy (
    mailbox TEXT NOT NULL,
    uid_validity BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    inbound_mail_id BIGINT NOT NULL REFERENCES inbound_mail (id),
    PRIMARY KEY (mailbox, uid_validity, uid)
);

-- How often the next mail of a mailbox could not be fetched.
CREATE TABLE mailbox_refusal (
    mailbox TEXT PRIMARY KEY NOT NULL,
    uid_validity BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    times BIGINT NOT NULL
);
