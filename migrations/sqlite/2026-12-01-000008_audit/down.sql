DROP TABLE audit_head;
DROP TABLE audit_fact;
DROP TABLE audit_log;
