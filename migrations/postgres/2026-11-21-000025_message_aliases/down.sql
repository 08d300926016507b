DROP TABLE message_alias;
