//! Reads calls with what a library of Meta's platform says of their signatures, and says where our door differs:
//! `cargo run -p followup-meta --example meta_signatures -- FILE`, one call as JSON a line. Ends with 1 where one differs.
#![allow(clippy::print_stdout)]

use std::io::{BufRead, BufReader};
use std::process::ExitCode;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use followup_domain::ports::{CallbackDoor, ProviderCall};
use followup_meta::MetaDoor;
use serde::Deserialize;

#[derive(Deserialize)]
struct Call {
    secret: String,
    body: String,
    signature: String,
    valid: bool,
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("the file is missing")?;
    let (mut all, mut valid, mut differ) = (0, 0, 0);
    for line in BufReader::new(std::fs::File::open(path)?).lines() {
        let line = line?;
        let call: Call = serde_json::from_str(&line)?;
        all += 1;
        valid += usize::from(call.valid);
        if is_admitted(&call)? != call.valid {
            differ += 1;
            println!("differs: {line}");
        }
    }
    println!("{differ} of {all} differ; {valid} are valid");
    Ok(if differ == 0 && all > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is let in is kept as it came.
fn is_admitted(call: &Call) -> Result<bool, base64::DecodeError> {
    let body = STANDARD.decode(&call.body)?;
    let headers = [("X-Hub-Signature-256", call.signature.as_str())];
    let called = ProviderCall { method: "POST", peer: None, path_and_query: "/api/v1/webhooks/whatsapp", headers: &headers, body: &body };
    Ok(MetaDoor::new(&call.secret, "a verify token").admit(&called).is_some_and(|kept| kept == body))
}
