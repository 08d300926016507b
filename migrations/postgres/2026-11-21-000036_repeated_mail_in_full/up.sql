-- A mail with a Message-ID that was seen before repeats an earlier one only when it brings nothing new: neither text nor quote, neither
-- attachments nor what it answers.
CREATE OR REPLACE FUNCTION keep_unread_reply() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM message AS earlier
        WHERE earlier.id = NEW.duplicate_of AND earlier.case_id = NEW.case_id AND earlier.classification = 'human' AND earlier.body = NEW.body
        AND earlier.body_quoted IS NOT DISTINCT FROM NEW.body_quoted AND earlier.attachments = NEW.attachments
        AND earlier.in_reply_to = NEW.in_reply_to AND earlier.reference_ids = NEW.reference_ids)
    THEN
        RETURN NULL;
    END IF;
    INSERT INTO unread_reply (case_id, message_id) SELECT NEW.case_id, NEW.id
    WHERE TG_OP = 'UPDATE' OR NEW.id > COALESCE((SELECT max(up_to) FROM thread_read WHERE thread_read.case_id = NEW.case_id), 0)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END;
$$;
