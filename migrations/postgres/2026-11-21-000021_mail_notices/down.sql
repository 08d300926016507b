DROP TABLE mail_notice;
