DROP TABLE mailbox_set_back;
