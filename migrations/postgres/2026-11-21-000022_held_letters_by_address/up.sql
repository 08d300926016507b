-- Clearing an address looks for what waits for it.
CREATE INDEX held_letter_address ON held_letter (address, case_id);
