-- A reply as it reads beside the letter that it was found to answer after it had been stored: by a person's hand. The stored text stays.
CREATE TABLE reply_reading (
    message_id bigint NOT NULL REFERENCES message (id),
    parent_id bigint NOT NULL REFERENCES message (id),
    body text NOT NULL,
    body_quoted text,
    PRIMARY KEY (message_id, parent_id)
);

CREATE TRIGGER reply_reading_is_kept BEFORE UPDATE OR DELETE ON reply_reading FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reply_reading_is_not_truncated BEFORE TRUNCATE ON reply_reading FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
