DROP TABLE attempt;
DROP TABLE plan;
DROP TABLE plan_template;
