-- Mail of no case that a person set aside, and why. It stays, and may still get a case.
CREATE TABLE discarded_mail (
    message_id INTEGER PRIMARY KEY REFERENCES message (id),
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
);

-- A mail that a person assigns is new to the case, however far its thread was read: its number is that of its arrival.
DROP TRIGGER reply_becomes_unread;
CREATE TRIGGER reply_becomes_unread AFTER UPDATE OF case_id ON message
WHEN OLD.case_id IS NULL AND NEW.kind = 'inbound' AND NEW.classification = 'human' AND NEW.case_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM message AS earlier
    WHERE earlier.id = NEW.duplicate_of AND earlier.case_id = NEW.case_id AND earlier.classification = 'human' AND earlier.body = NEW.body)
BEGIN INSERT OR IGNORE INTO unread_reply (case_id, message_id) VALUES (NEW.case_id, NEW.id); END;
