-- What was given to a user at this instant or before lets them in no more; NULL while all of it does.
ALTER TABLE app_user ADD COLUMN tokens_valid_from TEXT;
