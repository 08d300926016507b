CREATE TABLE plan_template (
    -- 1 and 2 are the templates to begin with, inserted below.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    reference TEXT,
    attempts TEXT NOT NULL CHECK (json_valid(attempts)),
    notes TEXT,
    archived BOOLEAN NOT NULL
);

INSERT INTO plan_template (id, name, reference, attempts, notes, archived) VALUES
    (
        1,
        'Estándar 0/30/60/90',
        NULL,
        '[{"label":"Solicitud inicial","afterHours":0},{"label":"Primer seguimiento","afterHours":720},{"label":"Segundo seguimiento","afterHours":1440},{"label":"Seguimiento final","afterHours":2160}]',
        'Plantilla de partida, editable: ninguna norma fija estos plazos; cada unidad los adapta a sus procedimientos.',
        FALSE
    ),
    (
        2,
        'Correo, SMS y WhatsApp',
        NULL,
        '[{"label":"Solicitud por correo","afterHours":0,"channel":"email"},{"label":"Recordatorio por SMS","afterHours":72,"channel":"sms"},{"label":"Recordatorio por WhatsApp","afterHours":120,"channel":"whatsapp"},{"label":"Llamada telefónica","afterHours":168,"channel":"call"}]',
        'Plantilla de partida, editable, para casos urgentes: si no responde al correo, un SMS a los 3 días, un WhatsApp a los 5 y una llamada a los 7.',
        FALSE
    );

CREATE TABLE plan (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    template_id BIGINT NOT NULL REFERENCES plan_template (id),
    name TEXT NOT NULL,
    base_at TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'finished', 'cancelled')),
    applied_at TEXT NOT NULL,
    ended_at TEXT
);

CREATE UNIQUE INDEX plan_one_active ON plan (case_id) WHERE status = 'active';
CREATE INDEX plan_case ON plan (case_id, id);

CREATE TABLE attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id BIGINT NOT NULL REFERENCES icsr (id),
    plan_id BIGINT REFERENCES plan (id),
    position INTEGER NOT NULL,
    label TEXT NOT NULL,
    due_at TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('auto', 'email', 'sms', 'whatsapp', 'call')),
    status TEXT NOT NULL CHECK (status IN ('pending', 'sending', 'sent', 'responded', 'completed', 'skipped', 'cancelled', 'failed', 'uncertain')),
    reason TEXT,
    message_id BIGINT REFERENCES message (id),
    -- A person brought it back.
    reactivated_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE INDEX attempt_due ON attempt (status, due_at, case_id);
CREATE INDEX attempt_case ON attempt (case_id, due_at, position, id);
-- A call waits for a person, a letter for the dispatcher: counting them never grows with the table.
CREATE INDEX attempt_pending ON attempt (channel, due_at, id) WHERE status = 'pending';
