-- What each case stands at, so that lists need not compute it: kept with every change of a case.
CREATE TABLE case_standing (
    case_id INTEGER PRIMARY KEY REFERENCES icsr (id),
    serious BOOLEAN,
    -- Of its first product, as lists show it.
    product TEXT,
    missing BIGINT NOT NULL,
    reachable BOOLEAN NOT NULL,
    unattended BIGINT NOT NULL,
    moved_at TEXT NOT NULL,
    next_at TEXT,
    next_kind TEXT CHECK (next_kind IN ('letter', 'call', 'answer')),
    -- The rules by which it was computed: by others, it is computed anew.
    computed_by TEXT NOT NULL,
    CHECK ((next_at IS NULL) = (next_kind IS NULL))
);

CREATE INDEX case_standing_moved ON case_standing (moved_at, case_id);
CREATE INDEX case_standing_next ON case_standing (next_at, case_id) WHERE next_at IS NOT NULL;
CREATE INDEX case_standing_unattended ON case_standing (case_id) WHERE unattended > 0;
CREATE INDEX case_standing_computed ON case_standing (computed_by, case_id);

-- The lanes in which a case needs a person, from when on: that may lie ahead.
CREATE TABLE case_lane (
    lane TEXT NOT NULL CHECK (lane IN ('unreachable', 'stalled', 'deadline_at_risk', 'to_close')),
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    ask TEXT NOT NULL CHECK (ask IN ('find_another_way', 'resume_plan', 'decide_next_step', 'report_in_time', 'close_unanswered', 'close_complete')),
    since TEXT NOT NULL,
    due_at TEXT,
    PRIMARY KEY (case_id, lane)
);

CREATE INDEX case_lane_since ON case_lane (lane, since, case_id);

-- Cases that are to be looked at again, because whether one of their addresses can be written to has changed.
CREATE TABLE outdated_standing (
    case_id INTEGER PRIMARY KEY REFERENCES icsr (id)
);

INSERT INTO case_standing (case_id, missing, reachable, unattended, moved_at, computed_by)
    SELECT id, 0, TRUE, 0, updated_at, '' FROM icsr;

-- The agenda of all cases.
CREATE INDEX attempt_agenda ON attempt (due_at, id);
-- The first answer of each case that waits, the oldest first.
CREATE INDEX inbound_unattended_oldest ON inbound (message_id) WHERE unattended_in IS NOT NULL;
