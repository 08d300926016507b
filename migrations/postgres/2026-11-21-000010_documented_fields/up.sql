-- Fields that a person documented as not to be had.
CREATE TABLE documented_field (
    case_id bigint NOT NULL REFERENCES icsr (id),
    path text NOT NULL,
    state text NOT NULL CHECK (state IN ('unknown', 'withheld', 'unobtainable')),
    reason text NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (case_id, path)
);

-- Addresses that must not be written to, in lower case.
CREATE TABLE blocked_contact (
    address text PRIMARY KEY,
    reason text NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL
);
