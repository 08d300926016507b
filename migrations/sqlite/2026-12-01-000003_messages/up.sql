-- The exact bytes of what was sent and received; each once.
CREATE TABLE content (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    size BIGINT NOT NULL,
    stored_at TEXT NOT NULL,
    bytes BLOB NOT NULL
);

-- What every message has, whichever way it travels. Long texts stand last in their rows: who wants the rest does not read them.
CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id BIGINT REFERENCES icsr (id),
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp', 'call')),
    -- From the reporter; to the reporter; or word to the unit itself, which stands in no thread.
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out', 'unit')),
    from_address TEXT,
    to_address TEXT,
    -- The other side's address as addresses are compared: sender of what came in, recipient of what goes out.
    correspondent TEXT,
    parent_id BIGINT REFERENCES message (id),
    -- A second message with the same key is the first one.
    unique_key TEXT UNIQUE,
    created_at TEXT NOT NULL,
    -- Its place in the thread: `created_at` to the second; then by id.
    thread_at TEXT NOT NULL,
    body TEXT NOT NULL,
    CHECK (direction = 'in' OR case_id IS NOT NULL)
);

CREATE INDEX message_case ON message (case_id, thread_at, id);
CREATE INDEX message_correspondent ON message (correspondent, case_id);
-- When somebody wrote last by a channel.
CREATE INDEX message_heard ON message (correspondent, channel, direction, created_at);

-- What is written to somebody, and calls: why, and what became of it.
CREATE TABLE outbound (
    message_id INTEGER PRIMARY KEY REFERENCES message (id),
    kind TEXT NOT NULL CHECK (kind IN ('manual', 'automatic_request', 'plan_letter', 'sent_now', 'notification', 'call')),
    status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'responded', 'completed', 'skipped', 'failed', 'uncertain')),
    delivery TEXT
        CHECK (delivery IN ('queued', 'transmitting', 'accepted', 'delivered', 'read', 'bounced', 'rejected', 'uncertain')),
    attempt_id BIGINT REFERENCES attempt (id),
    -- In whose place it is sent; or of which one that stays as it is it reminds.
    resend_of BIGINT REFERENCES message (id),
    reminder_of BIGINT REFERENCES message (id),
    -- From when it is being transmitted: the address, as addresses are compared, and the bytes.
    recipient TEXT,
    content_id BIGINT REFERENCES content (id),
    transmitted_at TEXT,
    sent_at TEXT,
    delivered_at TEXT,
    read_at TEXT,
    -- When its last state was stored.
    recorded_at TEXT NOT NULL,
    -- Of a channel with providers: who took it, in how many parts, from which template.
    provider TEXT,
    parts INTEGER,
    template TEXT CHECK (template IS NULL OR json_valid(template)),
    -- The transport's own words; why it was not sent, for the unit.
    words TEXT,
    error TEXT
);

