DROP INDEX inbound_unattended_oldest;
DROP INDEX attempt_agenda;
DROP TABLE outdated_standing;
DROP TABLE case_lane;
DROP TABLE case_standing;
