DROP INDEX held_letter_address;
