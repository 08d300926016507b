//! What contradicts itself besides the order of dates: each row gives the fields that it is about, once for each time that it is found.

use super::place::{Place, Subject};
use super::{Look, WarningCode, contacts};
use crate::case::AccionTomada;
use crate::case::seriousness::{CRITERIA, DEATH};
use crate::case::{Desenlace, Gravedad, PartialDate, Sexo, YesNo};
use crate::text::{fold, says_nothing};

/// Where a row found something: the fields of each finding.
type Findings = Vec<Vec<Place>>;

/// What one row looks for.
type Row = fn(&Look<'_>) -> Findings;

pub(super) const ROWS: &[(WarningCode, Row)] = &[
    (WarningCode::AgeAgainstBirth, age_against_birth),
    (WarningCode::WeightAgainstAge, weight_against_age),
    (WarningCode::NotSeriousButFatal, not_serious_but_fatal),
    (WarningCode::NotSeriousWithCriterion, not_serious_with_criterion),
    (WarningCode::SeriousWithoutCriterion, serious_without_criterion),
    (WarningCode::DeathAgainstOutcome, death_against_outcome),
    (WarningCode::OutcomeAgainstCriterion, outcome_against_criterion),
    (WarningCode::CauseWithoutDeath, cause_without_death),
    (WarningCode::EndAgainstOutcome, end_against_outcome),
    (WarningCode::EventGoesOnWithEnd, event_goes_on_with_end),
    (WarningCode::TreatmentGoesOnWithEnd, treatment_goes_on_with_end),
    (WarningCode::WithdrawnAndGoesOn, withdrawn_and_goes_on),
    (WarningCode::GoesOnAfterDeath, goes_on_after_death),
    (WarningCode::PregnancyAgainstSex, pregnancy_against_sex),
    (WarningCode::ContactUnreadable, contacts::contact),
    (WarningCode::ReporterEmailUnreadable, contacts::reporter_email),
    (WarningCode::ReporterPhoneUnreadable, contacts::reporter_phone),
    (WarningCode::EvaluatorEmailUnreadable, contacts::evaluator_email),
];

const BIRTH: &str = "paciente_fecha_nacimiento";
const AGE: &str = "paciente_edad";
const ONSET: &str = "fecha_inicio_evento";
const DATE_OF_DEATH: &str = "paciente_fecha_muerte";
const OUTCOME: &str = "ea_desenlace";
const GRAVEDAD: &str = "gravedad";

fn once(is_wrong: bool, places: impl FnOnce() -> Vec<Place>) -> Findings {
    if is_wrong { vec![places()] } else { Vec::new() }
}

/// An age is told in whole years, now and then as of the report and not of the event, or rounded: a year more or less is none too much.
const AGE_TOLERANCE: f64 = 1.0;

fn age_against_birth(look: &Look<'_>) -> Findings {
    let Some((age, (from, to))) = look.record.paciente_edad.zip(years_since_birth(look)) else { return Vec::new() };
    let age = age.0.value();
    // In whole years it is up to one less than it is.
    let is_wrong = age > to + AGE_TOLERANCE || age < from - 1.0 - AGE_TOLERANCE;
    once(is_wrong, || [vec![Place::case(AGE), Place::case(BIRTH)], when_it_was(look)].concat())
}

/// Between how many and how many years the patient had lived when the event began, or else when the report came.
fn years_since_birth(look: &Look<'_>) -> Option<(f64, f64)> {
    let born = look.record.paciente_fecha_nacimiento?;
    let then = look.record.fecha_inicio_evento.unwrap_or_else(|| PartialDate::day(look.on.received_on));
    #[allow(clippy::cast_precision_loss)] // Days of a life.
    let years = |from: chrono::NaiveDate, to: chrono::NaiveDate| to.signed_duration_since(from).num_days() as f64 / 365.25;
    Some((years(born.latest(), then.earliest()), years(born.earliest(), then.latest())))
}

/// The field that says when that was.
fn when_it_was(look: &Look<'_>) -> Vec<Place> {
    let field = if look.record.fecha_inicio_evento.is_some() { ONSET } else { "fecha_recepcion" };
    let place = Place::case(field);
    if place.date(look.record).is_some() { vec![place] } else { Vec::new() }
}

/// Up to which age (years) which weights (kg) occur, with room for the very small and the very large: what lies outside is a slip of the
/// pen, of the unit or of the decimal point.
const WEIGHTS: &[(f64, f64, f64)] = &[
    (0.1, 0.3, 8.0),
    (1.0, 0.5, 18.0),
    (2.0, 2.5, 25.0),
    (5.0, 5.0, 45.0),
    (10.0, 8.0, 100.0),
    (15.0, 13.0, 180.0),
    (18.0, 20.0, 250.0),
    (f64::INFINITY, 25.0, 300.0),
];

fn weight_against_age(look: &Look<'_>) -> Findings {
    let Some(weight) = look.record.paciente_peso.map(|weight| weight.0.value()) else { return Vec::new() };
    let age = look.record.paciente_edad.map(|age| age.0.value());
    // An age in whole years goes on until the next birthday, one in months or days for about a month.
    let to_the_next = |age: f64| age + if age.fract() == 0.0 { 0.99 } else { 0.08 };
    let (ages, places) = match (age, years_since_birth(look)) {
        (Some(age), _) => ((age, to_the_next(age)), vec![Place::case(AGE)]),
        (None, Some(lived)) => (lived, [vec![Place::case(BIRTH)], when_it_was(look)].concat()),
        (None, None) => ((0.0, f64::INFINITY), Vec::new()),
    };
    let of_age = |age: f64| WEIGHTS.iter().find(|(up_to, ..)| age <= *up_to);
    let (Some((_, least, _)), Some((_, _, most))) = (of_age(ages.0), of_age(ages.1)) else { return Vec::new() };
    once(!(*least..=*most).contains(&weight), || [vec![Place::case("paciente_peso")], places].concat())
}

/// The events of the case, each by its `gravedad`; the one that the case itself describes comes first.
fn events(look: &Look<'_>) -> Vec<Place> {
    Subject::Events(GRAVEDAD).places(look.record)
}

/// Whether a field of an event, or of the case, holds this word.
fn says(look: &Look<'_>, place: Place, word: &str) -> bool {
    place.shown(look.record) == word
}

/// Of some fields of an event, those that hold this word.
fn saying(look: &Look<'_>, event: Place, fields: &[&'static str], word: &str) -> Vec<Place> {
    fields.iter().map(|field| event.with(field)).filter(|place| says(look, *place, word)).collect()
}

