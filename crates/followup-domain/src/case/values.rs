//! Values of case fields that are more than free text: codes, dates with E2B precision, measures.

use std::fmt;
use std::ops::RangeInclusive;

use chrono::{Datelike, Months, NaiveDate};

use crate::text::fold;

/// Why a value was refused; the message is what the person who sent it reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidValue(pub String);

macro_rules! coded_values {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $stored:literal accepts [$($alias:literal),*]),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every value, in the order of the specification.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Their spellings, in that order.
            pub const SPELLINGS: &'static [&'static str] = &[$($stored),+];

            /// The spelling that is stored and shown.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $stored),+ }
            }

            /// Reads any accepted spelling, ignoring case and accents.
            ///
            /// # Errors
            /// Names the accepted values.
            pub fn parse(text: &str) -> Result<Self, InvalidValue> {
                let folded = fold(text);
                $(if folded == fold($stored) $(|| folded == $alias)* { return Ok(Self::$variant); })+
                Err(InvalidValue(format!("Valor no válido; se acepta: {}", Self::SPELLINGS.join(", "))))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}

pub(super) use coded_values;

coded_values! {
    /// The state of the case's work.
    Estado {
        /// Nothing was sent yet.
        Pendiente = "Pendiente" accepts [""],
        /// There is contact with the reporter.
        EnProgreso = "En progreso" accepts ["en proceso"],
        /// The unit has what it needs.
        Completado = "Completado" accepts [],
        /// Reported to the authority.
        Enviado = "Enviado" accepts [],
    }
}

impl Estado {
    /// Whether the unit works on the case still: what it asks goes out by itself.
    pub fn is_worked_on(self) -> bool {
        matches!(self, Self::Pendiente | Self::EnProgreso)
    }
}

coded_values! {
    /// Seriousness (E2B(R3) E.i.3.2).
    Gravedad {
        /// Serious.
        Grave = "Grave" accepts ["serio", "seria", "serious"],
        /// Not serious.
        NoGrave = "No grave" accepts ["no serio", "no seria", "non-serious", "not serious"],
        /// Not classified yet: counts as missing.
        SinClasificar = "Sin clasificar" accepts [],
    }
}

coded_values! {
    /// The patient's sex (E2B(R3) D.5).
    Sexo {
        /// Female.
        Femenino = "Femenino" accepts ["f", "mujer", "female"],
        /// Male.
        Masculino = "Masculino" accepts ["m", "hombre", "varon", "male"],
        /// Not known: counts as missing.
        Desconocido = "Desconocido" accepts ["unknown"],
    }
}

coded_values! {
    /// What somebody said when asked whether.
    YesNo {
        /// So it is.
        Yes = "Sí" accepts ["s", "yes", "true"],
        /// It is not so.
        No = "No" accepts ["n", "false"],
        /// Nobody knows: counts as missing.
        Unknown = "Desconocido" accepts ["unknown", "no sabe", "se desconoce"],
    }
}

coded_values! {
    /// Outcome of the event (E2B(R3) E.i.7).
    Desenlace {
        /// Code 1.
        Recuperado = "Recuperado" accepts ["recuperada", "resuelto"],
        /// Code 2.
        EnRecuperacion = "En recuperación" accepts [],
        /// Code 4.
        RecuperadoConSecuelas = "Recuperado con secuelas" accepts ["recuperada con secuelas"],
        /// Code 3.
        NoRecuperado = "No recuperado" accepts ["no recuperada"],
        /// Code 5.
        Mortal = "Mortal" accepts ["fatal", "muerte", "fallecido", "fallecida"],
        /// Code 0: counts as missing.
        Desconocido = "Desconocido" accepts ["unknown"],
    }
}

impl Desenlace {
    /// The E2B(R3) E.i.7 code.
    pub fn e2b_code(self) -> u8 {
        match self {
            Self::Recuperado => 1,
            Self::EnRecuperacion => 2,
            Self::NoRecuperado => 3,
            Self::RecuperadoConSecuelas => 4,
            Self::Mortal => 5,
            Self::Desconocido => 0,
        }
    }
}

/// A date with the precision it was given in: `YYYY`, `YYYY-MM` or `YYYY-MM-DD` (E2B keeps it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: i32,
    month: Option<u32>,
    day: Option<u32>,
}

