DROP TABLE proposal;
DROP TABLE answer_reading;
DROP FUNCTION guard_proposal();
