DROP TABLE reporting_deadline;
DROP TABLE icsr;
DROP FUNCTION refuse_change;
