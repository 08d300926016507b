//! A field's value as it travels: a JSON scalar, without depending on a JSON library.

/// What a field holds, or what a request sets it to.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// Nothing: clears the field.
    Null,
    /// Text.
    Text(String),
    /// A finite number.
    Number(f64),
    /// True or false.
    Bool(bool),
}

impl Scalar {
    /// Text for `Some`, null for `None`.
    pub fn from_text(text: Option<&str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.to_owned()))
    }
}

/// What a field of a record takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Text; nothing but blanks clears the field.
    Text,
    /// One of these codes, in several spellings; nothing but blanks is as null.
    Code {
        /// One spelling of each.
        codes: &'static [&'static str],
        /// Whether it can be unknown; otherwise null is the first code.
        optional: bool,
    },
    /// Yes, no or unknown ([`YesNo`]); true and false are taken too. Nothing but blanks is as null.
    YesNo,
    /// A date, of any precision.
    Date,
    /// A number with or without its unit.
    Measure(Quantity),
    /// True or false.
    Flag {
        /// Whether it can be unknown; otherwise it must be given.
        optional: bool,
    },
}

/// So many characters a text field takes, by its published name: the narrative tells what happened, the others are answers to one
/// question each.
pub fn longest(field: &str) -> usize {
    if field == "descripcion_evento" { 100_000 } else { 2_000 }
}

/// Conversion between a record's typed member and [`Scalar`]; implemented for every member type of a record.
pub(crate) trait Member: Sized {
    const KIND: FieldKind;
    fn read(value: Scalar) -> Result<Self, InvalidValue>;
    fn show(&self) -> Scalar;
}

use super::treatment::{AccionTomada, Reexposicion};
use super::values::{Desenlace, Estado, Gravedad, InvalidValue, Measure, PartialDate, Quantity, Sexo, YesNo};

fn text_of(value: Scalar) -> Result<Option<String>, InvalidValue> {
    match value {
        Scalar::Null => Ok(None),
        Scalar::Text(text) if text.contains('\0') => Err(InvalidValue("El texto contiene un carácter nulo".into())),
        Scalar::Text(text) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        Scalar::Number(_) | Scalar::Bool(_) => Err(InvalidValue("Se espera un texto".into())),
    }
}

impl Member for Option<String> {
    const KIND: FieldKind = FieldKind::Text;
    fn read(value: Scalar) -> Result<Self, InvalidValue> {
        text_of(value)
    }
    fn show(&self) -> Scalar {
        Scalar::from_text(self.as_deref())
    }
}

macro_rules! parsed_member {
    ($($type:ty = $kind:expr),+) => {$(
        impl Member for Option<$type> {
            const KIND: FieldKind = $kind;
            fn read(value: Scalar) -> Result<Self, InvalidValue> {
                text_of(value)?.as_deref().map(<$type>::parse).transpose()
            }
            fn show(&self) -> Scalar {
                self.map_or(Scalar::Null, |value| Scalar::Text(value.to_string()))
            }
        }
    )+};
}
parsed_member!(
    Gravedad = FieldKind::Code { codes: Gravedad::SPELLINGS, optional: true },
    Sexo = FieldKind::Code { codes: Sexo::SPELLINGS, optional: true },
    Desenlace = FieldKind::Code { codes: Desenlace::SPELLINGS, optional: true },
    AccionTomada = FieldKind::Code { codes: AccionTomada::SPELLINGS, optional: true },
    Reexposicion = FieldKind::Code { codes: Reexposicion::SPELLINGS, optional: true },
    PartialDate = FieldKind::Date
);

impl Member for Option<YesNo> {
    const KIND: FieldKind = FieldKind::YesNo;
    fn read(value: Scalar) -> Result<Self, InvalidValue> {
        match value {
            Scalar::Bool(value) => Ok(Some(if value { YesNo::Yes } else { YesNo::No })),
            other => text_of(other)?.as_deref().map(YesNo::parse).transpose(),
        }
    }
    fn show(&self) -> Scalar {
        self.map_or(Scalar::Null, |value| Scalar::Text(value.to_string()))
    }
}

impl Member for Estado {
    const KIND: FieldKind = FieldKind::Code { codes: Estado::SPELLINGS, optional: false };
    fn read(value: Scalar) -> Result<Self, InvalidValue> {
        Self::parse(text_of(value)?.as_deref().unwrap_or_default())
    }
    fn show(&self) -> Scalar {
        Scalar::Text(self.to_string())
    }
}

/// A yes/no member whose value must be given.
impl Member for bool {
    const KIND: FieldKind = FieldKind::Flag { optional: false };
    fn read(value: Scalar) -> Result<Self, InvalidValue> {
        match value {
            Scalar::Bool(value) => Ok(value),
            _ => Err(InvalidValue("Se espera true o false".into())),
        }
    }
    fn show(&self) -> Scalar {
        Scalar::Bool(*self)
    }
}

impl Member for Option<bool> {
    const KIND: FieldKind = FieldKind::Flag { optional: true };
    fn read(value: Scalar) -> Result<Self, InvalidValue> {
        match value {
            Scalar::Null => Ok(None),
            other => bool::read(other).map(Some),
        }
    }
    fn show(&self) -> Scalar {
        self.map_or(Scalar::Null, Scalar::Bool)
    }
}

/// "No sabe", "-", "?": nothing is known. Of other signs nobody can say what they mean, so they are no measure and not nothing.
fn is_no_measure(text: &str) -> bool {
    let is_usual = |c: char| c.is_alphanumeric() || c.is_whitespace() || c.is_ascii_punctuation() || "¿¡–—…".contains(c);
    crate::text::says_nothing(text) && text.chars().all(is_usual)
}

macro_rules! measures {
    ($($(#[$doc:meta])* $name:ident = $quantity:expr),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
        pub struct $name(pub Measure);

        impl Member for Option<$name> {
            const KIND: FieldKind = FieldKind::Measure($quantity);
            fn read(value: Scalar) -> Result<Self, InvalidValue> {
                match value {
                    Scalar::Number(number) => Measure::new(number, $quantity).map(|measure| Some($name(measure))),
                    other => match text_of(other)? {
                        Some(text) if !is_no_measure(&text) => Measure::parse(&text, $quantity).map(|measure| Some($name(measure))),
                        _ => Ok(None),
                    },
                }
            }
            fn show(&self) -> Scalar {
                self.map_or(Scalar::Null, |measure| Scalar::Number(measure.0.value()))
            }
        }
    )+};
}

measures! {
    /// Age in years.
    Years = Quantity::Age,
    /// Weight in kilograms.
    Kilograms = Quantity::Weight,
}
