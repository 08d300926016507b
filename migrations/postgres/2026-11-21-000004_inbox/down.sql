DROP TABLE mailbox_cursor;
DROP TABLE inbound_mail;
DROP FUNCTION guard_inbound_mail;
