-- What the mail itself tells of how far it is to be trusted.
ALTER TABLE mail_flag DROP CONSTRAINT mail_flag_flag_check;
ALTER TABLE mail_flag ADD CONSTRAINT mail_flag_flag_check CHECK (flag IN ('forged_reply_address', 'further_cases', 'automatic_by_label', 'unverified_signature', 'encrypted'));
