-- Quarantined mail that a person set aside for good: its state is 'processed', and it became no message.
CREATE TABLE discarded_quarantine (
    inbound_mail_id INTEGER PRIMARY KEY REFERENCES inbound_mail (id),
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE INDEX discarded_quarantine_at ON discarded_quarantine (at, inbound_mail_id);

-- Mail of which only the beginning is stored: to read it as a whole mail would lose the rest unseen.
CREATE TABLE partial_mail (
    inbound_mail_id INTEGER PRIMARY KEY REFERENCES inbound_mail (id)
);

INSERT INTO partial_mail (inbound_mail_id)
SELECT id FROM inbound_mail WHERE state = 'quarantined' AND reason LIKE 'el mensaje mide % y supera el límite de %';

-- A person wants the mails of a mailbox that were not given to be asked for again at once.
CREATE TABLE mailbox_retry (
    mailbox TEXT PRIMARY KEY NOT NULL,
    requested_at TEXT NOT NULL
);
