//! Contacts by which nobody is reached.

use super::Look;
use super::place::Place;
use crate::contact::{Channels, EmailAddress, channels_of};
use crate::text::says_nothing;

/// What a contact holds; none where it says nothing, which is missing and not wrong.
fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !says_nothing(text))
}

fn where_it_is(field: &'static str, is_wrong: Option<bool>) -> Vec<Vec<Place>> {
    if is_wrong == Some(true) { vec![vec![Place::case(field)]] } else { Vec::new() }
}

pub(super) fn contact(look: &Look<'_>) -> Vec<Vec<Place>> {
    let is_wrong = |found: Channels| {
        let holds_one = !(found.all_emails.is_empty() && found.all_phones.is_empty() && found.set_aside.is_empty());
        !holds_one || !found.unreadable.is_empty()
    };
    let text = said(&look.record.reportante_contacto);
    where_it_is("reportante_contacto", text.map(|text| is_wrong(channels_of(Some(text), None, None, look.on.country))))
}

pub(super) fn reporter_email(look: &Look<'_>) -> Vec<Vec<Place>> {
    let is_wrong = |text| channels_of(None, Some(text), None, look.on.country).email.is_none();
    where_it_is("reportante_email", said(&look.record.reportante_email).map(is_wrong))
}

pub(super) fn reporter_phone(look: &Look<'_>) -> Vec<Vec<Place>> {
    let is_wrong = |text| channels_of(None, None, Some(text), look.on.country).phone.is_none();
    where_it_is("reportante_telefono", said(&look.record.reportante_telefono).map(is_wrong))
}

pub(super) fn evaluator_email(look: &Look<'_>) -> Vec<Vec<Place>> {
    where_it_is("evaluador_email", said(&look.record.evaluador_email).map(|text| EmailAddress::parse(text).is_err()))
}
