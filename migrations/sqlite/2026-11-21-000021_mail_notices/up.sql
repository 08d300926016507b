-- What an automatic mail says: of a report, about which message of ours and what; of an automatic answer, when its author is back.
CREATE TABLE mail_notice (
    message_id INTEGER PRIMARY KEY REFERENCES message (id),
    why TEXT NOT NULL,
    about BIGINT REFERENCES message (id),
    action TEXT,
    address TEXT,
    permanence TEXT,
    reason TEXT,
    status TEXT,
    returns_on TEXT
);

CREATE INDEX mail_notice_about ON mail_notice (about, message_id);
