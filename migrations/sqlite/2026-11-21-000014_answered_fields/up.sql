-- Fields that a message asked for and the case answers now, with the message that asked and the one by which the reporter answered.
CREATE TABLE answered_field (
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    path TEXT NOT NULL,
    product TEXT,
    asked_by BIGINT NOT NULL REFERENCES message (id),
    answered_by BIGINT REFERENCES message (id),
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, path)
);
