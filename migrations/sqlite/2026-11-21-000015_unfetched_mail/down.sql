DROP TABLE mailbox_refusal;
DROP TABLE inbound_copy;

-- The release before cannot hold a mail without bytes. It still stands in its mailbox.
CREATE TABLE inbound_mail_old (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox TEXT NOT NULL,
    uid_validity BIGINT,
    uid BIGINT,
    arrived_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    raw_id BIGINT NOT NULL UNIQUE REFERENCES raw_mail (id),
    state TEXT NOT NULL CHECK (state IN ('stored', 'processed', 'quarantined')),
    reason TEXT,
    message_id BIGINT REFERENCES message (id),
    UNIQUE (mailbox, uid_validity, uid)
);

INSERT INTO inbound_mail_old (id, mailbox, uid_validity, uid, arrived_at, recorded_at, raw_id, state, reason, message_id)
SELECT id, mailbox, uid_validity, uid, arrived_at, recorded_at, raw_id, state, reason, message_id FROM inbound_mail WHERE raw_id IS NOT NULL;
DROP TABLE inbound_mail;
ALTER TABLE inbound_mail_old RENAME TO inbound_mail;

CREATE INDEX inbound_mail_state ON inbound_mail (state, arrived_at, id);

CREATE TRIGGER inbound_mail_is_not_deleted BEFORE DELETE ON inbound_mail
BEGIN SELECT RAISE(ABORT, 'inbound mail is never deleted'); END;

CREATE TRIGGER inbound_mail_is_final BEFORE UPDATE ON inbound_mail
WHEN NEW.id IS NOT OLD.id OR NEW.mailbox IS NOT OLD.mailbox OR NEW.uid_validity IS NOT OLD.uid_validity OR NEW.uid IS NOT OLD.uid
    OR NEW.arrived_at IS NOT OLD.arrived_at OR NEW.raw_id IS NOT OLD.raw_id
BEGIN SELECT RAISE(ABORT, 'where an inbound mail came from never changes'); END;
