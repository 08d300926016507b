-- What left up to here is not waited for: the follow-up was opened anew then, or nothing was missing.
ALTER TABLE icsr ADD COLUMN settled_at timestamptz;
