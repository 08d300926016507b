-- One row for each human reply that nobody marked as read, kept by triggers, so that a release that does not
-- know the table keeps it too. By id, not by arrival: a mail that was fetched late is new to whoever read the thread before.
CREATE TABLE unread_reply (
    case_id bigint NOT NULL REFERENCES icsr (id),
    message_id bigint NOT NULL REFERENCES message (id),
    PRIMARY KEY (case_id, message_id)
);

INSERT INTO unread_reply (case_id, message_id)
SELECT case_id, id FROM message
WHERE kind = 'inbound' AND classification = 'human' AND duplicate_of IS NULL AND case_id IS NOT NULL
    AND id > COALESCE((SELECT max(up_to) FROM thread_read WHERE thread_read.case_id = message.case_id), 0);

CREATE FUNCTION keep_unread_reply() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO unread_reply (case_id, message_id) SELECT NEW.case_id, NEW.id
    WHERE NEW.id > COALESCE((SELECT max(up_to) FROM thread_read WHERE thread_read.case_id = NEW.case_id), 0)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END;
$$;

CREATE FUNCTION drop_unread_replies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM unread_reply WHERE case_id = NEW.case_id AND message_id <= NEW.up_to;
    RETURN NULL;
END;
$$;

-- It came, or got a case.
CREATE TRIGGER reply_is_unread AFTER INSERT OR UPDATE OF case_id ON message FOR EACH ROW
    WHEN (NEW.kind = 'inbound' AND NEW.classification = 'human' AND NEW.duplicate_of IS NULL AND NEW.case_id IS NOT NULL)
    EXECUTE FUNCTION keep_unread_reply();
CREATE TRIGGER thread_is_read AFTER INSERT OR UPDATE ON thread_read FOR EACH ROW EXECUTE FUNCTION drop_unread_replies();
