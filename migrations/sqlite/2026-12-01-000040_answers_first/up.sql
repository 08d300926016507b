-- The case list in which a case with a new answer does not sink: those in which answers wait come first, then the last moved.
-- Not in the words of `case_standing_unattended`: SQLite would walk this one in its place.
CREATE INDEX case_standing_answers ON case_standing ((unattended = 0), moved_at DESC, case_id DESC);
