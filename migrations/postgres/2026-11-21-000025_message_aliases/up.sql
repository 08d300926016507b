-- Other ids of our messages: relays that replace the Message-ID, in the form in which they are looked for.
CREATE TABLE message_alias (
    alias text PRIMARY KEY,
    message_id bigint NOT NULL REFERENCES message (id)
);
