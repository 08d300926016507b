-- A mail with a Message-ID that was seen before is unread too, unless it says in the same case what was said there before: some gateways
-- give every mail the same Message-ID.
DROP TRIGGER reply_is_unread ON message;

CREATE OR REPLACE FUNCTION keep_unread_reply() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM message AS earlier
        WHERE earlier.id = NEW.duplicate_of AND earlier.case_id = NEW.case_id AND earlier.classification = 'human' AND earlier.body = NEW.body)
    THEN
        RETURN NULL;
    END IF;
    INSERT INTO unread_reply (case_id, message_id) SELECT NEW.case_id, NEW.id
    WHERE NEW.id > COALESCE((SELECT max(up_to) FROM thread_read WHERE thread_read.case_id = NEW.case_id), 0)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END;
$$;

CREATE TRIGGER reply_is_unread AFTER INSERT OR UPDATE OF case_id ON message FOR EACH ROW
    WHEN (NEW.kind = 'inbound' AND NEW.classification = 'human' AND NEW.case_id IS NOT NULL)
    EXECUTE FUNCTION keep_unread_reply();
