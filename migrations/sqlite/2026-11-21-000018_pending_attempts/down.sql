DROP INDEX attempt_pending;
