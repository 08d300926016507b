DROP TRIGGER thread_is_read ON thread_read;
DROP TRIGGER reply_is_unread ON message;
DROP FUNCTION drop_unread_replies;
DROP FUNCTION keep_unread_reply;
DROP TABLE unread_reply;
