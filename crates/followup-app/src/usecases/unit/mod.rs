//! The unit itself: its users, its deadlines, whether its mail server takes mail.

pub(crate) mod deadlines;
pub(crate) mod letter_texts;
pub(crate) mod sessions;
pub(crate) mod test_mail;
pub(crate) mod test_sms;
pub(crate) mod test_whatsapp;
pub(crate) mod users;
pub(crate) mod whatsapp_templates;
