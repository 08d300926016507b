-- A reply as it reads beside the letter that it was found to answer after it had been stored: by a person's hand. The stored text stays.
CREATE TABLE reply_reading (
    message_id BIGINT NOT NULL REFERENCES message (id),
    parent_id BIGINT NOT NULL REFERENCES message (id),
    body TEXT NOT NULL,
    body_quoted TEXT,
    PRIMARY KEY (message_id, parent_id)
);

CREATE TRIGGER reply_reading_is_not_changed BEFORE UPDATE ON reply_reading
BEGIN SELECT RAISE(ABORT, 'rows of reply_reading are never changed'); END;
CREATE TRIGGER reply_reading_is_kept BEFORE DELETE ON reply_reading
BEGIN SELECT RAISE(ABORT, 'rows of reply_reading are never deleted'); END;
