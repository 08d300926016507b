ALTER TABLE icsr DROP COLUMN settled_at;
