-- Instants are TEXT of one width, "2026-01-31 09:00:00.000000+00:00": their order as text is their order in time.
CREATE TABLE icsr (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Of the record, as it spells them: a value that this release does not know is kept, so there is no list of them here.
    estado TEXT NOT NULL,
    gravedad TEXT,
    followup_status TEXT NOT NULL CHECK (followup_status IN ('open', 'closed')),
    numero TEXT,
    received_on TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    last_automatic_at TEXT,
    last_automatic_message BIGINT REFERENCES message (id),
    -- How the follow-up was closed.
    closure_reason TEXT CHECK (closure_reason IN ('complete', 'max_attempts', 'declined', 'unreachable', 'case_closed')),
    closure_notes TEXT,
    closed_at TEXT,
    -- Since when it waits for an answer. What left up to `settled_at` is not waited for.
    awaiting_since TEXT,
    settled_at TEXT,
    escalated_at TEXT,
    -- Until when somebody has to look at what contradicts itself in it: a list compares it with the time that it is. And what people set
    -- aside of that.
    warned_until TEXT,
    set_aside TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(set_aside)),
    -- Folded text for a search by parts of words. A trigram index would need an extension, which not every host offers; without it
    -- a search reads this column of the cases that the other filters leave.
    search_text TEXT NOT NULL,
    record TEXT NOT NULL CHECK (json_valid(record))
);

CREATE INDEX icsr_created ON icsr (created_at, id);
CREATE INDEX icsr_updated ON icsr (updated_at, id);
CREATE INDEX icsr_received ON icsr (received_on, id);
CREATE INDEX icsr_estado ON icsr (estado, created_at, id);
CREATE INDEX icsr_gravedad ON icsr (gravedad, created_at, id);
CREATE INDEX icsr_followup_status ON icsr (followup_status, created_at, id);
CREATE INDEX icsr_awaiting ON icsr (awaiting_since, id) WHERE awaiting_since IS NOT NULL;
CREATE INDEX icsr_warned ON icsr (created_at, id, warned_until) WHERE warned_until IS NOT NULL;
CREATE INDEX icsr_to_escalate ON icsr (followup_status, id, awaiting_since)
    WHERE awaiting_since IS NOT NULL AND escalated_at IS NULL;

-- Reporting deadlines, which the unit edits.
CREATE TABLE reporting_deadline (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    authority TEXT NOT NULL,
    role TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('serious', 'not_serious', 'any')),
    days INTEGER NOT NULL CHECK (days >= 0),
    norm TEXT NOT NULL,
    verified BOOLEAN NOT NULL
);

-- To begin with. Nobody has confirmed them against the norms: they are shown as "por verificar" until somebody does.
INSERT INTO reporting_deadline (authority, role, scope, days, norm, verified) VALUES
    ('ICH', 'titular', 'serious', 15, 'ICH E2D: casos graves e inesperados, 15 días calendario', FALSE),
    ('DIGEMID (Perú)', 'titular', 'serious', 3, 'Decreto Supremo 016-2011-SA y sus modificatorias; Manual de Buenas Prácticas de Farmacovigilancia', FALSE),
    ('DIGEMID (Perú)', 'profesional de la salud', 'serious', 1, 'NTS 123-MINSA/DIGEMID, Norma técnica de salud de farmacovigilancia y tecnovigilancia', FALSE),
    ('INVIMA (Colombia)', 'titular', 'serious', 3, 'Resolución 2004009455 de 2004; véase también la Resolución 2024015321 de 2024', FALSE),
    ('ANMAT (Argentina)', 'titular', 'serious', 15, 'Disposición ANMAT 5358/2012, Buenas prácticas de farmacovigilancia', FALSE),
    ('ISP (Chile)', 'titular', 'serious', 15, 'Decreto 3 de 2010 y Resolución exenta ISP 1287 de 2012, modificada por la 1651 de 2015', FALSE),
    ('COFEPRIS (México)', 'titular', 'serious', 7, 'NOM-220-SSA1-2016, Instalación y operación de la farmacovigilancia', FALSE),
    ('COFEPRIS (México)', 'titular', 'not_serious', 30, 'NOM-220-SSA1-2016, Instalación y operación de la farmacovigilancia', FALSE);
