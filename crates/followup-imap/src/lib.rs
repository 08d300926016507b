//! IMAP poller and .eml inbox: drive the use case that stores inbound mail.
