-- Addresses at which letters failed, in lower case.
CREATE TABLE failed_address (
    address text PRIMARY KEY NOT NULL,
    permanence text NOT NULL,
    reason text NOT NULL,
    status text,
    message_id bigint REFERENCES message (id),
    in_a_row integer NOT NULL,
    -- Nothing goes to it by itself.
    held boolean NOT NULL,
    at timestamptz NOT NULL
);

CREATE INDEX failed_address_held ON failed_address (address) WHERE held;

-- Letters that wait for an address to work again; attempt 0 is the case's automatic request.
CREATE TABLE held_letter (
    case_id bigint NOT NULL REFERENCES icsr (id),
    attempt_id bigint NOT NULL,
    address text NOT NULL,
    PRIMARY KEY (case_id, attempt_id)
);