impl PartialDate {
    /// The three forms as a regular expression: whatever it takes is read.
    pub const PATTERN: &'static str = concat!(
        "(?:(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})(?:-(?:0[1-9]|1[0-2]",
        "|(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])))?",
        "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-02-29)"
    );

    /// Reads one of the three forms; the year has four digits and the day exists.
    ///
    /// # Errors
    /// Says which forms are accepted.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        Self::read(text.trim()).ok_or_else(|| InvalidValue("Fecha no válida; se acepta AAAA, AAAA-MM o AAAA-MM-DD".into()))
    }

    /// A full date.
    pub fn day(date: NaiveDate) -> Self {
        Self { year: date.year(), month: Some(date.month()), day: Some(date.day()) }
    }

    /// The first day that the date can mean.
    pub fn earliest(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).unwrap_or(NaiveDate::MIN)
    }

    /// The last day that the date can mean.
    pub fn latest(self) -> NaiveDate {
        let day = match (self.month, self.day) {
            (Some(month), Some(day)) => NaiveDate::from_ymd_opt(self.year, month, day),
            (Some(month), None) => {
                NaiveDate::from_ymd_opt(self.year, month, 1).and_then(|first| first.checked_add_months(Months::new(1))?.pred_opt())
            }
            (None, _) => NaiveDate::from_ymd_opt(self.year, 12, 31),
        };
        day.unwrap_or(NaiveDate::MAX)
    }

    /// Whether more than the year is known.
    pub fn has_month(self) -> bool {
        self.month.is_some()
    }

    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('-').collect();
        let number = |index: usize, digits: usize| -> Option<u32> {
            let part = parts.get(index)?;
            (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
        };
        let year = i32::try_from(number(0, 4)?).ok()?;
        let (month, day) = match parts.len() {
            1 => (None, None),
            2 => (Some(number(1, 2)?), None),
            3 => (Some(number(1, 2)?), Some(number(2, 2)?)),
            _ => return None,
        };
        NaiveDate::from_ymd_opt(year, month.unwrap_or(1), day.unwrap_or(1))?;
        (year > 0).then_some(Self { year, month, day })
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(formatter, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(formatter, "-{day:02}")?;
        }
        Ok(())
    }
}

/// Signs of which [`Quantity::pattern`] knows that they say nothing.
macro_rules! nothing {
    () => {
        r"|[ !-/:-@\[-`{-~¿¡–—…]*)"
    };
}

/// What a [`Measure`] measures: its unit of record, its plausible range and the units people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Years (E2B(R3) D.2.2).
    Age,
    /// Kilograms (E2B(R3) D.3).
    Weight,
}

impl Quantity {
    /// Folded unit → how many units of record it is.
    fn units(self) -> &'static [(&'static str, f64)] {
        match self {
            Self::Age => &[
                ("", 1.0),
                ("a", 1.0),
                ("ano", 1.0),
                ("anos", 1.0),
                ("years", 1.0),
                ("mes", 1.0 / 12.0),
                ("meses", 1.0 / 12.0),
                ("semana", 7.0 / 365.25),
                ("semanas", 7.0 / 365.25),
                ("dia", 1.0 / 365.25),
                ("dias", 1.0 / 365.25),
            ],
            Self::Weight => &[
                ("", 1.0),
                ("kg", 1.0),
                ("kgs", 1.0),
                ("kilo", 1.0),
                ("kilos", 1.0),
                ("kilogramos", 1.0),
                ("g", 0.001),
                ("gr", 0.001),
                ("gramos", 0.001),
                ("lb", 0.453_592_37),
                ("lbs", 0.453_592_37),
                ("libras", 0.453_592_37),
            ],
        }
    }

    /// What is plausible, in the unit of record.
    pub fn limits(self) -> RangeInclusive<f64> {
        match self {
            Self::Age => 0.0..=130.0,
            Self::Weight => 0.05..=700.0,
        }
    }

    /// Texts that are read and plausible, or signs that say nothing, as a regular expression. Others are read too (`068 kg`, `no sabe`).
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Age => concat!(
                "(?:(?:(?:[0-9]|[1-9][0-9]|1[0-2][0-9])(?:[.,][0-9]{1,3})?|130) ?(?:a|ano|anos|año|años|years)?",
                "|(?:[0-9]|[1-9][0-9]{1,2}|1[0-4][0-9]{2}|15[0-5][0-9])(?:[.,][0-9]{1,3})? ?(?:mes|meses)",
                "|(?:[0-9]|[1-9][0-9]{1,2}|[1-5][0-9]{3}) ?(?:semana|semanas)",
                "|(?:[0-9]|[1-9][0-9]{1,3}|[1-3][0-9]{4}) ?(?:dia|dias|día|días)",
                nothing!()
            ),
            Self::Weight => concat!(
                "(?:(?:(?:[1-9]|[1-9][0-9]|[1-6][0-9]{2})(?:[.,][0-9]{1,3})?|700|0[.,](?:0[5-9]|[1-9])[0-9]{0,2}) ?(?:kg|kgs|kilo|kilos|kilogramos)?",
                "|(?:[5-9][0-9]|[1-9][0-9]{2,4}|[1-6][0-9]{5}|700000) ?(?:g|gr|gramos)",
                "|(?:[1-9]|[1-9][0-9]{1,2}|1[0-4][0-9]{2})(?:[.,][0-9]{1,3})? ?(?:lb|lbs|libras)",
                nothing!()
            ),
        }
    }

    fn check(self, value: f64) -> Result<Measure, InvalidValue> {
        let text = match self {
            Self::Age => "La edad se indica en años, de 0 a 130",
            Self::Weight => "El peso se indica en kg, hasta 700",
        };
        if self.limits().contains(&value) { Ok(Measure((value * 1000.0).round() / 1000.0)) } else { Err(InvalidValue(text.into())) }
    }
}

