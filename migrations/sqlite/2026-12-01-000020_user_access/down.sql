ALTER TABLE app_user DROP COLUMN tokens_valid_from;
