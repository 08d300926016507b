-- What automatic mails said, and what people decided about mail, is proof like the mail itself. A mail that was set aside comes back out of
-- quarantine by its state alone; its decision goes after that, and stays in the audit trail.
CREATE FUNCTION guard_discarded_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF trim(NEW.reason) = '' OR trim(NEW.actor) = '' OR NOT EXISTS (
        SELECT 1 FROM message WHERE message.id = NEW.message_id AND message.kind = 'inbound' AND message.case_id IS NULL) THEN
        RAISE EXCEPTION 'only mail of no case is set aside, by somebody, for a reason';
    END IF;
    RETURN NEW;
END;
$$;

CREATE FUNCTION guard_discarded_quarantine() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF (SELECT state FROM inbound_mail WHERE inbound_mail.id = OLD.inbound_mail_id) = 'processed' THEN
            RAISE EXCEPTION 'a decision stands as long as the mail is set aside';
        END IF;
        RETURN OLD;
    END IF;
    IF trim(NEW.reason) = '' OR trim(NEW.actor) = '' THEN
        RAISE EXCEPTION 'quarantined mail is set aside by somebody, for a reason';
    END IF;
    RETURN NEW;
END;
$$;

-- A person may say once about which letter a report is.
CREATE TRIGGER mail_notice_is_not_changed BEFORE UPDATE ON mail_notice FOR EACH ROW
    WHEN (OLD.about IS NOT NULL OR NEW.message_id IS DISTINCT FROM OLD.message_id OR NEW.why IS DISTINCT FROM OLD.why
        OR NEW.returns_on IS DISTINCT FROM OLD.returns_on)
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mail_notice_is_kept BEFORE DELETE ON mail_notice FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mail_notice_is_not_truncated BEFORE TRUNCATE ON mail_notice FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER discarded_mail_is_kept BEFORE UPDATE OR DELETE ON discarded_mail FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER discarded_mail_is_not_truncated BEFORE TRUNCATE ON discarded_mail FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER discarded_mail_is_reasoned BEFORE INSERT ON discarded_mail FOR EACH ROW EXECUTE FUNCTION guard_discarded_mail();
CREATE TRIGGER discarded_quarantine_is_not_changed BEFORE UPDATE ON discarded_quarantine FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER discarded_quarantine_is_not_truncated BEFORE TRUNCATE ON discarded_quarantine FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER discarded_quarantine_is_guarded BEFORE INSERT OR DELETE ON discarded_quarantine
    FOR EACH ROW EXECUTE FUNCTION guard_discarded_quarantine();