CREATE INDEX outbound_recipient ON outbound (recipient, transmitted_at);
-- What left since a day began, and what that costs.
CREATE INDEX outbound_sent ON outbound (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX outbound_resend_of ON outbound (resend_of) WHERE resend_of IS NOT NULL;
CREATE INDEX outbound_reminder_of ON outbound (reminder_of) WHERE reminder_of IS NOT NULL;
-- What waits for a person, so that counting it never grows with the table.
CREATE INDEX outbound_failed ON outbound (message_id) WHERE status = 'failed' AND kind NOT IN ('notification', 'call');
CREATE INDEX outbound_uncertain ON outbound (message_id) WHERE status = 'uncertain' AND kind NOT IN ('notification', 'call');

-- What came in: what it is, and what waits with it.
CREATE TABLE inbound (
    message_id INTEGER PRIMARY KEY REFERENCES message (id),
    classification TEXT NOT NULL
        CHECK (classification IN ('human', 'bounce', 'delivery_notice', 'auto_reply', 'complaint', 'echo')),
    match_kind TEXT CHECK (match_kind IN ('reply_token', 'in_reply_to', 'references', 'alias', 'returned', 'number', 'manual')),
    match_confirmed BOOLEAN,
    duplicate_of BIGINT REFERENCES message (id),
    content_id BIGINT REFERENCES content (id),
    recorded_at TEXT NOT NULL,
    -- The case in which nobody has decided about it yet.
    unattended_in BIGINT REFERENCES icsr (id),
    -- It waits for a case, or was set aside; by when it came.
    tray TEXT CHECK (tray IN ('open', 'aside')),
    tray_at TEXT,
    -- What is folded away of its text: quote and signature.
    quoted TEXT,
    CHECK ((match_kind IS NULL) = (match_confirmed IS NULL)),
    CHECK ((tray IS NULL) = (tray_at IS NULL)),
    CHECK (tray IS NULL OR unattended_in IS NULL)
);

CREATE INDEX inbound_unattended ON inbound (unattended_in, message_id) WHERE unattended_in IS NOT NULL;
CREATE INDEX inbound_tray ON inbound (tray, tray_at, message_id) WHERE tray IS NOT NULL;
CREATE INDEX inbound_unconfirmed ON inbound (message_id) WHERE NOT match_confirmed AND classification = 'human';

-- What an e-mail has besides: RFC 5322. Its Message-ID is among the external names.
CREATE TABLE mail_header (
    message_id INTEGER PRIMARY KEY REFERENCES message (id),
    subject TEXT,
    has_html BOOLEAN NOT NULL,
    in_reply_to TEXT NOT NULL CHECK (json_valid(in_reply_to)),
    reference_ids TEXT NOT NULL CHECK (json_valid(reference_ids))
);

-- How a telephone call ended.
CREATE TABLE call (
    message_id INTEGER PRIMARY KEY REFERENCES message (id),
    outcome TEXT NOT NULL CHECK (outcome IN ('reached', 'no_answer', 'wrong_number', 'refused'))
);

CREATE TABLE attachment (
    message_id BIGINT NOT NULL REFERENCES message (id),
    n INTEGER NOT NULL,
    name TEXT,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    -- Content-ID, by which HTML shows it (RFC 2392).
    mime_content_id TEXT,
    -- Its bytes, where they do not stand in the message's own: of a file that we send, of media that a provider gives apart.
    content_id BIGINT REFERENCES content (id),
    PRIMARY KEY (message_id, n)
);

-- A file of a message that its provider gives apart: fetched later, by what the provider calls it.
CREATE TABLE media (
    message_id BIGINT NOT NULL,
    n INTEGER NOT NULL,
    provider TEXT NOT NULL,
    source TEXT NOT NULL,
    -- As the provider tells it, if it does.
    sha256 TEXT,
    -- Why its bytes are not there; none once they are.
    absent TEXT CHECK (absent IN ('waiting', 'expired', 'too_large', 'foreign', 'altered', 'unreachable')),
    tries INTEGER NOT NULL,
    next_at TEXT NOT NULL,
    PRIMARY KEY (message_id, n),
    FOREIGN KEY (message_id, n) REFERENCES attachment (message_id, n)
);

CREATE INDEX media_due ON media (provider, next_at, message_id, n) WHERE absent = 'waiting';

-- A file that waits to be sent with a message. When one takes it along, its bytes go to `content`; until it is forgotten it can go with more.
CREATE TABLE upload (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    at TEXT NOT NULL,
    taken BOOLEAN NOT NULL,
    bytes BLOB,
    UNIQUE (case_id, sha256, name),
    CHECK (taken = (bytes IS NULL))
);

CREATE INDEX upload_at ON upload (at);

-- Every name by which somebody else may speak of a message: its Message-ID, the ids that relays give to our mails in the form in which they are
-- looked for, the ids of providers.
CREATE TABLE external_name (
    scope TEXT NOT NULL CHECK (scope IN ('rfc5322', 'relay', 'provider')),
    name TEXT NOT NULL,
    message_id BIGINT NOT NULL REFERENCES message (id),
    PRIMARY KEY (scope, name, message_id)
);

-- With the name: without it SQLite would rather walk the names of the scope.
CREATE INDEX external_name_message ON external_name (message_id, scope, name);
-- The first message that has an alias, or a provider's id, keeps it.
CREATE UNIQUE INDEX external_name_alias ON external_name (name) WHERE scope = 'relay';
CREATE UNIQUE INDEX external_name_provider ON external_name (name) WHERE scope = 'provider';

-- A reply as it reads beside the letter that it was found to answer after it had been stored: by a person's hand. The stored text stays.
CREATE TABLE reply_reading (
    message_id BIGINT NOT NULL REFERENCES message (id),
    parent_id BIGINT NOT NULL REFERENCES message (id),
    body TEXT NOT NULL,
    quoted TEXT,
    PRIMARY KEY (message_id, parent_id)
);

-- What people should know of an inbound mail before they trust it.
CREATE TABLE mail_flag (
    message_id BIGINT NOT NULL REFERENCES message (id),
    flag TEXT NOT NULL CHECK (flag IN ('forged_reply_address', 'further_cases', 'automatic_by_label', 'unverified_signature', 'encrypted', 'failed_dmarc', 'text_cut')),
    PRIMARY KEY (message_id, flag)
);

-- What an automatic mail says: of a report, about which message of ours and what; of an automatic answer, when its author is back.
CREATE TABLE mail_notice (
    message_id INTEGER PRIMARY KEY REFERENCES message (id),
    why TEXT NOT NULL,
    about BIGINT REFERENCES message (id),
    action TEXT CHECK (action IN ('failed', 'delayed', 'delivered', 'relayed', 'expanded', 'read')),
    address TEXT,
    permanence TEXT CHECK (permanence IN ('hard', 'soft')),
    reason TEXT CHECK (reason IN ('unknown_user', 'unknown_host', 'mailbox_full', 'too_large', 'refused', 'unreachable', 'loop', 'other')),
    status TEXT,
    returns_on TEXT
);

CREATE INDEX mail_notice_about ON mail_notice (about, message_id);

-- Who has read an answer, while nobody had decided about it.
CREATE TABLE message_read (
    message_id BIGINT NOT NULL REFERENCES message (id),
    username TEXT NOT NULL,
    read_at TEXT NOT NULL,
    PRIMARY KEY (message_id, username)
);

-- Mail of no case that a person set aside, and why. It stays, and may still get a case.
CREATE TABLE discarded_mail (
    message_id INTEGER PRIMARY KEY REFERENCES message (id),
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL
);

-- What follows stops the service's own mistakes, not the owner of the file.

CREATE TRIGGER message_identity_is_final BEFORE UPDATE ON message
WHEN NEW.id IS NOT OLD.id OR NEW.channel IS NOT OLD.channel OR NEW.direction IS NOT OLD.direction OR NEW.unique_key IS NOT OLD.unique_key
    OR NEW.created_at IS NOT OLD.created_at OR NEW.thread_at IS NOT OLD.thread_at
BEGIN SELECT RAISE(ABORT, 'what a message is never changes'); END;

-- Letters that the service writes get their text when they are claimed; every other message has its text from the start.
CREATE TRIGGER message_content_is_final BEFORE UPDATE ON message
WHEN (NEW.body IS NOT OLD.body OR NEW.from_address IS NOT OLD.from_address OR NEW.to_address IS NOT OLD.to_address OR NEW.correspondent IS NOT OLD.correspondent)
    AND NOT EXISTS (
    SELECT 1 FROM outbound WHERE outbound.message_id = OLD.id AND delivery = 'queued' AND kind IN ('automatic_request', 'plan_letter', 'sent_now'))
BEGIN SELECT RAISE(ABORT, 'the content of a message that left the queue never changes'); END;

CREATE TRIGGER message_gets_its_case_once BEFORE UPDATE ON message
WHEN OLD.case_id IS NOT NULL AND NEW.case_id IS NOT OLD.case_id
BEGIN SELECT RAISE(ABORT, 'a message gets its case once'); END;

CREATE TRIGGER mail_header_is_final BEFORE UPDATE ON mail_header
WHEN NEW.message_id IS NOT OLD.message_id
    OR ((NEW.subject IS NOT OLD.subject OR NEW.has_html IS NOT OLD.has_html OR NEW.in_reply_to IS NOT OLD.in_reply_to
        OR NEW.reference_ids IS NOT OLD.reference_ids)
    AND NOT EXISTS (
    SELECT 1 FROM outbound WHERE outbound.message_id = OLD.message_id AND delivery = 'queued' AND kind IN ('automatic_request', 'plan_letter', 'sent_now')))
BEGIN SELECT RAISE(ABORT, 'the content of a message that left the queue never changes'); END;

CREATE TRIGGER outbound_identity_is_final BEFORE UPDATE ON outbound
WHEN NEW.message_id IS NOT OLD.message_id OR NEW.kind IS NOT OLD.kind OR NEW.attempt_id IS NOT OLD.attempt_id OR NEW.resend_of IS NOT OLD.resend_of
    OR NEW.reminder_of IS NOT OLD.reminder_of
BEGIN SELECT RAISE(ABORT, 'what a message is never changes'); END;

CREATE TRIGGER outbound_template_is_final BEFORE UPDATE ON outbound
WHEN NEW.template IS NOT OLD.template
    AND (OLD.delivery IS NOT 'queued' OR OLD.kind NOT IN ('automatic_request', 'plan_letter', 'sent_now'))
BEGIN SELECT RAISE(ABORT, 'the content of a message that left the queue never changes'); END;

CREATE TRIGGER outbound_facts_are_set_once BEFORE UPDATE ON outbound
WHEN (OLD.delivery IS NOT 'queued' AND (
        (OLD.content_id IS NOT NULL AND NEW.content_id IS NOT OLD.content_id)
        OR (OLD.recipient IS NOT NULL AND NEW.recipient IS NOT OLD.recipient)
        OR (OLD.transmitted_at IS NOT NULL AND NEW.transmitted_at IS NOT OLD.transmitted_at)))
    OR (OLD.sent_at IS NOT NULL AND NEW.sent_at IS NOT OLD.sent_at)
BEGIN SELECT RAISE(ABORT, 'bytes, recipient and instants of a message are set once'); END;

-- A server that said itself that it does not take the message now has not taken it; silence is another matter.
CREATE TRIGGER outbound_never_returns_to_the_queue BEFORE UPDATE ON outbound
WHEN NEW.delivery = 'queued' AND (OLD.delivery IS NULL OR OLD.delivery NOT IN ('queued', 'transmitting'))
BEGIN SELECT RAISE(ABORT, 'a message that may have left never returns to the queue'); END;

CREATE TRIGGER inbound_is_final BEFORE UPDATE ON inbound
WHEN NEW.message_id IS NOT OLD.message_id OR NEW.classification IS NOT OLD.classification OR NEW.duplicate_of IS NOT OLD.duplicate_of
    OR NEW.content_id IS NOT OLD.content_id OR NEW.recorded_at IS NOT OLD.recorded_at OR NEW.quoted IS NOT OLD.quoted
BEGIN SELECT RAISE(ABORT, 'what came in never changes'); END;

CREATE TRIGGER discarded_mail_is_reasoned BEFORE INSERT ON discarded_mail
WHEN trim(NEW.reason) = '' OR trim(NEW.actor) = '' OR NOT EXISTS (
    SELECT 1 FROM message WHERE message.id = NEW.message_id AND message.direction = 'in' AND message.case_id IS NULL)
BEGIN SELECT RAISE(ABORT, 'only mail of no case is set aside, by somebody, for a reason'); END;

-- Media that a provider gives apart are fetched later, once.
CREATE TRIGGER attachment_is_final BEFORE UPDATE ON attachment
WHEN OLD.content_id IS NOT NULL OR NEW.message_id IS NOT OLD.message_id OR NEW.n IS NOT OLD.n OR NEW.name IS NOT OLD.name
    OR NEW.media_type IS NOT OLD.media_type OR NEW.mime_content_id IS NOT OLD.mime_content_id
BEGIN SELECT RAISE(ABORT, 'rows of attachment are never changed'); END;

CREATE TRIGGER media_is_final BEFORE UPDATE ON media
WHEN OLD.absent IS NOT 'waiting' OR NEW.message_id IS NOT OLD.message_id OR NEW.n IS NOT OLD.n OR NEW.provider IS NOT OLD.provider
    OR NEW.source IS NOT OLD.source OR NEW.sha256 IS NOT OLD.sha256
BEGIN SELECT RAISE(ABORT, 'what became of a file is final'); END;

-- A person may say once about which letter a report is.
CREATE TRIGGER mail_notice_is_final BEFORE UPDATE ON mail_notice
WHEN OLD.about IS NOT NULL OR NEW.message_id IS NOT OLD.message_id OR NEW.why IS NOT OLD.why OR NEW.returns_on IS NOT OLD.returns_on
BEGIN SELECT RAISE(ABORT, 'rows of mail_notice are never changed'); END;

CREATE TRIGGER content_is_not_changed BEFORE UPDATE ON content
BEGIN SELECT RAISE(ABORT, 'rows of content are never changed'); END;
CREATE TRIGGER content_is_kept BEFORE DELETE ON content
BEGIN SELECT RAISE(ABORT, 'rows of content are never deleted'); END;

CREATE TRIGGER call_is_not_changed BEFORE UPDATE ON call
BEGIN SELECT RAISE(ABORT, 'rows of call are never changed'); END;
CREATE TRIGGER call_is_kept BEFORE DELETE ON call
BEGIN SELECT RAISE(ABORT, 'rows of call are never deleted'); END;

CREATE TRIGGER external_name_is_not_changed BEFORE UPDATE ON external_name
BEGIN SELECT RAISE(ABORT, 'rows of external_name are never changed'); END;
CREATE TRIGGER external_name_is_kept BEFORE DELETE ON external_name
BEGIN SELECT RAISE(ABORT, 'rows of external_name are never deleted'); END;

CREATE TRIGGER reply_reading_is_not_changed BEFORE UPDATE ON reply_reading
BEGIN SELECT RAISE(ABORT, 'rows of reply_reading are never changed'); END;
CREATE TRIGGER reply_reading_is_kept BEFORE DELETE ON reply_reading
BEGIN SELECT RAISE(ABORT, 'rows of reply_reading are never deleted'); END;

CREATE TRIGGER mail_flag_is_not_changed BEFORE UPDATE ON mail_flag
BEGIN SELECT RAISE(ABORT, 'rows of mail_flag are never changed'); END;
CREATE TRIGGER mail_flag_is_kept BEFORE DELETE ON mail_flag
BEGIN SELECT RAISE(ABORT, 'rows of mail_flag are never deleted'); END;

CREATE TRIGGER discarded_mail_is_not_changed BEFORE UPDATE ON discarded_mail
BEGIN SELECT RAISE(ABORT, 'rows of discarded_mail are never changed'); END;
CREATE TRIGGER discarded_mail_is_kept BEFORE DELETE ON discarded_mail
BEGIN SELECT RAISE(ABORT, 'rows of discarded_mail are never deleted'); END;

CREATE TRIGGER message_is_kept BEFORE DELETE ON message
BEGIN SELECT RAISE(ABORT, 'rows of message are never deleted'); END;

CREATE TRIGGER outbound_is_kept BEFORE DELETE ON outbound
BEGIN SELECT RAISE(ABORT, 'rows of outbound are never deleted'); END;

CREATE TRIGGER inbound_is_kept BEFORE DELETE ON inbound
BEGIN SELECT RAISE(ABORT, 'rows of inbound are never deleted'); END;

CREATE TRIGGER mail_header_is_kept BEFORE DELETE ON mail_header
BEGIN SELECT RAISE(ABORT, 'rows of mail_header are never deleted'); END;

CREATE TRIGGER attachment_is_kept BEFORE DELETE ON attachment
BEGIN SELECT RAISE(ABORT, 'rows of attachment are never deleted'); END;

CREATE TRIGGER media_is_kept BEFORE DELETE ON media
BEGIN SELECT RAISE(ABORT, 'rows of media are never deleted'); END;

CREATE TRIGGER mail_notice_is_kept BEFORE DELETE ON mail_notice
BEGIN SELECT RAISE(ABORT, 'rows of mail_notice are never deleted'); END;
