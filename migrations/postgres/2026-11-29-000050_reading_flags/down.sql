ALTER TABLE mail_flag DROP CONSTRAINT mail_flag_flag_check;
ALTER TABLE mail_flag ADD CONSTRAINT mail_flag_flag_check CHECK (flag IN ('forged_reply_address', 'further_cases')) NOT VALID;
