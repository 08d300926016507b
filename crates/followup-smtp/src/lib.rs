//! E-mail sender ports: SMTP by lettre, and the .eml outbox.
