DROP TABLE whatsapp_template;
DROP TABLE provider_event;
DROP TABLE provider_breaker;
DROP TABLE message_queue;
