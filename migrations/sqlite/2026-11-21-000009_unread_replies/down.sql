DROP TRIGGER thread_is_read_on;
DROP TRIGGER thread_is_read;
DROP TRIGGER reply_becomes_unread;
DROP TRIGGER reply_is_unread;
DROP TABLE unread_reply;
