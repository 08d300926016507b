ALTER TABLE documented_field DROP COLUMN product;
