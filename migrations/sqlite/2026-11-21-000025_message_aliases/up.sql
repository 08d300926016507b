-- Other ids of our messages: relays that replace the Message-ID, in the form in which they are looked for.
CREATE TABLE message_alias (
    alias TEXT PRIMARY KEY NOT NULL,
    message_id BIGINT NOT NULL REFERENCES message (id)
);
