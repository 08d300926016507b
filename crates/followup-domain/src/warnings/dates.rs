//! Dates that are still to come, and dates in an order that cannot be. A partial date contradicts another one only where every day that it
//! can mean does.

use chrono::TimeDelta;

use super::place::Subject::{self, Case, Events, Products, Suspects};
use super::{Found, Look, WarningCode};
use crate::case::PartialDate;

/// What lies behind us, or is wrong.
const PAST: &[(WarningCode, Subject)] = &[
    (WarningCode::ReceiptInFuture, Case("fecha_recepcion")),
    (WarningCode::BirthInFuture, Case("paciente_fecha_nacimiento")),
    (WarningCode::EventInFuture, Events("fecha_inicio_evento")),
    (WarningCode::EventInFuture, Events("fecha_fin_evento")),
    // Its end may be planned.
    (WarningCode::TreatmentInFuture, Products("fecha_inicio")),
    (WarningCode::DeathInFuture, Case("paciente_fecha_muerte")),
];

/// A child's event, or its treatment, may begin in the womb.
const PREGNANCY_DAYS: i64 = 300;

/// What comes first, what cannot come before it, and by how many days it may.
const ORDERS: &[(WarningCode, Subject, Subject, i64)] = &[
    (WarningCode::EventEndBeforeStart, Events("fecha_inicio_evento"), Events("fecha_fin_evento"), 0),
    (WarningCode::TreatmentEndBeforeStart, Products("fecha_inicio"), Products("fecha_fin"), 0),
    (WarningCode::ReceiptBeforeEvent, Events("fecha_inicio_evento"), Case("fecha_recepcion"), 0),
    (WarningCode::EventBeforeBirth, Case("paciente_fecha_nacimiento"), Events("fecha_inicio_evento"), PREGNANCY_DAYS),
    (WarningCode::TreatmentBeforeBirth, Case("paciente_fecha_nacimiento"), Products("fecha_inicio"), PREGNANCY_DAYS),
    (WarningCode::DeathBeforeBirth, Case("paciente_fecha_nacimiento"), Case("paciente_fecha_muerte"), 0),
    (WarningCode::DeathBeforeEvent, Events("fecha_inicio_evento"), Case("paciente_fecha_muerte"), 0),
    (WarningCode::EventEndAfterDeath, Events("fecha_fin_evento"), Case("paciente_fecha_muerte"), 0),
    (WarningCode::TreatmentAfterDeath, Products("fecha_inicio"), Case("paciente_fecha_muerte"), 0),
];

pub(super) fn found(look: &Look<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = PAST.iter().flat_map(|row| still_to_come(look, row)).collect();
    found.extend(ORDERS.iter().flat_map(|row| out_of_order(look, row)));
    found.extend(treatment_after_event(look));
    found
}

fn still_to_come(look: &Look<'_>, (code, subject): &(WarningCode, Subject)) -> Vec<Found> {
    let places = subject.places(look.record).into_iter();
    let ahead = places.filter_map(|place| Some((place, place.date(look.record)?.earliest()))).filter(|(_, day)| *day > look.on.today);
    ahead.map(|(place, day)| Found { code: *code, places: vec![place], until: Some(day) }).collect()
}

fn out_of_order(look: &Look<'_>, (code, first, second, allowed): &(WarningCode, Subject, Subject, i64)) -> Vec<Found> {
    let pairs = first.beside(*second, look.record).into_iter();
    let contradicts = |one: PartialDate, other: PartialDate| is_before(other, one, *allowed);
    let wrong = pairs.filter(|(one, other)| one.date(look.record).zip(other.date(look.record)).is_some_and(|(a, b)| contradicts(a, b)));
    wrong.map(|(one, other)| Found { code: *code, places: vec![one, other], until: None }).collect()
}

/// Of several events a product may be suspected of the last one.
fn treatment_after_event(look: &Look<'_>) -> Vec<Found> {
    let onsets = Events("fecha_inicio_evento").places(look.record).into_iter();
    let last = onsets.filter_map(|place| Some((place.date(look.record)?, place))).max_by_key(|(date, _)| date.latest());
    let Some((onset, event)) = last else { return Vec::new() };
    let starts = Suspects("fecha_inicio").places(look.record).into_iter();
    let late = starts.filter(|place| place.date(look.record).is_some_and(|start| is_before(onset, start, 0)));
    late.map(|place| Found { code: WarningCode::TreatmentAfterEvent, places: vec![place, event], until: None }).collect()
}

/// Whether every day that `one` can mean lies more than so many days before every day that `other` can.
fn is_before(one: PartialDate, other: PartialDate, by_more_than: i64) -> bool {
    other.earliest().signed_duration_since(one.latest()) > TimeDelta::days(by_more_than)
}

/// Every code that a rule of this file finds.
#[cfg(test)]
pub(super) fn codes() -> impl Iterator<Item = WarningCode> {
    let past = PAST.iter().map(|(code, _)| *code);
    past.chain(ORDERS.iter().map(|(code, ..)| *code)).chain([WarningCode::TreatmentAfterEvent])
}