/// What tells that the patient died of an event.
fn death_of(look: &Look<'_>, event: Place) -> Vec<Place> {
    [saying(look, event, &[OUTCOME], Desenlace::Mortal.as_str()), saying(look, event, &[DEATH], YesNo::Yes.as_str())].concat()
}

/// What tells that the patient died, while no event says that it was of that.
fn death_of_nothing(look: &Look<'_>) -> Vec<Place> {
    if events(look).into_iter().any(|event| !death_of(look, event).is_empty()) {
        return Vec::new();
    }
    let case = Place::case(GRAVEDAD);
    let dated = Some(case.with(DATE_OF_DEATH)).filter(|date| !date.shown(look.record).is_empty());
    dated.into_iter().chain(saying(look, case, &["paciente_autopsia"], YesNo::Yes.as_str())).collect()
}

/// A death of which no event is said to be the cause is the case's own event's.
fn deaths(look: &Look<'_>, event: Place) -> Vec<Place> {
    let own = death_of(look, event);
    if own.is_empty() && event == Place::case(GRAVEDAD) { death_of_nothing(look) } else { own }
}

/// For every event of the case, the fields that are found, if any, behind the one that they contradict.
fn against(look: &Look<'_>, (field, word): (&'static str, &str), found: impl Fn(Place) -> Vec<Place>) -> Findings {
    let contradicted = events(look).into_iter().filter(|event| says(look, event.with(field), word));
    let found = contradicted.map(|event| (event, found(event))).filter(|(_, places)| !places.is_empty());
    found.map(|(event, places)| [vec![event.with(field)], places].concat()).collect()
}

fn not_serious_but_fatal(look: &Look<'_>) -> Findings {
    against(look, (GRAVEDAD, Gravedad::NoGrave.as_str()), |event| deaths(look, event))
}

fn not_serious_with_criterion(look: &Look<'_>) -> Findings {
    let others: Vec<&str> = CRITERIA.iter().copied().filter(|criterion| *criterion != DEATH).collect();
    against(look, (GRAVEDAD, Gravedad::NoGrave.as_str()), |event| saying(look, event, &others, YesNo::Yes.as_str()))
}

