DROP INDEX message_queue_case;
ALTER TABLE attempt DROP COLUMN reactivated_at;
DROP INDEX icsr_to_escalate;
DROP INDEX icsr_awaiting;
ALTER TABLE icsr DROP COLUMN escalated_at;
ALTER TABLE icsr DROP COLUMN awaiting_since;
ALTER TABLE icsr DROP COLUMN closed_at;
ALTER TABLE icsr DROP COLUMN closure_notes;
ALTER TABLE icsr DROP COLUMN closure_reason;
