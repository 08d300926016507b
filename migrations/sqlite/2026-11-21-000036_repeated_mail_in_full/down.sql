DROP TRIGGER reply_is_unread;
DROP TRIGGER reply_becomes_unread;

CREATE TRIGGER reply_is_unread AFTER INSERT ON message
WHEN NEW.kind = 'inbound' AND NEW.classification = 'human' AND NEW.case_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM message AS earlier
    WHERE earlier.id = NEW.duplicate_of AND earlier.case_id = NEW.case_id AND earlier.classification = 'human' AND earlier.body = NEW.body)
BEGIN
    INSERT OR IGNORE INTO unread_reply (case_id, message_id) SELECT NEW.case_id, NEW.id
    WHERE NEW.id > COALESCE((SELECT max(up_to) FROM thread_read WHERE thread_read.case_id = NEW.case_id), 0);
END;

CREATE TRIGGER reply_becomes_unread AFTER UPDATE OF case_id ON message
WHEN OLD.case_id IS NULL AND NEW.kind = 'inbound' AND NEW.classification = 'human' AND NEW.case_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM message AS earlier
    WHERE earlier.id = NEW.duplicate_of AND earlier.case_id = NEW.case_id AND earlier.classification = 'human' AND earlier.body = NEW.body)
BEGIN INSERT OR IGNORE INTO unread_reply (case_id, message_id) VALUES (NEW.case_id, NEW.id); END;
