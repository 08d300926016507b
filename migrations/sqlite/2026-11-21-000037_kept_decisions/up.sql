-- What automatic mails said, and what people decided about mail, is proof like the mail itself. A mail that was set aside comes back out of
-- quarantine by its state alone; its decision goes after that, and stays in the audit trail.
-- A person may say once about which letter a report is.
CREATE TRIGGER mail_notice_is_not_changed BEFORE UPDATE ON mail_notice
WHEN OLD.about IS NOT NULL OR NEW.message_id IS NOT OLD.message_id OR NEW.why IS NOT OLD.why OR NEW.returns_on IS NOT OLD.returns_on
BEGIN SELECT RAISE(ABORT, 'rows of mail_notice are never changed'); END;
CREATE TRIGGER mail_notice_is_kept BEFORE DELETE ON mail_notice
BEGIN SELECT RAISE(ABORT, 'rows of mail_notice are never deleted'); END;

CREATE TRIGGER discarded_mail_is_not_changed BEFORE UPDATE ON discarded_mail
BEGIN SELECT RAISE(ABORT, 'rows of discarded_mail are never changed'); END;
CREATE TRIGGER discarded_mail_is_kept BEFORE DELETE ON discarded_mail
BEGIN SELECT RAISE(ABORT, 'rows of discarded_mail are never deleted'); END;
CREATE TRIGGER discarded_mail_is_reasoned BEFORE INSERT ON discarded_mail
WHEN trim(NEW.reason) = '' OR trim(NEW.actor) = '' OR NOT EXISTS (
    SELECT 1 FROM message WHERE message.id = NEW.message_id AND message.kind = 'inbound' AND message.case_id IS NULL)
BEGIN SELECT RAISE(ABORT, 'only mail of no case is set aside, by somebody, for a reason'); END;

CREATE TRIGGER discarded_quarantine_is_not_changed BEFORE UPDATE ON discarded_quarantine
BEGIN SELECT RAISE(ABORT, 'rows of discarded_quarantine are never changed'); END;
CREATE TRIGGER discarded_quarantine_is_kept BEFORE DELETE ON discarded_quarantine
WHEN (SELECT state FROM inbound_mail WHERE inbound_mail.id = OLD.inbound_mail_id) IS 'processed'
BEGIN SELECT RAISE(ABORT, 'a decision stands as long as the mail is set aside'); END;
CREATE TRIGGER discarded_quarantine_is_reasoned BEFORE INSERT ON discarded_quarantine
WHEN trim(NEW.reason) = '' OR trim(NEW.actor) = ''
BEGIN SELECT RAISE(ABORT, 'quarantined mail is set aside by somebody, for a reason'); END;
