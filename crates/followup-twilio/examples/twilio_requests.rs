//! Makes each kind of request that is made to Twilio, to a server that knows Twilio's document:
//! `cargo run -p followup-twilio --example twilio_requests -- http://127.0.0.1:4010`. Ends with 1 where one is not taken.
#![allow(clippy::print_stdout)]

use std::process::ExitCode;
use std::time::Duration;

use chrono::DateTime;
use followup_domain::contact::{Country, PhoneNumber};
use followup_domain::ports::Sender;
use followup_domain::sending::{Parcel, TextParcel, WhatsappContent, WhatsappParcel, WhatsappTemplate};
use followup_twilio::{TwilioConfig, TwilioFrom, TwilioSms, TwilioWhatsapp};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const SERVICE: &str = "MG0123456789abcdef0123456789abcdef";
const TEMPLATE: &str = "HX0123456789abcdef0123456789abcdef";
const NUMBER: &str = "+15005550006";
const REFERENCE: &str = "0b5c7a+1@fv.example";

type Error = Box<dyn std::error::Error>;

fn main() -> Result<ExitCode, Error> {
    let base_url = std::env::args().nth(1).ok_or("the server's address is missing")?;
    let (mut taken, mut all) = (0, 0);
    for (from, sender) in [("a number", TwilioFrom::Number(NUMBER.into())), ("a service", TwilioFrom::Service(SERVICE.into()))] {
        let config = config(&base_url, sender);
        let (sms, whatsapp) = (TwilioSms::new(config.clone())?, TwilioWhatsapp::new(config)?);
        let senders: [(&str, &dyn Sender, Vec<Parcel>); 2] = [("SMS", &sms, texts()?), ("WhatsApp", &whatsapp, messages()?)];
        for (channel, sender, parcels) in senders {
            for (n, parcel) in parcels.iter().enumerate() {
                all += 1;
                match sender.prepare(parcel, Duration::from_secs(30)).and_then(|prepared| prepared.transmit()) {
                    Ok(_) => taken += 1,
                    Err(error) => println!("{channel} {n} from {from}: {error}"),
                }
            }
        }
    }
    println!("{taken} of {all} taken");
    Ok(if taken == all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn config(base_url: &str, from: TwilioFrom) -> TwilioConfig {
    TwilioConfig {
        account_sid: ACCOUNT.into(),
        user: ACCOUNT.into(),
        password: "a token".into(),
        from,
        base_url: base_url.into(),
        ca_pem: None,
        status_callback: "https://fv.example/api/v1/webhooks/twilio/status".into(),
    }
}

fn number() -> Result<PhoneNumber, Error> {
    PhoneNumber::parse("+51999888777", Country::default()).map_err(|_| "the number".into())
}

fn texts() -> Result<Vec<Parcel>, Error> {
    let to = number()?;
    let bodies = ["Dosis?", "¿Cuál fue la dosis? 1 & 2 + 3 = 100 %\n😀"].into_iter().map(str::to_owned).chain(["ñ".repeat(1600)]);
    let text = |body| Parcel::Text(TextParcel { reference: REFERENCE.into(), date: DateTime::UNIX_EPOCH, to: to.clone(), body });
    Ok(bodies.map(text).collect())
}

fn messages() -> Result<Vec<Parcel>, Error> {
    let to = number()?;
    let filled = |places: &[&str], parameters: &[&str]| {
        let all = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        WhatsappContent::Template(WhatsappTemplate {
            name: "followup_request".into(),
            language: "es".into(),
            parameters: all(parameters),
            provider_id: Some(TEMPLATE.into()),
            places: all(places),
        })
    };
    let contents = [
        WhatsappContent::Text("¿Cuál fue la dosis?\n😀".into()),
        filled(&["1", "2"], &["Dra. \"Ana\"", "la dosis\\"]),
        filled(&["nombre"], &["Ana"]),
        filled(&[], &[]),
    ];
    let message =
        |content| Parcel::Whatsapp(WhatsappParcel { reference: REFERENCE.into(), date: DateTime::UNIX_EPOCH, to: to.clone(), content });
    Ok(contents.map(message).into())
}
