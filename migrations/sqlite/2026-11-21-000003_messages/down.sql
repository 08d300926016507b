DROP TABLE thread_read;
DROP TABLE asked_field;
DROP TABLE message_queue;
UPDATE icsr SET last_automatic_at = NULL, last_automatic_message = NULL;
UPDATE attempt SET message_id = NULL;
DROP TABLE message;
DROP TABLE raw_mail;
