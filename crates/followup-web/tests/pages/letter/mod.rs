//! The letter to a reporter.

mod drafts;
mod files;
mod sending;

use std::sync::Arc;

use followup_domain::ids::CaseId;
use followup_domain::message::Channel;
use followup_testkit::fakes::RecordingSender;

use crate::support::{Answer, Browser, Unit};

/// Asks nothing by itself.
fn quiet() -> Unit {
    Unit::start_with(|policy, _| policy.automatic_requests = false)
}

/// With carriers of text messages and WhatsApp.
fn with_texts() -> (Unit, RecordingSender, RecordingSender) {
    let (sms, whatsapp) = (RecordingSender::of(Channel::Sms, "testsms"), RecordingSender::of(Channel::Whatsapp, "testwhatsapp"));
    let (by_sms, by_whatsapp) = (sms.clone(), whatsapp.clone());
    let unit = Unit::start_as(
        |policy, _| policy.automatic_requests = false,
        move |app| {
            app.senders = app.senders.clone().with(Channel::Sms, Arc::new(by_sms)).with(Channel::Whatsapp, Arc::new(by_whatsapp));
        },
    );
    (unit, sms, whatsapp)
}

fn href(id: CaseId) -> String {
    format!("/casos/{}/pedir", id.0)
}

/// What a field of the letter's form holds.
#[track_caller]
fn field(answer: &Answer, id: CaseId, name: &str) -> String {
    let form = answer.page().form(&href(id));
    form.fields.into_iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name}")).1
}

/// All values of a field of several.
fn fields(answer: &Answer, id: CaseId, name: &str) -> Vec<String> {
    answer.page().form(&href(id)).fields.into_iter().filter(|(known, _)| known == name).map(|(_, value)| value).collect()
}

/// Presses a button of the form as it stands on a page, with some fields changed; does not follow where that leads.
fn press(browser: &mut Browser, shown: &Answer, id: CaseId, (to, changed): (&str, &[(&str, &str)])) -> Answer {
    let form = shown.page().form(&href(id));
    let mut sent: Vec<(String, String)> =
        form.fields.into_iter().filter(|(name, _)| !changed.iter().any(|(given, _)| given == name)).collect();
    sent.extend(changed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(to, &sent)
}
