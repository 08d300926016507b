-- Fields that a person documented as not to be had.
CREATE TABLE documented_field (
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    path TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('unknown', 'withheld', 'unobtainable')),
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, path)
);

-- Addresses that must not be written to, in lower case.
CREATE TABLE blocked_contact (
    address TEXT PRIMARY KEY NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
);
