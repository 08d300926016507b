-- What the mail itself tells of how far it is to be trusted.
CREATE TABLE mail_flag_new (
    message_id BIGINT NOT NULL REFERENCES message (id),
    flag TEXT NOT NULL CHECK (flag IN ('forged_reply_address', 'further_cases', 'automatic_by_label', 'unverified_signature', 'encrypted')),
    PRIMARY KEY (message_id, flag)
);
INSERT INTO mail_flag_new (message_id, flag) SELECT message_id, flag FROM mail_flag;
DROP TABLE mail_flag;
ALTER TABLE mail_flag_new RENAME TO mail_flag;

CREATE TRIGGER mail_flag_is_not_changed BEFORE UPDATE ON mail_flag
BEGIN SELECT RAISE(ABORT, 'rows of mail_flag are never changed'); END;
CREATE TRIGGER mail_flag_is_kept BEFORE DELETE ON mail_flag
BEGIN SELECT RAISE(ABORT, 'rows of mail_flag are never deleted'); END;
