DROP TABLE field_entry;
