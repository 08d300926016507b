-- How a follow-up was closed, and since when it waits for an answer.
ALTER TABLE icsr ADD COLUMN closure_reason text;
ALTER TABLE icsr ADD COLUMN closure_notes text;
ALTER TABLE icsr ADD COLUMN closed_at timestamptz;
ALTER TABLE icsr ADD COLUMN awaiting_since timestamptz;
ALTER TABLE icsr ADD COLUMN escalated_at timestamptz;

CREATE INDEX icsr_awaiting ON icsr (awaiting_since, id) WHERE awaiting_since IS NOT NULL;
CREATE INDEX icsr_to_escalate ON icsr (followup_status, id, awaiting_since)
    WHERE awaiting_since IS NOT NULL AND escalated_at IS NULL;

ALTER TABLE attempt ADD COLUMN reactivated_at timestamptz;

-- Closing a case takes what is queued of it out of the queue.
CREATE INDEX message_queue_case ON message_queue (case_id, message_id);
