//! Reads files with Meta's calls as they are documented, and says of each how it is understood:
//! `cargo run -p followup-meta --example read_calls -- FILE…`. A file holds one call, or any number of them in lists and objects.
#![allow(clippy::print_stdout)]

use followup_domain::message::Classification;
use followup_domain::sending::{EventReader, ProviderEvent};
use followup_meta::MetaEvents;
use serde_json::Value;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let file: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        let mut calls = Vec::new();
        calls_in(&file, String::new(), &mut calls);
        for (name, call) in calls {
            println!("{path} {name}: {}", understood(call));
        }
    }
    Ok(())
}

/// The calls in a document, each with where it stands.
fn calls_in<'v>(value: &'v Value, name: String, calls: &mut Vec<(String, &'v Value)>) {
    match value {
        Value::Object(fields) if fields.contains_key("entry") => calls.push((name, value)),
        Value::Object(fields) => fields.iter().for_each(|(field, value)| calls_in(value, format!("{name}/{field}"), calls)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, value)| calls_in(value, format!("{name}/{n}"), calls)),
        _ => {}
    }
}

/// As its own number and account understand it.
fn understood(call: &Value) -> String {
    let entry = &call["entry"][0];
    let ours = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number = ours(&entry["changes"][0]["value"]["metadata"]["phone_number_id"]);
    match MetaEvents::new(number, ours(&entry["id"])).read(call.to_string().as_bytes()) {
        Ok(events) => events.iter().map(told).collect::<Vec<_>>().join("; "),
        Err(error) => format!("quarantined: {error}"),
    }
}

fn told(event: &ProviderEvent) -> String {
    match event {
        ProviderEvent::Status(event) => format!("status {}", event.kind),
        ProviderEvent::Template(event) => format!("template {} {}", event.name, event.status),
        ProviderEvent::Unread(why) => format!("quarantined: {why}"),
        ProviderEvent::Message(message) => {
            let kind = if message.classification == Classification::Human { "message" } else { "gesture" };
            let files: Vec<&str> = message.media.iter().map(|file| file.media_type.as_str()).collect();
            format!("{kind} {:?} {files:?}", message.body)
        }
    }
}
