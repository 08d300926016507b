//! Reads files with Meta's calls as they are documented, and says of each how it is understood:
//! `cargo run -p followup-meta --example read_calls -- FILE…`. A file holds one call, or any number of them in lists and
//! objects. Ends with 1 where a message or a state of one is not understood, where something else is neither understood nor kept for people,
//! and where a file holds no call.
#![allow(clippy::print_stdout)]

use std::process::ExitCode;

use followup_domain::message::Classification;
use followup_domain::sending::{EventReader, ProviderEvent};
use followup_meta::MetaEvents;
use serde_json::Value;

/// What became of what a call tells.
#[derive(Default, Clone, Copy)]
struct Count {
    understood: usize,
    kept: usize,
    /// A message or state that is not understood, or anything else that is neither understood nor kept.
    lost: usize,
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let mut table = Vec::new();
    for path in std::env::args().skip(1) {
        let file: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        let mut calls = Vec::new();
        calls_in(&file, String::new(), &mut calls);
        let mut count = Count::default();
        for (name, call) in &calls {
            println!("{path} {name}: {}", understood(call, &mut count));
        }
        table.push((path, calls.len(), count));
    }
    let is_lost = |(_, calls, count): &(String, usize, Count)| *calls == 0 || count.lost > 0;
    let all = table.iter().fold(Count::default(), |all, (_, _, count)| Count {
        understood: all.understood + count.understood,
        kept: all.kept + count.kept,
        lost: all.lost + count.lost,
    });
    for (path, calls, Count { understood, kept, lost }) in &table {
        println!("{path}: {calls} calls: {understood} events understood, {kept} kept for people, {lost} lost");
    }
    println!("{} files: {} events understood, {} kept for people, {} lost", table.len(), all.understood, all.kept, all.lost);
    Ok(if table.is_empty() || table.iter().any(is_lost) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
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
fn understood(call: &Value, count: &mut Count) -> String {
    let entry = &call["entry"][0];
    let ours = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number = ours(&entry["changes"][0]["value"]["metadata"]["phone_number_id"]);
    let (messages, others) = things_told(call);
    match MetaEvents::new(number, ours(&entry["id"])).read(call.to_string().as_bytes()) {
        Ok(events) => {
            let kept = events.iter().filter(|event| matches!(event, ProviderEvent::Unread(_))).count();
            let understood = events.len() - kept;
            let lost = messages.saturating_sub(understood).max((messages + others).saturating_sub(events.len()));
            count.kept += kept;
            count.understood += understood;
            count.lost += lost;
            let told = events.iter().map(told).chain((lost > 0).then(|| format!("LOST: {lost}")));
            told.collect::<Vec<_>>().join("; ")
        }
        // The whole call is kept then.
        Err(error) => {
            count.kept += 1;
            count.lost += messages;
            format!("kept: {error}")
        }
    }
}

/// How many messages and states of messages a call tells, which are to be understood; and changes of other kinds, which may be kept.
fn things_told(call: &Value) -> (usize, usize) {
    let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    let changes = list(call, "entry").into_iter().flat_map(|entry| list(&entry, "changes"));
    let of_change = changes.map(|change| list(&change["value"], "messages").len() + list(&change["value"], "statuses").len());
    of_change.fold((0, 0), |(messages, others), told| (messages + told, others + usize::from(told == 0)))
}

fn told(event: &ProviderEvent) -> String {
    match event {
        ProviderEvent::Status(event) => format!("status {}", event.kind),
        ProviderEvent::Template(event) => format!("template {} {}", event.name, event.status),
        ProviderEvent::Unread(why) => format!("kept: {why}"),
        ProviderEvent::Message(message) => {
            let kind = if message.classification == Classification::Human { "message" } else { "gesture" };
            let files: Vec<&str> = message.media.iter().map(|file| file.media_type.as_str()).collect();
            format!("{kind} {:?} {files:?}", message.body)
        }
    }
}
