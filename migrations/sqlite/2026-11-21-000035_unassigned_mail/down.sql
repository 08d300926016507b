DROP TRIGGER mail_is_set_aside;
DROP TRIGGER mail_gets_a_case;
DROP TRIGGER mail_is_unassigned;
CREATE INDEX message_unassigned ON message (created_at, id) WHERE case_id IS NULL;
DROP TABLE unassigned_mail;
