//! A letter as it stands in its form.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use followup_answers::Refusal;
use followup_app::{Draft, IdempotencyKey, SendRequest, WrittenDraft};
use followup_domain::asking::draft::{DraftText, LetterDraft};
use followup_domain::asking::missing::FieldPath;
use followup_domain::ids::{CaseId, UploadId};
use followup_domain::message::Channel;
use followup_words::answers as texts;
use sha2::{Digest, Sha256};

use super::channel;
use crate::form::Form;

/// The longest key that a form of ours carries.
const LONGEST_KEY: usize = 64;

/// What somebody typed, and what the form knew of the draft.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub(super) channel: Channel,
    pub(super) text: DraftText,
    /// The version of the draft that the form was made from; 0 where there was none.
    pub(super) version: i64,
    /// By which the form is sent once.
    pub(super) key: String,
}

impl Typed {
    /// Reads the form.
    ///
    /// # Errors
    /// It names no channel, or carries no number where one belongs: no form of ours.
    pub(super) fn read(form: &Form) -> Result<Self, Refusal> {
        let channel = channel(form.text("canal")).ok_or_else(|| Refusal::BadRequest(texts::UNSUPPORTED_CHANNEL.into()))?;
        let text = DraftText {
            subject: form.verbatim("asunto").to_owned(),
            body: form.verbatim("texto").to_owned(),
            // Without any box ticked nothing is sent of them.
            asks: form.has("pide_algo").then(|| form.all("pide").filter_map(FieldPath::parse).collect()),
            template: (form.text("forma") == "plantilla").then(|| form.text("plantilla").to_owned()),
            parameters: form.all("parametro").map(str::to_owned).collect(),
            files: form.all("archivo").filter_map(|id| id.parse().ok()).map(UploadId).collect(),
            override_reason: form.text("motivo").to_owned(),
        };
        let key: String = form.text("clave").chars().filter(char::is_ascii_graphic).take(LONGEST_KEY).collect();
        Ok(Self { channel, text, version: form.number("version")?, key: if key.is_empty() { new_key() } else { key } })
    }

    /// A draft as it was kept.
    pub(super) fn of_draft(draft: LetterDraft) -> Self {
        Self { channel: draft.key.channel, text: draft.text, version: draft.version, key: new_key() }
    }

    /// The letter as the service would write it.
    pub(super) fn of_letter(draft: &Draft, asks: Vec<FieldPath>, version: i64) -> Self {
        let template = draft.template.as_ref().filter(|_| draft.free_text_until.is_none());
        let text = DraftText {
            subject: draft.letter.subject.clone(),
            body: draft.letter.body.clone(),
            asks: Some(asks),
            template: template.map(|drafted| drafted.template.name.clone()),
            parameters: draft.template.as_ref().map(|drafted| drafted.template.parameters.clone()).unwrap_or_default(),
            ..DraftText::default()
        };
        Self { channel: draft.channel, text, version, key: new_key() }
    }

    /// What is asked of the service that sends it.
    pub(super) fn request(&self) -> SendRequest {
        let text = &self.text;
        let request = SendRequest {
            channel: Some(self.channel.as_str().to_owned()),
            override_reason: Some(text.override_reason.clone()).filter(|reason| !reason.is_empty()),
            ..SendRequest::default()
        };
        match &text.template {
            Some(template) if self.channel == Channel::Whatsapp => {
                SendRequest { template: Some(template.clone()), parameters: Some(text.parameters.clone()), ..request }
            }
            _ if self.channel == Channel::Email => SendRequest {
                subject: Some(text.subject.clone()),
                body: Some(text.body.clone()),
                attachments: text.files.clone(),
                ..request
            },
            _ => SendRequest { body: Some(text.body.clone()), ..request },
        }
    }

    /// The draft that is used up when it is sent.
    pub(super) fn written(&self) -> WrittenDraft {
        WrittenDraft { text: self.text.clone(), version: self.version }
    }

    /// The form's key, for one user and case.
    pub(super) fn idempotency(&self, case_id: CaseId, username: &str) -> IdempotencyKey {
        // Neither the case's number nor the key has a blank.
        let scope = format!("page:icsr:{case_id}:letter {} {username}", self.key);
        let hash = Sha256::digest(format!("{} {:?}", self.channel, self.text));
        IdempotencyKey { scope, fingerprint: hash.iter().map(|byte| format!("{byte:02x}")).collect() }
    }
}

/// A form's key. Where there is no randomness, two forms of one user and case are not told apart: the second is said to have been sent.
pub(super) fn new_key() -> String {
    let mut bytes = [0; 16];
    let _ = getrandom::fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
