-- What people should know of an inbound mail before they trust it.
CREATE TABLE mail_flag (
    message_id bigint NOT NULL REFERENCES message (id),
    flag text NOT NULL CHECK (flag IN ('forged_reply_address', 'further_cases')),
    PRIMARY KEY (message_id, flag)
);

CREATE TRIGGER mail_flag_is_kept BEFORE UPDATE OR DELETE ON mail_flag FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mail_flag_is_not_truncated BEFORE TRUNCATE ON mail_flag FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
