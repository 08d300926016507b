DROP TABLE answered_field;
