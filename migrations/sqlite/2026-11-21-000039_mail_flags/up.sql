-- What people should know of an inbound mail before they trust it.
CREATE TABLE mail_flag (
    message_id BIGINT NOT NULL REFERENCES message (id),
    flag TEXT NOT NULL CHECK (flag IN ('forged_reply_address', 'further_cases')),
    PRIMARY KEY (message_id, flag)
);

CREATE TRIGGER mail_flag_is_not_changed BEFORE UPDATE ON mail_flag
BEGIN SELECT RAISE(ABORT, 'rows of mail_flag are never changed'); END;
CREATE TRIGGER mail_flag_is_kept BEFORE DELETE ON mail_flag
BEGIN SELECT RAISE(ABORT, 'rows of mail_flag are never deleted'); END;
