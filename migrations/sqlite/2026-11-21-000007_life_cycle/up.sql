-- How a follow-up was closed, and since when it waits for an answer.
ALTER TABLE icsr ADD COLUMN closure_reason TEXT;
ALTER TABLE icsr ADD COLUMN closure_notes TEXT;
ALTER TABLE icsr ADD COLUMN closed_at TEXT;
ALTER TABLE icsr ADD COLUMN awaiting_since TEXT;
ALTER TABLE icsr ADD COLUMN escalated_at TEXT;

CREATE INDEX icsr_awaiting ON icsr (awaiting_since, id) WHERE awaiting_since IS NOT NULL;
CREATE INDEX icsr_to_escalate ON icsr (followup_status, id, awaiting_since)
    WHERE awaiting_since IS NOT NULL AND escalated_at IS NULL;

ALTER TABLE attempt ADD COLUMN reactivated_at TEXT;

-- Closing a case takes what is queued of it out of the queue.
CREATE INDEX message_queue_case ON message_queue (case_id, message_id);
