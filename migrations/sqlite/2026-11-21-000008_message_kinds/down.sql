DROP TRIGGER message_identity_is_final;
DROP TRIGGER message_content_is_final;
DROP INDEX message_unconfirmed;
DROP INDEX message_resend_of;
DROP INDEX message_uncertain;
DROP INDEX message_failed;
ALTER TABLE message DROP COLUMN call_outcome;

-- The release before does not know these kinds.
UPDATE message SET kind = 'plan_letter' WHERE kind = 'sent_now';
UPDATE message SET kind = 'manual' WHERE kind IN ('notification', 'call');

CREATE TRIGGER message_identity_is_final BEFORE UPDATE ON message
WHEN NEW.id IS NOT OLD.id OR NEW.channel IS NOT OLD.channel OR NEW.kind IS NOT OLD.kind
    OR NEW.external_id IS NOT OLD.external_id OR NEW.classification IS NOT OLD.classification
    OR NEW.attachments IS NOT OLD.attachments OR NEW.unique_key IS NOT OLD.unique_key
    OR NEW.resend_of IS NOT OLD.resend_of OR NEW.duplicate_of IS NOT OLD.duplicate_of
    OR NEW.created_at IS NOT OLD.created_at
BEGIN SELECT RAISE(ABORT, 'what a message is never changes'); END;

-- An automatic letter gets its text when it is claimed; a manual one has its text from the start.
CREATE TRIGGER message_content_is_final BEFORE UPDATE ON message
WHEN (OLD.delivery IS NOT 'queued' OR OLD.kind = 'manual') AND (
    NEW.subject IS NOT OLD.subject OR NEW.body IS NOT OLD.body OR NEW.body_quoted IS NOT OLD.body_quoted
    OR NEW.from_address IS NOT OLD.from_address OR NEW.to_address IS NOT OLD.to_address
    OR NEW.correspondent IS NOT OLD.correspondent
    OR NEW.in_reply_to IS NOT OLD.in_reply_to OR NEW.reference_ids IS NOT OLD.reference_ids)
BEGIN SELECT RAISE(ABORT, 'the content of a message that left the queue never changes'); END;
