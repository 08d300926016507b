-- Three kinds more: 'sent_now' (a plan's letter that a person sends now), 'notification' (to the unit itself, in no thread)
-- and 'call' (a telephone call that a person logged).
ALTER TABLE message ADD COLUMN call_outcome text CHECK ((call_outcome IS NOT NULL) = (kind = 'call'));

-- What waits for a person, so that counting it never grows with the table of messages.
CREATE INDEX message_failed ON message (id) WHERE status = 'failed' AND kind NOT IN ('notification', 'call');
CREATE INDEX message_uncertain ON message (id) WHERE status = 'uncertain' AND kind NOT IN ('notification', 'call');
CREATE INDEX message_resend_of ON message (resend_of) WHERE resend_of IS NOT NULL;
CREATE INDEX message_unconfirmed ON message (case_id) WHERE NOT match_confirmed AND classification = 'human';

CREATE OR REPLACE FUNCTION guard_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.channel, NEW.kind, NEW.external_id, NEW.classification, NEW.attachments, NEW.unique_key, NEW.resend_of,
        NEW.duplicate_of, NEW.call_outcome, NEW.created_at)
        IS DISTINCT FROM
       (OLD.id, OLD.channel, OLD.kind, OLD.external_id, OLD.classification, OLD.attachments, OLD.unique_key, OLD.resend_of,
        OLD.duplicate_of, OLD.call_outcome, OLD.created_at) THEN
        RAISE EXCEPTION 'what a message is never changes';
    END IF;
    -- Letters that the service writes get their text when they are claimed; every other message has its text from the start.
    IF (OLD.delivery IS DISTINCT FROM 'queued' OR OLD.kind NOT IN ('automatic_request', 'plan_letter', 'sent_now'))
        AND (NEW.subject, NEW.body, NEW.body_quoted, NEW.from_address, NEW.to_address, NEW.correspondent, NEW.in_reply_to, NEW.reference_ids)
        IS DISTINCT FROM
            (OLD.subject, OLD.body, OLD.body_quoted, OLD.from_address, OLD.to_address, OLD.correspondent, OLD.in_reply_to, OLD.reference_ids)
    THEN
        RAISE EXCEPTION 'the content of a message that left the queue never changes';
    END IF;
    IF (OLD.delivery IS DISTINCT FROM 'queued' AND (
            (OLD.raw_id IS NOT NULL AND NEW.raw_id IS DISTINCT FROM OLD.raw_id)
            OR (OLD.transmitted_at IS NOT NULL AND NEW.transmitted_at IS DISTINCT FROM OLD.transmitted_at)))
        OR (OLD.sent_at IS NOT NULL AND NEW.sent_at IS DISTINCT FROM OLD.sent_at)
        OR (OLD.case_id IS NOT NULL AND NEW.case_id IS DISTINCT FROM OLD.case_id) THEN
        RAISE EXCEPTION 'bytes, case and instants of a message are set once';
    END IF;
    -- A server that said itself that it does not take the message now has not taken it; silence is another matter.
    IF NEW.delivery = 'queued' AND (OLD.delivery IS NULL OR OLD.delivery NOT IN ('queued', 'transmitting')) THEN
        RAISE EXCEPTION 'a message that may have left never returns to the queue';
    END IF;
    RETURN NEW;
END;
$$;
