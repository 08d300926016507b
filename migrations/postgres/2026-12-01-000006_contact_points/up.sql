-- Ways to reach somebody, as they are compared: an e-mail address in lower case, a telephone number as E.164. The key names them everywhere.
CREATE TABLE contact_point (
    key text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('email', 'phone'))
);

-- Those that stand in a case's record, whether they were ever written to or not.
CREATE TABLE case_contact (
    case_id bigint NOT NULL REFERENCES icsr (id),
    key text NOT NULL REFERENCES contact_point (key),
    PRIMARY KEY (case_id, key)
);

CREATE INDEX case_contact_key ON case_contact (key, case_id);

-- Those that must not be written to.
CREATE TABLE blocked_contact (
    key text PRIMARY KEY REFERENCES contact_point (key),
    reason text NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL
);

-- Those at which messages failed.
CREATE TABLE failed_contact (
    key text PRIMARY KEY REFERENCES contact_point (key),
    permanence text NOT NULL CHECK (permanence IN ('hard', 'soft')),
    reason text NOT NULL CHECK (reason IN ('unknown_user', 'unknown_host', 'mailbox_full', 'too_large', 'refused', 'unreachable', 'loop', 'other')),
    status text,
    message_id bigint REFERENCES message (id),
    in_a_row integer NOT NULL,
    -- Nothing goes to it by itself.
    held boolean NOT NULL,
    at timestamptz NOT NULL
);

CREATE INDEX failed_contact_held ON failed_contact (key) WHERE held;

-- Letters that wait for one to work again; attempt 0 is the case's automatic request.
CREATE TABLE held_letter (
    case_id bigint NOT NULL REFERENCES icsr (id),
    attempt_id bigint NOT NULL,
    key text NOT NULL REFERENCES contact_point (key),
    PRIMARY KEY (case_id, attempt_id)
);

CREATE INDEX held_letter_key ON held_letter (key, case_id);
