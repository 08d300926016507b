ALTER TABLE message_queue DROP COLUMN deferred;
DROP TABLE letter_draft;
