DROP TABLE blocked_contact;
DROP TABLE documented_field;
