DROP TABLE held_letter;
DROP TABLE failed_contact;
DROP TABLE blocked_contact;
DROP TABLE case_contact;
DROP TABLE contact_point;
