-- Letters that people are writing: one of each person for each case and channel. `sent_as` is the message that one became, until the next is written.
CREATE TABLE letter_draft (
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    username TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp', 'call')),
    version BIGINT NOT NULL,
    content TEXT NOT NULL CHECK (json_valid(content)),
    updated_at TEXT NOT NULL,
    sent_as BIGINT REFERENCES message (id),
    PRIMARY KEY (case_id, username, channel)
);

CREATE INDEX letter_draft_updated ON letter_draft (updated_at);
CREATE UNIQUE INDEX letter_draft_sent ON letter_draft (sent_as) WHERE sent_as IS NOT NULL;

-- Whoever put it into the queue left it to others to send. What a person sends at once is sent by nobody else.
ALTER TABLE message_queue ADD COLUMN deferred BOOLEAN NOT NULL DEFAULT FALSE;
