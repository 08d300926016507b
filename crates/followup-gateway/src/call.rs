//! A call as it is kept, and what it tells, whatever shape it has: parameters in the address, a form, JSON, or a text with headers.

use chrono::{DateTime, Utc};
use followup_domain::ports::ProviderCall;
use followup_https::form;
use serde_json::Value;

use crate::events::{INCOMING, INCOMING_ID, TIME};

/// Headers that tell something of a message: Kannel's, where it posts the text (`post-url`).
const HEADERS: &[(&str, &str)] =
    &[("x-kannel-from", "from"), ("x-kannel-to", "to"), ("x-kannel-coding", "coding"), ("x-kannel-time", "time")];
const MEDIA_TYPE: &str = "content-type";
/// The line of when a call arrived, where that is kept.
const ARRIVED: &str = "arrived";
/// Values of JSON that are looked at: a call has a few dozen.
const MOST_VALUES: usize = 500;

/// A call, taken apart.
pub(crate) struct Call {
    /// What was called: the path's last part.
    pub(crate) called: String,
    /// What it tells, names in lower case; of JSON the way to each value, with points between.
    fields: Vec<(String, Vec<u8>)>,
    /// Whether its texts stand in JSON, which is Unicode, whatever it says of the character set in which the message travelled.
    pub(crate) is_json: bool,
}

impl Call {
    /// The bytes to keep: no secret, and nothing that differs when the same call is made again. Only where nothing in a message tells it from
    /// another one of the same words, the minute in which it arrived does.
    pub(crate) fn kept(called: &str, call: &ProviderCall<'_>, now: DateTime<Utc>) -> Vec<u8> {
        let told = HEADERS.iter().map(|(header, _)| *header).chain([MEDIA_TYPE]);
        let lines: String = told.filter_map(|name| call.header(name).map(|value| format!("{name}: {value}\n"))).collect();
        let with = |lines: &str| [called.as_bytes(), b"\n", lines.as_bytes(), b"\n", call.body].concat();
        let kept = with(&lines);
        if Self::of(&kept).is_told_apart() { kept } else { with(&format!("{lines}{ARRIVED}: {}\n", now.format("%Y-%m-%dT%H:%MZ"))) }
    }

    /// Whether another call with the same words would not be the same: all but a message without id and time.
    fn is_told_apart(&self) -> bool {
        self.called != INCOMING || self.get(INCOMING_ID).is_some() || self.get(TIME).is_some()
    }

    /// Reads what was kept.
    pub(crate) fn of(raw: &[u8]) -> Self {
        let end = raw.windows(2).position(|pair| pair == b"\n\n").unwrap_or(raw.len());
        let (head, body) = (&raw[..end], raw.get(end + 2..).unwrap_or_default());
        let mut lines = head.split(|byte| *byte == b'\n');
        let line = lines.next().unwrap_or_default();
        let mark = line.iter().position(|byte| *byte == b'?').unwrap_or(line.len());
        let (called, query) = (&line[..mark], line.get(mark + 1..).unwrap_or_default());
        let mut call = Self { called: String::from_utf8_lossy(called).into_owned(), fields: Vec::new(), is_json: false };
        call.add_form(query);
        let mut media_type = String::new();
        for header in lines {
            let header = String::from_utf8_lossy(header);
            let Some((name, value)) = header.split_once(": ") else { continue };
            if name == MEDIA_TYPE {
                media_type = value.to_ascii_lowercase();
            } else if let Some((_, field)) = HEADERS.iter().find(|(known, _)| *known == name) {
                call.fields.push(((*field).to_owned(), value.as_bytes().to_vec()));
            }
        }
        call.add_body(&media_type, body);
        call
    }

    /// The first of these fields that is there and not empty.
    pub(crate) fn get(&self, names: &[&str]) -> Option<String> {
        let bytes = self.bytes(names)?;
        let text = String::from_utf8_lossy(bytes).replace('\0', "");
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Its bytes, also where it is empty.
    pub(crate) fn bytes(&self, names: &[&str]) -> Option<&[u8]> {
        let of = |name: &&str| self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_slice());
        names.iter().find_map(of)
    }

    fn add_form(&mut self, text: &[u8]) {
        let pairs = form::bytes(text).into_iter();
        self.fields.extend(pairs.map(|(name, value)| (String::from_utf8_lossy(&name).to_ascii_lowercase(), value)));
    }

    fn add_body(&mut self, media_type: &str, body: &[u8]) {
        let kind = media_type.split(';').next().unwrap_or_default().trim();
        match kind {
            "application/x-www-form-urlencoded" => self.add_form(body),
            "application/json" => {
                if let Ok(value) = serde_json::from_slice(body) {
                    self.is_json = true;
                    flatten(&mut self.fields, "", &value);
                }
            }
            "" if body.is_empty() => {}
            // The text itself, in its character set.
            _ => {
                let charset = media_type.split(';').find_map(|part| part.trim().strip_prefix("charset="));
                self.fields.extend(charset.map(|charset| ("charset".to_owned(), charset.trim_matches('"').as_bytes().to_vec())));
                self.fields.push(("text".to_owned(), body.to_vec()));
            }
        }
    }
}

fn flatten(fields: &mut Vec<(String, Vec<u8>)>, way: &str, value: &Value) {
    if fields.len() >= MOST_VALUES {
        return;
    }
    let deeper = |name: &str| if way.is_empty() { name.to_ascii_lowercase() } else { format!("{way}.{}", name.to_ascii_lowercase()) };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| flatten(fields, &deeper(name), value)),
        Value::String(text) => fields.push((way.to_owned(), text.as_bytes().to_vec())),
        Value::Number(number) => fields.push((way.to_owned(), number.to_string().into_bytes())),
        Value::Null | Value::Bool(_) | Value::Array(_) => {}
    }
}
