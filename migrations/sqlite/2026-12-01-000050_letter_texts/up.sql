-- The unit's own letters, by the names of those that they replace. Without a text the unit went back to the one that is brought along; the row stays, so
-- that nobody who saw an earlier version takes this one for it.
CREATE TABLE letter_text (
    name TEXT PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    body TEXT
);
