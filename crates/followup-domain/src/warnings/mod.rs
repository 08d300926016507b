//! Contradictions and impossible values of a case: said at once, accepted, and settled by a person (docs/product.md §2).
//!
//! What is said is a table: an order of dates is a row of `dates`, everything else a function of `rows`. A warning knows the fields that
//! it is about and their values; set aside, it comes back when one of them changes, because it is another warning then.

mod contacts;
mod dates;
mod place;
mod rows;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use self::place::Place;
use crate::case::{CaseRecord, SetAside};
use crate::contact::Country;
use crate::published::published_enum;

published_enum! {
    /// What contradicts itself, or cannot be.
    WarningCode {
        /// Received on a day that is still to come.
        ReceiptInFuture = "receipt_in_future",
        /// Born on a day that is still to come.
        BirthInFuture = "birth_in_future",
        /// An event begins or ends on a day that is still to come.
        EventInFuture = "event_in_future",
        /// A treatment begins on a day that is still to come.
        TreatmentInFuture = "treatment_in_future",
        /// The patient dies on a day that is still to come.
        DeathInFuture = "death_in_future",
        /// An event ends before it begins.
        EventEndBeforeStart = "event_end_before_start",
        /// A treatment ends before it begins.
        TreatmentEndBeforeStart = "treatment_end_before_start",
        /// A suspect product was first given after the event had begun.
        TreatmentAfterEvent = "treatment_after_event",
        /// The report came before the event began.
        ReceiptBeforeEvent = "receipt_before_event",
        /// An event begins before the patient was conceived.
        EventBeforeBirth = "event_before_birth",
        /// A treatment begins before the patient was conceived.
        TreatmentBeforeBirth = "treatment_before_birth",
        /// The patient dies before the birth.
        DeathBeforeBirth = "death_before_birth",
        /// The patient dies before an event begins.
        DeathBeforeEvent = "death_before_event",
        /// An event ends after the patient died.
        EventEndAfterDeath = "event_end_after_death",
        /// A treatment begins after the patient died.
        TreatmentAfterDeath = "treatment_after_death",
        /// The age is not that of somebody born then.
        AgeAgainstBirth = "age_against_birth",
        /// Nobody of that age has that weight.
        WeightAgainstAge = "weight_against_age",
        /// `No grave`, and the patient died.
        NotSeriousButFatal = "not_serious_but_fatal",
        /// `No grave`, and a criterion of seriousness is met.
        NotSeriousWithCriterion = "not_serious_with_criterion",
        /// `Grave`, and every criterion of seriousness is denied.
        SeriousWithoutCriterion = "serious_without_criterion",
        /// The patient died, and no event has that outcome.
        DeathAgainstOutcome = "death_against_outcome",
        /// The outcome is death, and the criterion of death is denied.
        OutcomeAgainstCriterion = "outcome_against_criterion",
        /// A cause of death, and nobody died.
        CauseWithoutDeath = "cause_without_death",
        /// The event ended, and the patient has not recovered from it.
        EndAgainstOutcome = "end_against_outcome",
        /// The event goes on, and has an end.
        EventGoesOnWithEnd = "event_goes_on_with_end",
        /// The treatment goes on, and has ended.
        TreatmentGoesOnWithEnd = "treatment_goes_on_with_end",
        /// The product was withdrawn, and the treatment goes on.
        WithdrawnAndGoesOn = "withdrawn_and_goes_on",
        /// The event or the treatment of a patient who died goes on.
        GoesOnAfterDeath = "goes_on_after_death",
        /// Months of pregnancy of a man.
        PregnancyAgainstSex = "pregnancy_against_sex",
        /// The contact holds no address and no number, or something that looks like an address and is none.
        ContactUnreadable = "contact_unreadable",
        /// The reporter's address is none.
        ReporterEmailUnreadable = "reporter_email_unreadable",
        /// The reporter's number is none.
        ReporterPhoneUnreadable = "reporter_phone_unreadable",
        /// The evaluator's address is none: nobody is told of replies.
        EvaluatorEmailUnreadable = "evaluator_email_unreadable",
    }
}

impl WarningCode {
    /// Whether a person has to settle it before the follow-up is closed.
    pub fn bars_closing(self) -> bool {
        matches!(self, Self::NotSeriousButFatal | Self::NotSeriousWithCriterion)
    }
}

/// What the rules look at besides the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// The day that it is where the unit works.
    pub today: NaiveDate,
    /// When the report was received ([`CaseRecord::received_on`]): when the patient had the age, where nothing nearer is known.
    pub received_on: NaiveDate,
    /// For telephone numbers without a country.
    pub country: Country,
}

/// A contradiction or an impossible value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What is wrong.
    pub code: WarningCode,
    /// The fields that it is about, as a request names them (`productos[1].fecha_inicio`).
    pub fields: Vec<String>,
    /// From this day on it does not hold any more, whatever happens to the case; none: it holds until a value changes.
    pub until: Option<NaiveDate>,
    /// Which one of its code it is: the same while the fields, the product and the values are.
    pub id: String,
}

/// What contradicts itself in a case, or cannot be; in the order of the codes.
///
/// ```
/// use chrono::NaiveDate;
/// use followup_domain::warnings::{Circumstances, WarningCode, warnings};
/// use followup_domain::case::{CaseRecord, PartialDate};
/// use followup_domain::contact::Country;
///
/// let today = NaiveDate::from_ymd_opt(2024, 3, 1).unwrap();
/// let on = Circumstances { today, received_on: today, country: Country::default() };
/// let record = CaseRecord { paciente_fecha_nacimiento: PartialDate::parse("2042-05").ok(), ..CaseRecord::default() };
/// let found = warnings(&record, &on);
/// assert_eq!((found[0].code, found[0].until), (WarningCode::BirthInFuture, NaiveDate::from_ymd_opt(2042, 5, 1)));
/// ```
pub fn warnings(record: &CaseRecord, on: &Circumstances) -> Vec<Warning> {
    let look = Look { record, on };
    let mut found: Vec<Found> = dates::found(&look);
    found.extend(rows::ROWS.iter().flat_map(|(code, row)| row(&look).into_iter().map(|places| Found { code: *code, places, until: None })));
    // Of one code, in the order of the record.
    found.sort_by_key(|found| found.code);
    found.into_iter().map(|found| look.told(found)).collect()
}

/// Until when somebody has to look at a case: the day from which on no warning that nobody set aside holds any more. A list compares it with
/// the day that it is; [`LASTING`] where a value must change.
pub fn warned_until(warnings: &[Warning], set_aside: &[SetAside]) -> Option<NaiveDate> {
    let open = warnings.iter().filter(|warning| !set_aside.iter().any(|aside| aside.warning == warning.id));
    open.map(|warning| warning.until.unwrap_or(LASTING)).max()
}

/// The day that never comes.
pub const LASTING: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// A case as the rules look at it.
struct Look<'r> {
    record: &'r CaseRecord,
    on: &'r Circumstances,
}

/// A row that found something.
struct Found {
    code: WarningCode,
    places: Vec<Place>,
    until: Option<NaiveDate>,
}

impl Look<'_> {
    fn told(&self, found: Found) -> Warning {
        let Found { code, places, until } = found;
        let values: Vec<String> = places.iter().map(|place| place.lasting_name(self.record) + "=" + &place.shown(self.record)).collect();
        let digest = Sha256::digest(values.join("\n"));
        let mark: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Warning { code, fields: places.iter().map(ToString::to_string).collect(), until, id: format!("{code}-{mark}") }
    }
}
