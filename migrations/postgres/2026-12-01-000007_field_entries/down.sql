DROP TABLE field_entry;
DROP FUNCTION guard_field_entry;
