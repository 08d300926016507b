-- What an automatic mail says: of a report, about which message of ours and what; of an automatic answer, when its author is back.
CREATE TABLE mail_notice (
    message_id bigint PRIMARY KEY REFERENCES message (id),
    why text NOT NULL,
    about bigint REFERENCES message (id),
    action text,
    address text,
    permanence text,
    reason text,
    status text,
    returns_on date
);

CREATE INDEX mail_notice_about ON mail_notice (about, message_id);
