DROP TABLE proposal;
DROP TABLE answer_reading;
