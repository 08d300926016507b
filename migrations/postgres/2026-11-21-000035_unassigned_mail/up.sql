-- One row for each mail that waits for a case, and for each that was set aside, so that looking at what waits never grows with the rest. Kept by
-- triggers, so that a release that does not know the table keeps it too. A copy of a message of ours, which names that as its parent, is
-- nobody's to assign.
CREATE TABLE unassigned_mail (
    message_id bigint PRIMARY KEY REFERENCES message (id),
    discarded boolean NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX unassigned_mail_place ON unassigned_mail (discarded, created_at, message_id);

INSERT INTO unassigned_mail (message_id, discarded, created_at)
SELECT id, EXISTS (SELECT 1 FROM discarded_mail WHERE discarded_mail.message_id = message.id), created_at FROM message
WHERE kind = 'inbound' AND case_id IS NULL AND NOT (classification = 'echo' AND EXISTS (
    SELECT 1 FROM message AS ours WHERE ours.external_id = message.external_id AND ours.kind <> 'inbound'));

DROP INDEX message_unassigned;

CREATE FUNCTION keep_unassigned_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO unassigned_mail (message_id, discarded, created_at) VALUES (NEW.id, FALSE, NEW.created_at);
    ELSE
        DELETE FROM unassigned_mail WHERE message_id = NEW.id;
    END IF;
    RETURN NULL;
END;
$$;

CREATE FUNCTION set_mail_aside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE unassigned_mail SET discarded = TRUE WHERE message_id = NEW.message_id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER mail_is_unassigned AFTER INSERT ON message FOR EACH ROW
    WHEN (NEW.kind = 'inbound' AND NEW.case_id IS NULL AND NOT (NEW.classification = 'echo' AND NEW.parent_id IS NOT NULL))
    EXECUTE FUNCTION keep_unassigned_mail();
CREATE TRIGGER mail_gets_a_case AFTER UPDATE OF case_id ON message FOR EACH ROW
    WHEN (OLD.case_id IS NULL AND NEW.case_id IS NOT NULL)
    EXECUTE FUNCTION keep_unassigned_mail();
CREATE TRIGGER mail_is_set_aside AFTER INSERT ON discarded_mail FOR EACH ROW EXECUTE FUNCTION set_mail_aside();
