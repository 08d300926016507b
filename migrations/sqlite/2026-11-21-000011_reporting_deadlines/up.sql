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
