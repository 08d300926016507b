-- The unit's own letters, by the names of those that they replace. Without a text the unit went back to the one that is brought along; the row stays, so
-- that nobody who saw an earlier version takes this one for it.
CREATE TABLE letter_text (
    name text PRIMARY KEY,
    version bigint NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL,
    body text
);
