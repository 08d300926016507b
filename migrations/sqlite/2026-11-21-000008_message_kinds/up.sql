-- Three kinds more: 'sent_now' (a plan's letter that a person sends now), 'notification' (to the unit itself, in no thread)
-- and 'call' (a telephone call that a person logged).
ALTER TABLE message ADD COLUMN call_outcome TEXT CHECK ((call_outcome IS NOT NULL) = (kind = 'call'));

-- What waits for a person, so that counting it never grows with the table of messages.
CREATE INDEX message_failed ON message (id) WHERE status = 'failed' AND kind NOT IN ('notification', 'call');
CREATE INDEX message_uncertain ON message (id) WHERE status = 'uncertain' AND kind NOT IN ('notification', 'call');
CREATE INDEX message_resend_of ON message (resend_of) WHERE resend_of IS NOT NULL;
CREATE INDEX message_unconfirmed ON message (case_id) WHERE NOT match_confirmed AND classification = 'human';

DROP TRIGGER message_identity_is_final;
CREATE TRIGGER message_identity_is_final BEFORE UPDATE ON message
WHEN NEW.id IS NOT OLD.id OR NEW.channel IS NOT OLD.channel OR NEW.kind IS NOT OLD.kind
    OR NEW.external_id IS NOT OLD.external_id OR NEW.classification IS NOT OLD.classification
    OR NEW.attachments IS NOT OLD.attachments OR NEW.unique_key IS NOT OLD.unique_key
    OR NEW.resend_of IS NOT OLD.resend_of OR NEW.duplicate_of IS NOT OLD.duplicate_of
    OR NEW.call_outcome IS NOT OLD.call_outcome OR NEW.created_at IS NOT OLD.created_at
BEGIN SELECT RAISE(ABORT, 'what a message is never changes'); END;

-- Letters that the service writes get their text when they are claimed; every other message has its text from the start.
DROP TRIGGER message_content_is_final;
CREATE TRIGGER message_content_is_final BEFORE UPDATE ON message
WHEN (OLD.delivery IS NOT 'queued' OR OLD.kind NOT IN ('automatic_request', 'plan_letter', 'sent_now')) AND (
    NEW.subject IS NOT OLD.subject OR NEW.body IS NOT OLD.body OR NEW.body_quoted IS NOT OLD.body_quoted
    OR NEW.from_address IS NOT OLD.from_address OR NEW.to_address IS NOT OLD.to_address
    OR NEW.correspondent IS NOT OLD.correspondent
    OR NEW.in_reply_to IS NOT OLD.in_reply_to OR NEW.reference_ids IS NOT OLD.reference_ids)
BEGIN SELECT RAISE(ABORT, 'the content of a message that left the queue never changes'); END;
