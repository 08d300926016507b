-- The product's name when the field was documented: another product in the same place was not meant.
ALTER TABLE documented_field ADD COLUMN product text;
