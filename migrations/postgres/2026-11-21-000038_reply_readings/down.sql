DROP TABLE reply_reading;
