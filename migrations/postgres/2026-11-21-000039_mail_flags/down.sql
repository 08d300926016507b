DROP TABLE mail_flag;
