-- Due attempts by channel, so that counting them for /metrics never grows with the table of attempts: a call waits for a
-- person, a letter for the dispatcher.
CREATE INDEX attempt_pending ON attempt (channel, due_at) WHERE status = 'pending';