/// A finite number in the quantity's unit of record, with at most three decimals.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Measure(f64);

impl Measure {
    /// The number, in the quantity's unit of record.
    pub fn value(self) -> f64 {
        self.0
    }

    /// Takes a number in the unit of record.
    ///
    /// # Errors
    /// The number is outside what is plausible.
    pub fn new(value: f64, quantity: Quantity) -> Result<Self, InvalidValue> {
        quantity.check(value)
    }

    /// Reads "68", "68,5 kg", "45 años", "8 meses".
    ///
    /// # Errors
    /// No number, an unknown unit, or outside what is plausible.
    pub fn parse(text: &str, quantity: Quantity) -> Result<Self, InvalidValue> {
        let folded = fold(text);
        let end = folded.find(|character: char| !(character.is_ascii_digit() || ".,".contains(character))).unwrap_or(folded.len());
        let (number, unit) = folded.split_at(end);
        let unit = unit.trim().trim_end_matches('.');
        let factor = quantity.units().iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor);
        match (number.replace(',', ".").parse::<f64>(), factor) {
            (Ok(number), Some(factor)) => quantity.check(number * factor),
            _ => Err(InvalidValue("Se espera un número, con o sin su unidad".into())),
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_without_case_or_accents_and_stored_in_one_spelling() {
        assert_eq!(Estado::parse("en PROCESO").unwrap().as_str(), "En progreso");
        assert_eq!(Estado::parse("").unwrap(), Estado::Pendiente);
        assert_eq!(Desenlace::parse("en recuperacion").unwrap().as_str(), "En recuperación");
        assert_eq!(Gravedad::parse("Serious").unwrap(), Gravedad::Grave);
        assert!(Sexo::parse("otro").unwrap_err().0.contains("Femenino, Masculino"));
    }

    #[test]
    fn outcomes_have_their_e2b_codes() {
        let codes: Vec<u8> = Desenlace::ALL.iter().map(|outcome| outcome.e2b_code()).collect();
        assert_eq!(codes, [1, 2, 4, 3, 5, 0]);
    }

    #[test]
    fn dates_keep_their_precision() {
        for text in ["2024", "2024-02", "2024-02-29"] {
            assert_eq!(PartialDate::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_date_means_the_days_from_its_earliest_to_its_latest() {
        for (text, earliest, latest) in [
            ("2024", "2024-01-01", "2024-12-31"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2023-12", "2023-12-01", "2023-12-31"),
            ("2024-02-10", "2024-02-10", "2024-02-10"),
            ("9999", "9999-01-01", "9999-12-31"),
        ] {
            let date = PartialDate::parse(text).unwrap();
            assert_eq!((date.earliest().to_string(), date.latest().to_string()), (earliest.into(), latest.into()), "{text}");
        }
    }

    #[test]
    fn impossible_dates_are_refused() {
        for text in ["", "24", "2023-02-29", "2024-13", "2024-2-1", "01/02/2024", "2024-02-01T00:00", "0000", "-024", "+024"] {
            assert!(PartialDate::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn measures_are_read_with_their_units() {
        let weight = |text| Measure::parse(text, Quantity::Weight).map(Measure::value);
        assert_eq!(weight("68 kg"), Ok(68.0));
        assert_eq!(weight("68,5Kg."), Ok(68.5));
        assert_eq!(weight("3200 g"), Ok(3.2));
        assert_eq!(Measure::parse("45 años", Quantity::Age).map(Measure::value), Ok(45.0));
        assert_eq!(Measure::parse("6 meses", Quantity::Age).map(Measure::value), Ok(0.5));
    }

    #[test]
    fn nonsense_measures_are_refused() {
        for text in ["", "kg", "muy pesado", "-5", "1.2.3", "900 kg", "NaN", "inf", "68 kg 70 kg"] {
            assert!(Measure::parse(text, Quantity::Weight).is_err(), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_a_pattern_takes_is_read(date in PartialDate::PATTERN, age in Quantity::Age.pattern(), weight in Quantity::Weight.pattern()) {
            proptest::prop_assert!(PartialDate::parse(&date).is_ok(), "{}", date);
            let mut record = crate::case::CaseRecord::default();
            for (field, text) in [("paciente_edad", age), ("paciente_peso", weight)] {
                let set = record.set(field, crate::case::Scalar::Text(text.clone()));
                proptest::prop_assert!(matches!(set, Some(Ok(()))), "{} {:?}", field, text);
            }
        }
    }
}
