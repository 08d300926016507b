//! Makes each kind of request that is made to Meta, to a server that knows Meta's document:
//! `cargo run -p followup-meta --example meta_requests -- http://127.0.0.1:4010`. Ends with 1 where one is not taken, or its answer not
//! understood.
#![allow(clippy::print_stdout)]

use std::process::ExitCode;
use std::time::Duration;

use chrono::DateTime;
use followup_domain::contact::{Country, PhoneNumber};
use followup_domain::message::Absence;
use followup_domain::ports::{MediaError, MediaLimits, MediaSource, Sender, TemplateCatalogue};
use followup_domain::sending::{Parcel, WhatsappContent, WhatsappParcel, WhatsappTemplate};
use followup_meta::{MetaAccount, MetaConfig, MetaMedia, MetaTemplates, MetaWhatsapp};

/// Far longer than anything on loopback takes.
const LONG: Duration = Duration::from_secs(30);

type Error = Box<dyn std::error::Error>;

fn main() -> Result<ExitCode, Error> {
    let base_url = std::env::args().nth(1).ok_or("the server's address is missing")?;
    let account = MetaAccount::new(MetaConfig {
        phone_number_id: "106540352242922".into(),
        waba_id: "419561257915477".into(),
        access_token: "a token".into(),
        version: "v23.0".into(),
        base_url,
        ca_pem: None,
    })?;
    let mut outcomes = sent(&MetaWhatsapp::new(account.clone()))?;
    outcomes.push(("template list", listed(&MetaTemplates::new(account.clone()))));
    outcomes.push(("media", found(&MetaMedia::new(account)?)));
    let all = outcomes.len();
    let wrong: Vec<_> = outcomes.into_iter().filter_map(|(name, outcome)| Some((name, outcome.err()?))).collect();
    wrong.iter().for_each(|(name, error)| println!("{name}: {error}"));
    println!("{} of {all} taken", all - wrong.len());
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

type Outcome = (&'static str, Result<(), String>);

fn sent(sender: &MetaWhatsapp) -> Result<Vec<Outcome>, Error> {
    let to = PhoneNumber::parse("+51999888777", Country::default()).map_err(|_| "the number")?;
    let contents = [
        ("text", WhatsappContent::Text("¿Cuál fue la dosis?\n😀".into())),
        ("longest text", WhatsappContent::Text("ñ".repeat(4096))),
        ("template", template(&["1", "2"], &["Dra. \"Ana\"", "la dosis"])),
        ("template with words for places", template(&["nombre"], &["Ana"])),
        ("template without places", template(&[], &[])),
    ];
    let outcomes = contents.map(|(name, content)| {
        let reference = "0b5c7a+1@fv.example".into();
        let parcel = Parcel::Whatsapp(WhatsappParcel { reference, date: DateTime::UNIX_EPOCH, to: to.clone(), content });
        let outcome = sender.prepare(&parcel, LONG).and_then(|prepared| prepared.transmit());
        (name, outcome.map(|_| ()).map_err(|error| error.to_string()))
    });
    Ok(outcomes.into())
}

fn template(places: &[&str], parameters: &[&str]) -> WhatsappContent {
    let all = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    WhatsappContent::Template(WhatsappTemplate {
        name: "followup_request".into(),
        language: "es".into(),
        parameters: all(parameters),
        provider_id: None,
        places: all(places),
    })
}

fn listed(templates: &MetaTemplates) -> Result<(), String> {
    let listed = templates.list(LONG).map_err(|error| error.to_string())?;
    if listed.is_empty() { Err("the document's example of a list was not understood".into()) } else { Ok(()) }
}

/// Where the file lies is asked. That its size is too large tells that the answer was understood, and nobody outside is asked for the file.
fn found(media: &MetaMedia) -> Result<(), String> {
    match media.fetch("2621233374848975", MediaLimits { within: LONG, largest: 0 }) {
        Err(MediaError::Never(Absence::TooLarge)) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}
