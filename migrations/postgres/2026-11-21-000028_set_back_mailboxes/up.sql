-- Mailboxes that were set back to an older state, until a comparison with what is stored agrees or a person has seen to it.
CREATE TABLE mailbox_set_back (
    mailbox text PRIMARY KEY,
    since timestamptz NOT NULL
);
