-- A mail that the server names but does not give stands in the quarantine without bytes, and may get them later.
ALTER TABLE inbound_mail ALTER COLUMN raw_id DROP NOT NULL;
ALTER TABLE inbound_mail ADD CONSTRAINT inbound_mail_has_bytes CHECK (raw_id IS NOT NULL OR (uid IS NOT NULL AND state <> 'stored'));

CREATE INDEX inbound_mail_without_bytes ON inbound_mail (mailbox, uid_validity, uid) WHERE raw_id IS NULL;

CREATE OR REPLACE FUNCTION guard_inbound_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.mailbox, NEW.uid_validity, NEW.uid) IS DISTINCT FROM (OLD.id, OLD.mailbox, OLD.uid_validity, OLD.uid)
        OR (OLD.raw_id IS NOT NULL AND (NEW.raw_id, NEW.arrived_at) IS DISTINCT FROM (OLD.raw_id, OLD.arrived_at)) THEN
        RAISE EXCEPTION 'where an inbound mail came from never changes';
    END IF;
    RETURN NEW;
END;
$$;

-- A mail that stands at another place of a mailbox too: after a change of UIDVALIDITY, or because somebody copied it.
CREATE TABLE inbound_copy (
    mailbox text NOT NULL,
    uid_validity bigint NOT NULL,
    uid bigint NOT NULL,
    inbound_mail_id bigint NOT NULL REFERENCES inbound_mail (id),
    PRIMARY KEY (mailbox, uid_validity, uid)
);

-- How often the next mail of a mailbox could not be fetched.
CREATE TABLE mailbox_refusal (
    mailbox text PRIMARY KEY,
    uid_validity bigint NOT NULL,
    uid bigint NOT NULL,
    times bigint NOT NULL
);
