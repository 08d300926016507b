//! Answers as files, in the place of a provider's calls.

use followup_domain::contact::E164;
use followup_domain::message::{Channel, Classification};
use followup_domain::sending::{EventReader, IncomingMessage, ProviderEvent, UnreadableEvents};
use serde::Deserialize;

use crate::scope_of;

/// Understands the files that [`called`] wraps: of text messages `De:` with the number, perhaps `Responde-a:` with our reference, a blank line
/// and the text; of WhatsApp a JSON object with `from`, `text` and perhaps `answers`.
#[derive(Debug, Clone, Copy)]
pub struct TextInbox(Channel);

impl TextInbox {
    /// For `.sms.txt`.
    #[must_use]
    pub fn sms() -> Self {
        Self(Channel::Sms)
    }

    /// For `.whatsapp.json`.
    #[must_use]
    pub fn whatsapp() -> Self {
        Self(Channel::Whatsapp)
    }

    /// How the names of its files end.
    #[must_use]
    pub fn suffix(&self) -> &'static str {
        if self.0 == Channel::Sms { ".sms.txt" } else { ".whatsapp.json" }
    }
}

/// A file as the call of a provider: two files of the same words are two messages, and one that is read twice is one. `seen`: what tells the file
/// from another, in one line.
#[must_use]
pub fn called(seen: &str, content: &[u8]) -> Vec<u8> {
    let seen: String = seen.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    [seen.as_bytes(), b"\n", content].concat()
}

impl EventReader for TextInbox {
    fn scope(&self) -> &str {
        scope_of(self.0)
    }

    fn channel(&self) -> Channel {
        self.0
    }

    /// Nobody is written to.
    fn tells_delivery(&self) -> bool {
        false
    }

    fn read(&self, raw: &[u8]) -> Result<Vec<ProviderEvent>, UnreadableEvents> {
        let text = String::from_utf8_lossy(raw).replace('\0', "");
        let (seen, content) = text.split_once('\n').ok_or_else(|| unreadable("el archivo está vacío"))?;
        let content = content.strip_prefix('\u{feff}').unwrap_or(content);
        let answer = if self.0 == Channel::Sms { of_text(content)? } else { of_json(content)? };
        let from = answer.from.trim();
        if E164::parse(from).is_none() {
            return Err(unreadable("falta el número de quien escribe, con + y el código de su país"));
        }
        Ok(vec![ProviderEvent::Message(IncomingMessage {
            classification: Classification::Human,
            media: Vec::new(),
            provider_id: seen.to_owned(),
            from: from.to_owned(),
            to: None,
            body: answer.text.trim_end().to_owned(),
            answers: answer.answers,
            at: None,
        })])
    }
}

#[derive(Deserialize)]
struct Answer {
    from: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    answers: Option<String>,
}

fn of_json(content: &str) -> Result<Answer, UnreadableEvents> {
    serde_json::from_str(content).map_err(|_| unreadable("no es un objeto JSON con from y text"))
}

fn of_text(content: &str) -> Result<Answer, UnreadableEvents> {
    let content = content.replace("\r\n", "\n");
    let (head, text) = content.split_once("\n\n").unwrap_or((content.as_str(), ""));
    let value = |names: &[&str]| {
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(name, _)| names.iter().any(|known| known.eq_ignore_ascii_case(name.trim())));
        found.map(|(_, value)| value.trim().to_owned())
    };
    let from = value(&["De", "From"]).ok_or_else(|| unreadable("falta la línea De: con el número de quien escribe"))?;
    Ok(Answer { from, text: text.to_owned(), answers: value(&["Responde-a", "In-Reply-To"]) })
}

fn unreadable(why: &str) -> UnreadableEvents {
    UnreadableEvents(why.to_owned())
}
