-- Fields that a message asked for and the case answers now, with the message that asked and the one by which the reporter answered.
CREATE TABLE answered_field (
    case_id bigint NOT NULL REFERENCES icsr (id),
    path text NOT NULL,
    product text,
    asked_by bigint NOT NULL REFERENCES message (id),
    answered_by bigint REFERENCES message (id),
    at timestamptz NOT NULL,
    PRIMARY KEY (case_id, path)
);
