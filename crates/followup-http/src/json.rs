//! JSON as it was sent: in order, with no key twice. Everything else about it is the DTOs' to check.

use std::collections::HashSet;
use std::fmt;

use followup_words::answers as texts;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Reads a JSON object. Values nested deeper than 128 levels are refused.
///
/// # Errors
/// In Spanish, what is wrong and where; nothing of the content but a repeated key.
pub(crate) fn parse_object(bytes: &[u8]) -> Result<Vec<(String, Json)>, String> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(texts::NOT_UTF8.into());
    }
    match serde_json::from_slice(bytes) {
        Ok(Json::Object(fields)) => Ok(fields),
        Ok(_) => Err(texts::NOT_AN_OBJECT.into()),
        Err(error) => Err(describe(&error)),
    }
}

fn describe(error: &serde_json::Error) -> String {
    match error.to_string().strip_prefix(REPEATED).and_then(|rest| rest.split_once(END_OF_KEY)) {
        Some((key, _)) => texts::repeated_key(key),
        None => texts::malformed_json(error.line(), error.column()),
    }
}

/// Marks our own error within the library's text, and where the key in it ends.
const REPEATED: &str = "repeated key ";
const END_OF_KEY: &str = "\u{1}";

impl Json {
    /// The value with its keys sorted, as text: the same for two requests that say the same.
    pub(crate) fn canonical(&self) -> String {
        match self {
            Self::Null => "null".into(),
            Self::Bool(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::canonical).collect::<Vec<_>>().join(",")),
            Self::Object(fields) => canonical_object(fields),
        }
    }
}

/// [`Json::canonical`] of an object.
pub(crate) fn canonical_object(fields: &[(String, Json)]) -> String {
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by(|one, other| one.0.cmp(&other.0));
    let members = fields.iter().map(|(key, value)| format!("{}:{}", serde_json::Value::from(key.as_str()), value.canonical()));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Integer(value))
    }
    #[allow(clippy::cast_precision_loss)] // Beyond i64 nothing is counted; JSON numbers are doubles there.
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(i64::try_from(value).map_or(Json::Number(value as f64), Json::Integer))
    }
    /// `1.0` is a whole number (JSON Schema, and JavaScript writes none other), as long as doubles count by ones.
    #[allow(clippy::cast_possible_truncation)]
    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        let is_whole = value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0;
        Ok(if is_whole { Json::Integer(value as i64) } else { Json::Number(value) })
    }
    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut fields = Vec::new();
        let mut seen = HashSet::new();
        while let Some((key, value)) = members.next_entry::<String, Json>()? {
            if !seen.insert(key.clone()) {
                return Err(de::Error::custom(format!("{REPEATED}{key}{END_OF_KEY}")));
            }
            fields.push((key, value));
        }
        Ok(Json::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        parse_object(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn what_is_no_json_object_is_refused_with_its_place() {
        assert_eq!(refused("{\"a\":\n tru}"), "JSON mal formado (línea 2, columna 5)");
        for text in
            ["", "{", "{\"a\":1}x", "{\"a\":1e999}", "{\"a\":NaN}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00x\"}", "{\"a\":\"\u{1}\"}"]
        {
            assert!(refused(text).starts_with("JSON mal formado"), "{text:?}");
        }
        for text in ["[]", "1", "null", "\"a\""] {
            assert_eq!(refused(text), texts::NOT_AN_OBJECT, "{text:?}");
        }
        assert_eq!(parse_object(b"{\"a\":\"\xff\"}").unwrap_err(), texts::NOT_UTF8);
    }

    #[test]
    fn a_depth_bomb_is_refused() {
        let bomb = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(refused(&bomb).starts_with("JSON mal formado"));
    }

    #[test]
    fn a_repeated_key_is_refused_at_any_depth() {
        assert_eq!(refused("{\"a\":1,\"a\":1}"), "JSON mal formado: la clave «a» está repetida");
        assert!(refused("{\"x\":[{\"ñ\":1,\"\\u00f1\":2}]}").contains("«ñ»"));
    }

    #[test]
    fn huge_numbers_are_numbers() {
        let fields = parse_object(b"{\"a\":123456789012345678901234567890,\"b\":-9223372036854775808}").unwrap();
        assert!(matches!(fields[0].1, Json::Number(number) if number > 1e29));
        assert_eq!(fields[1].1, Json::Integer(i64::MIN));
    }

    #[test]
    fn a_whole_number_may_be_written_with_a_fraction_of_nothing() {
        let fields = parse_object(b"{\"a\":-415.0,\"b\":1e3,\"c\":0.5,\"d\":1e300}").unwrap();
        assert_eq!((&fields[0].1, &fields[1].1, &fields[2].1), (&Json::Integer(-415), &Json::Integer(1000), &Json::Number(0.5)));
        assert!(matches!(fields[3].1, Json::Number(_)));
    }

    #[test]
    fn the_canonical_text_does_not_depend_on_order_or_spelling() {
        let one = parse_object("{\"b\": [1, {\"y\":null,\"x\":\"ñ\"}], \"a\":true}".as_bytes()).unwrap();
        let other = parse_object(b"{\"a\":true,\"b\":[1,{\"x\":\"\\u00f1\",\"y\":null}]}").unwrap();
        assert_eq!(canonical_object(&one), canonical_object(&other));
        assert_eq!(canonical_object(&one), "{\"a\":true,\"b\":[1,{\"x\":\"ñ\",\"y\":null}]}");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
            let _ = parse_object(&bytes);
        }

        /// What serde_json writes is read, and its canonical text is read to the same.
        #[test]
        fn the_canonical_text_says_the_same(key in ".*", text in ".*", number: i64, list: Vec<bool>) {
            let written = serde_json::json!({"k": {key: text}, "n": number, "l": list}).to_string();
            let fields = parse_object(written.as_bytes()).unwrap();
            let again = parse_object(canonical_object(&fields).as_bytes()).unwrap();
            proptest::prop_assert_eq!(canonical_object(&fields), canonical_object(&again));
            proptest::prop_assert_eq!(fields.len(), again.len());
        }
    }
}
