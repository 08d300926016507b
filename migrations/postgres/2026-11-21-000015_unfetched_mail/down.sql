DROP TABLE mailbox_refusal;
DROP TABLE inbound_copy;

-- The release before cannot hold a mail without bytes. It still stands in its mailbox.
DROP TRIGGER inbound_mail_is_kept ON inbound_mail;
DELETE FROM inbound_mail WHERE raw_id IS NULL;
CREATE TRIGGER inbound_mail_is_kept BEFORE DELETE ON inbound_mail FOR EACH ROW EXECUTE FUNCTION refuse_change();

DROP INDEX inbound_mail_without_bytes;
ALTER TABLE inbound_mail DROP CONSTRAINT inbound_mail_has_bytes;
ALTER TABLE inbound_mail ALTER COLUMN raw_id SET NOT NULL;

CREATE OR REPLACE FUNCTION guard_inbound_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.mailbox, NEW.uid_validity, NEW.uid, NEW.arrived_at, NEW.raw_id)
        IS DISTINCT FROM (OLD.id, OLD.mailbox, OLD.uid_validity, OLD.uid, OLD.arrived_at, OLD.raw_id) THEN
        RAISE EXCEPTION 'where an inbound mail came from never changes';
    END IF;
    RETURN NEW;
END;
$$;
