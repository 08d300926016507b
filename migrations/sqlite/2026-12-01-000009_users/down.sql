DROP TABLE idempotency_key;
DROP TABLE app_user;
