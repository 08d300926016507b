//! What requests carry, field by field. A reader names each field with its kind and what it is for. Run on a request it reads and refuses;
//! run on none it describes. So the OpenAPI document states every limit that is enforced, and a limit stands once: at its kind.

mod cursor;
mod described;
mod fields;
mod kinds;
mod patterns;

use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{RefOr, Required};

pub(crate) use self::cursor::{Cursor, cursor};
use self::described::Described;
pub(crate) use self::described::nullable;
pub(crate) use self::fields::{Fields, Items};
use self::kinds::Use;
pub(crate) use self::kinds::{
    Address, AddressOrNumber, Choice, Coded, Contact, Day, Flag, Instant, Kind, Number, Published, Text, Whole, is_longer, whole_number,
    whole_number_of,
};
pub(crate) use self::patterns::NO_NUL;
use crate::errors::ApiError;
use crate::json::Json;

/// A name or a label is no longer, in characters.
pub(crate) const NAME_LENGTH: usize = 200;
/// A reason, and most texts; a case's fields have limits of their own ([`followup_domain::case::longest`]).
pub(crate) const TEXT_LENGTH: usize = 2_000;
/// Notes of a closing or a call.
pub(crate) const NOTES_LENGTH: usize = 20_000;
/// A message.
pub(crate) const MESSAGE_LENGTH: usize = 100_000;
/// A list has no more items, unless it says otherwise.
pub(crate) const LIST_LENGTH: usize = 100;

/// An object, a form or a query that a request carries.
pub(crate) trait Input {
    /// What is read from it.
    type Value;
    /// Its name in the document.
    const NAME: &'static str;
    /// What it is, for the document.
    const ABOUT: &'static str;

    /// Reads every field, and then puts the value together: a field that is not asked for is refused, and one that is asked for only
    /// sometimes stands in no document.
    fn read(fields: &mut Fields) -> Option<Self::Value>;
}

/// Reads a JSON object.
///
/// # Errors
/// Fields that are unknown, absent or not valid, each by its name.
pub(crate) fn object<I: Input>(members: Vec<(String, Json)>) -> Result<I::Value, ApiError> {
    Fields::of_object(members).read::<I>()
}

/// The schema of a JSON object or a form, and of the objects within it.
pub(crate) fn schema_of<I: Input>(place: Place) -> (Schema, Vec<(String, RefOr<Schema>)>) {
    let Described { forms, nested } = Fields::describe::<I>(place);
    (described::object_schema(&forms, I::ABOUT), nested)
}

/// The parameters of a query.
pub(crate) fn parameters_of<I: Input>() -> Vec<Parameter> {
    let forms = Fields::describe::<I>(Place::Address).forms;
    let properties = forms.into_iter().next().unwrap_or_default().0;
    let parameter = |property: described::Property| {
        let mut parameter = Parameter::new(property.name);
        parameter.parameter_in = ParameterIn::Query;
        parameter.required = if property.required { Required::True } else { Required::False };
        parameter.description = Some(property.about.to_owned());
        parameter.schema = Some(property.schema);
        parameter
    };
    properties.into_iter().map(parameter).collect()
}

/// A parameter of a path.
pub(crate) fn path_parameter(name: &str, about: &str, kind: &impl Kind) -> Parameter {
    let mut parameter = Parameter::new(name);
    parameter.parameter_in = ParameterIn::Path;
    parameter.description = Some(about.to_owned());
    parameter.schema = Some(Schema::from(kind.schema(Use { place: Place::Address, required: true })).into());
    parameter
}

/// Where fields are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a JSON object: null is absence.
    Body,
    /// In a query or a form: every value is a text.
    Address,
}

/// Makes an [`Input`] a JSON body of the document.
macro_rules! json_body {
    ($($input:ty),+ $(,)?) => { $crate::input::published!($crate::input::Place::Body; $($input),+); };
}
/// Makes an [`Input`] a form of the document.
macro_rules! form_body {
    ($($input:ty),+ $(,)?) => { $crate::input::published!($crate::input::Place::Address; $($input),+); };
}
macro_rules! published {
    ($place:expr; $($input:ty),+) => {$(
        impl utoipa::PartialSchema for $input {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::input::schema_of::<Self>($place).0.into()
            }
        }
        impl utoipa::ToSchema for $input {
            fn name() -> std::borrow::Cow<'static, str> {
                <Self as $crate::input::Input>::NAME.into()
            }
            fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
                schemas.extend($crate::input::schema_of::<Self>($place).1);
            }
        }
    )+};
}
/// Makes an [`Input`] a query of the document.
macro_rules! query {
    ($($input:ty),+ $(,)?) => {$(
        impl utoipa::IntoParams for $input {
            fn into_params(
                _: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
            ) -> Vec<utoipa::openapi::path::Parameter> {
                $crate::input::parameters_of::<Self>()
            }
        }
    )+};
}
pub(crate) use {form_body, json_body, published, query};
