//! Where the next page of a list begins, as the list's last page told it.

use chrono::{DateTime, Utc};
use followup_words::answers as texts;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::kinds::{Kind, Use};
use crate::json::Json;

/// An instant in microseconds and a number: `1709288100000000_17`.
const PATTERN: &str = "^-?[0-9]{1,16}_[0-9]{1,18}$";

/// A place in a list that is ordered by instant, then number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor;

/// The place as it is told.
pub(crate) fn cursor((at, id): (DateTime<Utc>, i64)) -> String {
    format!("{}_{id}", at.timestamp_micros())
}

impl Kind for Cursor {
    type Value = (DateTime<Utc>, i64);

    fn read(&self, value: Json) -> Result<Option<Self::Value>, String> {
        let Json::Text(text) = value else { return Err(texts::TEXT_EXPECTED.into()) };
        read(&text).map(Some).ok_or_else(|| texts::CURSOR_EXPECTED.to_owned())
    }

    fn schema(&self, _: Use) -> ObjectBuilder {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some(PATTERN))
    }
}

fn read(text: &str) -> Option<(DateTime<Utc>, i64)> {
    let (at, id) = text.split_once('_')?;
    let is_number = |text: &str, longest: usize| (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_form = is_number(at.strip_prefix('-').unwrap_or(at), 16) && is_number(id, 18);
    let at = at.parse().ok().filter(|_| is_form).and_then(DateTime::from_timestamp_micros)?;
    Some((at, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_told() {
        for micros in [0, 1_709_288_100_123_456, -2_208_988_800_000_000] {
            let place = (DateTime::from_timestamp_micros(micros).unwrap(), 17);
            assert_eq!(Cursor.read(Json::Text(cursor(place))), Ok(Some(place)));
        }
    }

    #[test]
    fn what_no_list_told_is_refused() {
        for text in
            ["", "1", "_", "1_", "_1", "1_-2", "1_2_3", " 1_2", "1_2 ", "+1_2", "99999999999999999_1", "1_9999999999999999999", "١_2"]
        {
            assert!(Cursor.read(Json::Text(text.into())).is_err(), "{text}");
        }
    }
}
