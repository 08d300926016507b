DROP TABLE reporting_deadline;
DROP TABLE icsr;
