-- Addresses at which letters failed, in lower case.
CREATE TABLE failed_address (
    address TEXT PRIMARY KEY NOT NULL,
    permanence TEXT NOT NULL,
    reason TEXT NOT NULL,
    status TEXT,
    message_id BIGINT REFERENCES message (id),
    in_a_row INTEGER NOT NULL,
    -- Nothing goes to it by itself.
    held BOOLEAN NOT NULL,
    at TEXT NOT NULL
);

CREATE INDEX failed_address_held ON failed_address (address) WHERE held;

-- Letters that wait for an address to work again; attempt 0 is the case's automatic request.
CREATE TABLE held_letter (
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    attempt_id BIGINT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (case_id, attempt_id)
);
