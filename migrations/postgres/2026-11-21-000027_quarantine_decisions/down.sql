UPDATE inbound_mail SET state = 'quarantined' WHERE id IN (SELECT inbound_mail_id FROM discarded_quarantine);
DROP TABLE mailbox_retry;
DROP TABLE partial_mail;
DROP TABLE discarded_quarantine;
