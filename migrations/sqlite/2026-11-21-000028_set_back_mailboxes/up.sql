-- Mailboxes that were set back to an older state, until a comparison with what is stored agrees or a person has seen to it.
CREATE TABLE mailbox_set_back (
    mailbox TEXT PRIMARY KEY NOT NULL,
    since TEXT NOT NULL
);
