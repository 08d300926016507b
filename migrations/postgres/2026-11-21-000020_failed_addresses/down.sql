DROP TABLE held_letter;
DROP TABLE failed_address;
