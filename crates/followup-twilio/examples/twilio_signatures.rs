//! Reads calls with what Twilio's own library says of their signatures, and says where our door differs:
//! `cargo run -p followup-twilio --example twilio_signatures -- FILE`, one call as JSON a line. Ends with 1 where one differs.
#![allow(clippy::print_stdout)]

use std::io::{BufRead, BufReader};
use std::process::ExitCode;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use followup_domain::ports::{CallbackDoor, ProviderCall};
use followup_twilio::TwilioDoor;
use serde::Deserialize;

#[derive(Deserialize)]
struct Call {
    token: String,
    public_url: String,
    path: String,
    r#type: String,
    settings: String,
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

fn is_admitted(call: &Call) -> Result<bool, base64::DecodeError> {
    let body = STANDARD.decode(&call.body)?;
    let mut headers = vec![("Content-Type", call.r#type.as_str()), ("X-Twilio-Signature", call.signature.as_str())];
    if !call.settings.is_empty() {
        headers.push(("X-Twilio-Webhooks-Signature-Settings", &call.settings));
    }
    let called = ProviderCall { method: "POST", peer: None, path_and_query: &call.path, headers: &headers, body: &body };
    Ok(TwilioDoor::new(&call.token, &call.public_url).admit(&called).is_some())
}
