DROP TABLE mailbox_set_back;
DROP TABLE mailbox_retry;
DROP TABLE mailbox_health;
DROP TABLE mailbox_refusal;
DROP TABLE mailbox_cursor;
DROP TABLE discarded_arrival;
DROP TABLE arrival_copy;
DROP TABLE arrival;
