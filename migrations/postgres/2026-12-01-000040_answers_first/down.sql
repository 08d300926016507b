DROP INDEX case_standing_answers;
