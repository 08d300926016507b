DROP TABLE letter_text;
