DROP TRIGGER mail_is_set_aside ON discarded_mail;
DROP TRIGGER mail_gets_a_case ON message;
DROP TRIGGER mail_is_unassigned ON message;
DROP FUNCTION set_mail_aside();
DROP FUNCTION keep_unassigned_mail();
CREATE INDEX message_unassigned ON message (created_at, id) WHERE case_id IS NULL;
DROP TABLE unassigned_mail;
