DROP TABLE mailbox_cursor;
DROP TABLE inbound_mail;
