-- One row for each message that is not settled, so that claiming never grows with the table of messages.
CREATE TABLE message_queue (
    message_id INTEGER PRIMARY KEY REFERENCES message (id),
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp', 'call')),
    state TEXT NOT NULL CHECK (state IN ('queued', 'transmitting', 'uncertain')),
    not_before TEXT NOT NULL,
    lease_until TEXT,
    token TEXT,
    tries INTEGER NOT NULL
);

-- Each channel is claimed by itself; what is counted, or was abandoned, is so over all.
CREATE INDEX message_queue_due ON message_queue (channel, state, not_before, message_id);
CREATE INDEX message_queue_state ON message_queue (state, not_before, message_id);
-- Closing a case takes what is queued of it out of the queue.
CREATE INDEX message_queue_case ON message_queue (case_id, message_id);

-- Whether a provider is asked to take messages: one row for each that ever failed.
CREATE TABLE provider_breaker (
    provider TEXT PRIMARY KEY NOT NULL,
    failures INTEGER NOT NULL,
    stage TEXT CHECK (stage IN ('connection', 'tls', 'sign_in', 'sender', 'recipient', 'message')),
    -- The message by which the last failure was counted, where it may as well be at fault itself.
    suspect BIGINT,
    opened_at TEXT,
    retry_at TEXT,
    probe_token TEXT,
    probe_until TEXT,
    recovered_at TEXT,
    minute_at TEXT,
    minute_count INTEGER NOT NULL,
    changed_at TEXT NOT NULL
);

-- What a provider tells of a message after it took it: in any order, and as often as it likes. The same event is stored once.
CREATE TABLE provider_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider TEXT NOT NULL,
    event_key TEXT NOT NULL,
    -- The provider's id of the message, and our own name of it, as far as the event tells them; the message, once it was told of it.
    provider_id TEXT,
    reference TEXT,
    message_id BIGINT REFERENCES message (id),
    kind TEXT NOT NULL CHECK (kind IN ('accepted', 'delivered', 'read', 'failed')),
    permanence TEXT CHECK (permanence IN ('hard', 'soft')),
    reason TEXT CHECK (reason IN ('unknown_user', 'unknown_host', 'mailbox_full', 'too_large', 'refused', 'unreachable', 'loop', 'other')),
    status TEXT,
    at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    content_id BIGINT NOT NULL REFERENCES content (id),
    UNIQUE (provider, event_key),
    CHECK (provider_id IS NOT NULL OR reference IS NOT NULL)
);

CREATE INDEX provider_event_message ON provider_event (provider, provider_id);
CREATE INDEX provider_event_reference ON provider_event (provider, reference);

CREATE TRIGGER provider_event_is_final BEFORE UPDATE ON provider_event
WHEN OLD.message_id IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.provider IS NOT OLD.provider OR NEW.event_key IS NOT OLD.event_key
    OR NEW.provider_id IS NOT OLD.provider_id OR NEW.reference IS NOT OLD.reference OR NEW.kind IS NOT OLD.kind
    OR NEW.permanence IS NOT OLD.permanence OR NEW.reason IS NOT OLD.reason OR NEW.status IS NOT OLD.status
    OR NEW.at IS NOT OLD.at OR NEW.received_at IS NOT OLD.received_at OR NEW.content_id IS NOT OLD.content_id
BEGIN SELECT RAISE(ABORT, 'rows of provider_event are never changed'); END;
CREATE TRIGGER provider_event_is_kept BEFORE DELETE ON provider_event
BEGIN SELECT RAISE(ABORT, 'rows of provider_event are never deleted'); END;

-- The message templates of WhatsApp's provider, as it told of them last: what stands here is its list, and may be read from it again.
CREATE TABLE whatsapp_template (
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    -- Twilio's ContentSid, Meta's number.
    provider_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('approved', 'pending', 'paused', 'rejected', 'disabled')),
    -- The names of its places, in the order in which parameters fill them.
    places TEXT NOT NULL CHECK (json_valid(places)),
    body TEXT,
    told_at TEXT NOT NULL,
    PRIMARY KEY (name, language)
);