fn serious_without_criterion(look: &Look<'_>) -> Findings {
    let denied = |event| Some(saying(look, event, &CRITERIA, YesNo::No.as_str())).filter(|denied| denied.len() == CRITERIA.len());
    against(look, (GRAVEDAD, Gravedad::Grave.as_str()), |event| denied(event).unwrap_or_default())
}

fn death_against_outcome(look: &Look<'_>) -> Findings {
    let outcomes = Desenlace::ALL.iter().filter(|outcome| **outcome != Desenlace::Mortal);
    outcomes.flat_map(|outcome| against(look, (OUTCOME, outcome.as_str()), |event| deaths(look, event.with(GRAVEDAD)))).collect()
}

fn outcome_against_criterion(look: &Look<'_>) -> Findings {
    against(look, (OUTCOME, Desenlace::Mortal.as_str()), |event| saying(look, event, &[DEATH], YesNo::No.as_str()))
}

/// A form in which nobody died has words for that, too.
const NO_DEATH: [&str; 7] = ["no", "ningun", "ninguna", "ninguno", "sin", "vive", "vivo"];

fn cause_without_death(look: &Look<'_>) -> Findings {
    if look.record.is_fatal() {
        return Vec::new();
    }
    let tells = |place: &Place| {
        let text = fold(&place.shown(look.record));
        !says_nothing(&text) && !text.split(' ').next().is_some_and(|word| NO_DEATH.contains(&word))
    };
    let causes = ["paciente_causa_muerte", "paciente_causa_autopsia"].map(Place::case).into_iter().filter(tells);
    causes.map(|cause| vec![cause]).collect()
}

fn end_against_outcome(look: &Look<'_>) -> Findings {
    let end = |event: Place| Some(event.with("fecha_fin_evento")).filter(|end| end.date(look.record).is_some());
    against(look, (OUTCOME, Desenlace::NoRecuperado.as_str()), |event| end(event).into_iter().collect())
}

const EVENT_GOES_ON: Subject = Subject::Events("evento_continua");
const TREATMENT_GOES_ON: Subject = Subject::Products("tratamiento_continua");

/// What goes on.
fn going_on(look: &Look<'_>, subject: Subject) -> impl Iterator<Item = Place> {
    subject.places(look.record).into_iter().filter(|place| says(look, *place, "true"))
}

fn event_goes_on_with_end(look: &Look<'_>) -> Findings {
    let has_end = |place: &Place| place.with("fecha_fin_evento").date(look.record).is_some();
    going_on(look, EVENT_GOES_ON).filter(has_end).map(|place| vec![place, place.with("fecha_fin_evento")]).collect()
}

/// An end that was still ahead when the report came may be planned.
fn treatment_goes_on_with_end(look: &Look<'_>) -> Findings {
    let has_ended = |place: &Place| place.with("fecha_fin").date(look.record).is_some_and(|end| end.latest() <= look.on.received_on);
    going_on(look, TREATMENT_GOES_ON).filter(has_ended).map(|place| vec![place, place.with("fecha_fin")]).collect()
}

fn withdrawn_and_goes_on(look: &Look<'_>) -> Findings {
    let is_withdrawn = |place: &Place| says(look, place.with("accion_tomada"), AccionTomada::Retirado.as_str());
    going_on(look, TREATMENT_GOES_ON).filter(is_withdrawn).map(|place| vec![place, place.with("accion_tomada")]).collect()
}

fn goes_on_after_death(look: &Look<'_>) -> Findings {
    let died = events(look).into_iter().flat_map(|event| deaths(look, event)).collect::<Vec<_>>();
    let going = going_on(look, EVENT_GOES_ON).chain(going_on(look, TREATMENT_GOES_ON)).filter(|_| !died.is_empty());
    going.map(|place| [vec![place], died.clone()].concat()).collect()
}

fn pregnancy_against_sex(look: &Look<'_>) -> Findings {
    let months = look.record.paciente_gestacion_meses_raw.as_deref().unwrap_or_default();
    let is_wrong = look.record.paciente_sexo == Some(Sexo::Masculino) && months.contains(|digit: char| ('1'..='9').contains(&digit));
    once(is_wrong, || ["paciente_gestacion_meses_raw", "paciente_sexo"].map(Place::case).to_vec())
}
