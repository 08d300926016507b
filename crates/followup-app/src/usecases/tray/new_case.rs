//! A mail of the unassigned tray tells of a new adverse event: it becomes a case.

use followup_domain::audit::Actor;
use followup_domain::case::{Case, CasePatch, CaseRecord, Scalar};
use followup_domain::contact::EmailAddress;
use followup_domain::ids::MessageId;
use followup_domain::mail::inbound::ParsedMail;
use followup_domain::message::Message;
use followup_domain::policy::FollowupPolicy;
use followup_domain::ports::{Assignment, StoreError};

use crate::app::App;
use crate::consequences::{Event, follow};
use crate::errors::{CaseFromMailError, TrayError};
use crate::facts::lookup::in_tray;
use crate::moves::{case, tray};
use crate::runs::understanding::read_again;
use crate::step;
use crate::transaction;

/// So much of a mail's text goes into the narrative, in characters; the mail itself stands in the thread.
const LONGEST_NARRATIVE: usize = 100_000;
/// So much of a display name.
const LONGEST_NAME: usize = 200;

impl App {
    /// Makes a case of a mail of the tray, set aside or not. Received on the day of its arrival, reported by its sender, told in its
    /// words; every field given in `patch` stands in place of that. The mail stands in its thread, unread, and as long as it is, no
    /// automatic request goes out: a person reads first what the mail answers already.
    ///
    /// # Errors
    /// [`CaseFromMailError`]; nothing is stored then.
    pub fn case_from_mail(&self, actor: &Actor, id: MessageId, patch: CasePatch) -> Result<Case, CaseFromMailError> {
        let mail = step::read(self, |step| in_tray(step, id))?.mail;
        let parsed = read_again(self, &mail)?;
        let mut record = CaseRecord::default();
        let patch = with_what_the_mail_says(&self.policy, &mail, parsed.as_ref(), patch);
        patch.apply(&mut record).map_err(CaseFromMailError::Invalid)?;
        transaction::write(self, actor, |step| {
            let case_id = case::register(step, &record)?;
            if !tray::assign(step, &mail, Assignment { case_id, parent_id: None, confirmed: true, is_repeated: false })? {
                in_tray(step, id)?;
                return Err(TrayError::NotFound.into());
            }
            follow(step, Event::ThreadChanged(case_id))?;
            Ok(step.tx.cases().find(case_id)?.ok_or_else(|| StoreError::Refused("a stored case cannot be found".into()))?)
        })
    }
}

fn with_what_the_mail_says(policy: &FollowupPolicy, mail: &Message, parsed: Option<&ParsedMail>, mut patch: CasePatch) -> CasePatch {
    let arrived_on = mail.created_at.with_timezone(&policy.zone).date_naive().to_string();
    let from = mail.content.from.as_deref().and_then(|from| EmailAddress::parse(from).ok());
    // What the unit's own people pass on was reported by somebody else.
    let from = from.filter(|from| !from.same_mailbox(&policy.sender));
    let name = parsed.and_then(|parsed| parsed.from.as_ref()?.name.clone()).filter(|_| from.is_some());
    let narrative = parsed.map_or(&mail.content.body, |parsed| &parsed.reply);
    let said = [
        ("fecha_recepcion", Some(arrived_on)),
        ("reportante_nombre", name.map(|name| cut(&name, LONGEST_NAME))),
        ("reportante_email", from.map(|from| from.as_str().to_owned())),
        ("descripcion_evento", Some(cut(narrative, LONGEST_NARRATIVE))),
    ];
    for (field, value) in said {
        let is_given = patch.fields.iter().any(|(given, _)| given == field);
        if let Some(value) = value.filter(|value| !is_given && !value.is_empty()) {
            patch.fields.push((field.to_owned(), Scalar::Text(value)));
        }
    }
    patch
}

fn cut(text: &str, longest: usize) -> String {
    text.trim().chars().take(longest).collect()
}
