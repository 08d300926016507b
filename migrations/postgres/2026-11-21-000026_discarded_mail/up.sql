-- Mail of no case that a person set aside, and why. It stays, and may still get a case.
CREATE TABLE discarded_mail (
    message_id bigint PRIMARY KEY REFERENCES message (id),
    reason text NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL
);

-- A mail that a person assigns is new to the case, however far its thread was read: its number is that of its arrival.
CREATE OR REPLACE FUNCTION keep_unread_reply() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM message AS earlier
        WHERE earlier.id = NEW.duplicate_of AND earlier.case_id = NEW.case_id AND earlier.classification = 'human' AND earlier.body = NEW.body)
    THEN
        RETURN NULL;
    END IF;
    INSERT INTO unread_reply (case_id, message_id) SELECT NEW.case_id, NEW.id
    WHERE TG_OP = 'UPDATE' OR NEW.id > COALESCE((SELECT max(up_to) FROM thread_read WHERE thread_read.case_id = NEW.case_id), 0)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END;
$$;
