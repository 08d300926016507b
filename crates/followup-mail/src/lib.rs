//! MIME: reads inbound mail into the domain's types and composes outbound mail.
