//! Gateways that take JSON: what is posted is a template of the settings.

use followup_carrier::Says;
use followup_domain::sending::{ExternalName, Receipt, SendError, TextParcel};
use followup_https::{Answer, Failure, Request};
use serde_json::Value;

use crate::SCOPE;
use crate::config::{ConfigError, JsonProfile, SignIn};
use crate::words::{foreign, of, unanswered};

/// Characters of an id that is kept.
const LONGEST_ID: usize = 200;

/// What is posted, with its places.
#[derive(Clone)]
pub(crate) struct Template(Value);

impl Template {
    /// Reads it.
    ///
    /// # Errors
    /// It is no JSON, or has no place for the number or the text.
    pub(crate) fn parse(text: &str) -> Result<Self, ConfigError> {
        let value: Value = serde_json::from_str(text).map_err(|error| ConfigError::Body(format!("is not JSON: {error}")))?;
        let template = Self(value);
        // A mark that no template has by itself: it shows whether a place is there.
        let has = |name: &str| template.filled(&[(name, "\u{1}")]).contains("\\u0001");
        if !(has("to") || has("digits")) {
            return Err(ConfigError::Body("has no place for the number, {to} or {digits}".into()));
        }
        if !has("text") {
            return Err(ConfigError::Body("has no place for the text, {text}".into()));
        }
        Ok(template)
    }

    /// For a message; with where the gateway tells what became of it, which holds a secret, or without.
    pub(crate) fn of(&self, text: &TextParcel, from: Option<&str>, callback: &str) -> String {
        let number = text.to.as_e164();
        self.filled(&[
            ("to", number),
            ("digits", number.trim_start_matches('+')),
            ("text", &text.body),
            ("from", from.unwrap_or_default()),
            ("reference", &text.reference),
            ("callback", callback),
        ])
    }

    fn filled(&self, values: &[(&str, &str)]) -> String {
        fill(&self.0, values).to_string()
    }
}

fn fill(template: &Value, values: &[(&str, &str)]) -> Value {
    match template {
        Value::String(text) => Value::String(filled(text, values)),
        Value::Array(items) => items.iter().map(|item| fill(item, values)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), fill(value, values))).collect(),
        other => other.clone(),
    }
}

/// Once, from left to right: what is put in is not looked at again.
fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        written.push_str(before);
        let found = values.iter().find_map(|(name, value)| {
            let after = after[1..].strip_prefix(name)?.strip_prefix('}')?;
            Some((*value, after))
        });
        let (value, after) = found.unwrap_or(("{", &after[1..]));
        written.push_str(value);
        rest = after;
    }
    written + rest
}

/// With whatever the gateway signs us in by.
pub(crate) fn signed_in<'c>(request: Request<'c>, profile: &JsonProfile) -> Request<'c> {
    match &profile.sign_in {
        None => request,
        Some(SignIn::Basic(login)) => request.basic(&login.user, &login.password),
        Some(SignIn::Bearer(token)) => request.bearer(token),
        Some(SignIn::Header(name, token)) => request.header(name.clone(), token.clone()),
    }
}

/// The message's fate by what was answered.
///
/// # Errors
/// It was not taken, or nobody knows.
pub(crate) fn judge(answered: Result<Answer, Failure>, profile: &JsonProfile) -> Result<Receipt, SendError> {
    let answer = answered.map_err(|failure| unanswered(&failure, refused))?;
    if !(200..300).contains(&answer.status) {
        return Err(refused(&answer));
    }
    // A page of a proxy, or of whoever wants to be signed in to the network, may be a success as well.
    let Ok(told) = serde_json::from_slice::<Value>(&answer.body) else { return Err(foreign(&answer)) };
    let Some(pointer) = &profile.id else { return Ok(Receipt::with_words(of(&answer))) };
    match told.pointer(pointer).and_then(id) {
        Some(id) => {
            let words = format!("{} {id}", answer.status);
            Ok(Receipt { words, provider_id: Some(ExternalName::new(SCOPE, id)), parts: None })
        }
        None => Err(SendError::Uncertain(format!("la pasarela de SMS respondió {} sin el identificador del mensaje", answer.status))),
    }
}

fn id(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let is_id = !text.is_empty() && text.chars().count() <= LONGEST_ID && !text.contains(char::is_control);
    is_id.then_some(text)
}

/// By its status, where the gateway itself said so: in JSON, as it speaks.
fn refused(answer: &Answer) -> SendError {
    if serde_json::from_slice::<Value>(&answer.body).is_err() {
        return foreign(answer);
    }
    let says = match answer.status {
        405 => Says::Account,
        status => Says::by_status(status),
    };
    says.of_the_offer(of(answer), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_filled_once_and_nothing_breaks_out_of_it() {
        let values = [("to", "+51"), ("text", "\"}, {to} \\ \n{from}")];
        assert_eq!(filled("{to}: {text} {unknown} { {", &values), "+51: \"}, {to} \\ \n{from} {unknown} { {");
        let template = Template::parse(r#"{"a":["{to}"],"b":{"c":"{text}"},"d":1,"{to}":null}"#).unwrap();
        let written: Value = serde_json::from_str(&template.filled(&values)).unwrap();
        assert_eq!(written, serde_json::json!({"a": ["+51"], "b": {"c": values[1].1}, "d": 1, "{to}": null}));
    }

    #[test]
    fn a_template_without_a_place_for_number_or_text_is_told() {
        for (text, words) in [
            ("{", "is not JSON"),
            (r#"{"text":"{text}"}"#, "has no place for the number"),
            (r#"{"to":"{to}","{text}":1}"#, "has no place for the text"),
        ] {
            let error = Template::parse(text).map(drop).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        assert!(Template::parse(r#"{"to":"{digits}","text":"{text}"}"#).is_ok());
    }
}
