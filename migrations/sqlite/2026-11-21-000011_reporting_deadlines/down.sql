DROP TABLE reporting_deadline;
