//! What is known: reads, and what follows from them. Nothing here writes.

pub(crate) mod again;
pub(crate) mod asked;
pub(crate) mod attempts;
pub(crate) mod by_hand;
pub(crate) mod closing;
pub(crate) mod day;
pub(crate) mod exchanges;
pub(crate) mod gate;
pub(crate) mod incoming;
pub(crate) mod letters;
pub(crate) mod lookup;
pub(crate) mod mail_hits;
pub(crate) mod matching;
pub(crate) mod offers;
pub(crate) mod open_items;
pub(crate) mod pages;
pub(crate) mod reach;
pub(crate) mod reading;
pub(crate) mod repeats;
pub(crate) mod reports;
pub(crate) mod standing;
pub(crate) mod unserved;
pub(crate) mod warnings;
pub(crate) mod way;
pub(crate) mod whatsapp;
pub(crate) mod wording;
