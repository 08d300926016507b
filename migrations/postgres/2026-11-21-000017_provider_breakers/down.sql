DROP TABLE provider_breaker;
