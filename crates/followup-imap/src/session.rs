//! The few IMAP commands that reading a mailbox needs.
//!
//! The library's own `uid_fetch` and `uid_search` take the end of the connection and a tagged NO for the end of the answer. A
//! mail could then look as if it had gone, so the answers are read here, up to the tagged OK.

use std::collections::HashMap;
use std::time::Duration;

use async_imap::Session;

use async_imap::imap_proto::{AttributeValue, MailboxDatum, MessageSection, RequestId, Response, ResponseCode, SectionPath, Status};
use chrono::{DateTime, Utc};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::config::{ImapConfig, ImapTimeouts};
use crate::connect::{Wire, connect};
use crate::error::{Cause, PollError, Stage, network_cause, one_line};
use crate::login::{Presented, login, server_words};
use crate::mailbox_name::quoted_mailbox;
use crate::patience::Patience;
use crate::watch::Watch;

/// A connection that is signed in.
#[derive(Debug)]
pub(crate) struct MailSession {
    pub(crate) session: Session<Wire>,
    pub(crate) timeouts: ImapTimeouts,
    /// How long the connection may be silent.
    pub(crate) patience: Patience,
    /// What the server says of the mailbox unasked.
    pub(crate) watch: Watch,
    /// Whether the server knows IDLE, once it was asked.
    pub(crate) can_idle: Option<bool>,
}

/// What the server says of a mailbox that is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opened {
    /// UIDVALIDITY.
    pub(crate) validity: u32,
    /// UIDNEXT: greater than any UID that was ever given. Not every server says it (RFC 3501 §6.3.1).
    pub(crate) next: Option<u32>,
}

/// What is asked of a mail before the mail itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// INTERNALDATE; `None` if the server gave none that can be read.
    pub(crate) arrived_at: Option<DateTime<Utc>>,
    /// RFC822.SIZE in bytes.
    pub(crate) size: Option<u64>,
}

/// How much of a mail is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole {
        /// RFC822.SIZE.
        size: Option<u64>,
        /// Where the server gave no size, time for so many bytes is given.
        at_most: u64,
    },
    /// The header section.
    Header,
}

impl MailSession {
    /// Connects and signs in; a kept token that the server does not take any more is renewed once.
    pub(crate) async fn open(config: &ImapConfig, tls: &TlsConnector) -> Result<Self, PollError> {
        let presented = Presented::now(config).await?;
        match Self::open_with(config, tls, &presented).await {
            Err(error) if presented.is_worth_another(config, &error) => {
                tracing::info!("the mail server did not take the OAuth token: signing in with a new one");
                let presented = Presented::now(config).await?;
                let opened = Self::open_with(config, tls, &presented).await;
                if let Err(error) = &opened {
                    presented.is_worth_another(config, error);
                }
                opened
            }
            opened => opened,
        }
    }

    async fn open_with(config: &ImapConfig, tls: &TlsConnector, presented: &Presented) -> Result<Self, PollError> {
        let patience = Patience::new(config.timeouts.idle);
        let client = connect(config, tls, &patience).await?;
        let session = login(client, config, presented).await?;
        Ok(Self { session, timeouts: config.timeouts, patience, watch: Watch::default(), can_idle: None })
    }

    /// Opens the mailbox read-only, or looks at it again; returns its UIDVALIDITY.
    pub(crate) async fn examine(&mut self, mailbox: &str) -> Result<u32, PollError> {
        self.open_mailbox(mailbox).await.map(|opened| opened.validity)
    }

    /// The same, with UIDNEXT.
    pub(crate) async fn open_mailbox(&mut self, mailbox: &str) -> Result<Opened, PollError> {
        let (mut validity, mut next) = (None, None);
        self.watch = Watch::default();
        let command = format!("EXAMINE {}", quoted_mailbox(mailbox));
        self.command(Stage::Examine, &command, self.timeouts.command, |answer| {
            if let Response::Data { outcome, .. } = answer {
                match outcome.code {
                    Some(ResponseCode::UidValidity(value)) => validity = Some(value),
                    Some(ResponseCode::UidNext(value)) => next = Some(value),
                    _ => {}
                }
            }
        })
        .await?;
        let missing = || Stage::Examine.failed(Cause::Protocol("the server gives no UIDVALIDITY for this mailbox".into()));
        validity.ok_or_else(missing).map(|validity| Opened { validity, next })
    }

    /// The UIDs greater than `last`, ascending.
    pub(crate) async fn uids_after(&mut self, last: u32) -> Result<Vec<u32>, PollError> {
        self.watch.looked();
        let Some(first) = last.checked_add(1) else { return Ok(Vec::new()) };
        let mut uids = self.search(&format!("{first}:*")).await?;
        // `n:*` names the last mail also if its UID is less than n (RFC 9051 §9, seq-range).
        uids.retain(|uid| *uid >= first);
        uids.sort_unstable();
        uids.dedup();
        Ok(uids)
    }

    /// Whether the mailbox still holds this mail.
    pub(crate) async fn holds(&mut self, uid: u32) -> Result<bool, PollError> {
        Ok(self.search(&uid.to_string()).await?.contains(&uid))
    }

    async fn search(&mut self, set: &str) -> Result<Vec<u32>, PollError> {
        let mut uids = Vec::new();
        let command = format!("UID SEARCH UID {set}");
        self.command(Stage::Search, &command, self.timeouts.command, |answer| {
            if let Response::MailboxData(MailboxDatum::Search(found)) = answer {
                uids.extend(found);
            }
        })
        .await?;
        Ok(uids)
    }

    /// Dates and sizes; mails that are gone are missing.
    pub(crate) async fn envelopes(&mut self, uids: &[u32]) -> Result<HashMap<u32, Envelope>, PollError> {
        let set: Vec<String> = uids.iter().map(u32::to_string).collect();
        let command = format!("UID FETCH {} (UID INTERNALDATE RFC822.SIZE)", set.join(","));
        let mut envelopes = HashMap::new();
        let answered = self
            .command(Stage::List, &command, self.timeouts.command, |answer| {
                if let Response::Fetch(_, attributes) = answer
                    && let Some((uid, envelope)) = envelope_of(attributes)
                {
                    envelopes.insert(uid, envelope);
                }
            })
            .await;
        match answered {
            // Some servers refuse when a mail of the set is gone (RFC 5530, EXPUNGEISSUED); the rest was sent all the same.
            Err(PollError { cause: Cause::Refused(_), .. }) if !envelopes.is_empty() => Ok(envelopes),
            answer => answer.map(|()| envelopes),
        }
    }

    /// A mail's bytes, or `None` when the server names none. PEEK does not set `\Seen`.
    pub(crate) async fn fetch(&mut self, uid: u32, part: Part) -> Result<Option<Vec<u8>>, PollError> {
        let (section, bytes) = match part {
            Part::Whole { size, at_most } => ("", size.unwrap_or(at_most)),
            Part::Header => ("HEADER", 0),
        };
        let command = format!("UID FETCH {uid} (UID BODY.PEEK[{section}])");
        let mut body = None;
        self.command(Stage::Fetch(uid), &command, self.timeouts.answer(bytes), |answer| {
            if let Response::Fetch(_, attributes) = answer
                && uid_of(attributes) == Some(uid)
                && let Some(bytes) = body_of(attributes, part)
            {
                body = Some(bytes.to_vec());
            }
        })
        .await?;
        Ok(body)
    }

    /// Says goodbye; the server's answer changes nothing.
    pub(crate) async fn close(mut self) {
        let _ = timeout(self.timeouts.idle, self.session.logout()).await;
    }

    /// Runs a command up to its tagged answer. After any error but a refusal the session is of no further use.
    pub(crate) async fn command(
        &mut self,
        stage: Stage,
        command: &str,
        patience: Duration,
        mut see: impl FnMut(&Response<'_>),
    ) -> Result<(), PollError> {
        let (idle, watch) = (self.timeouts.idle, &mut self.watch);
        let see = |answer: &Response<'_>| {
            watch.note(answer);
            see(answer);
        };
        match timeout(patience, converse(&mut self.session, command, idle, see)).await {
            Ok(answer) => answer.map_err(|cause| stage.failed(cause)),
            Err(_) => Err(stage.failed(Cause::TimedOut(patience))),
        }
    }
}

async fn converse(session: &mut Session<Wire>, command: &str, idle: Duration, see: impl FnMut(&Response<'_>)) -> Result<(), Cause> {
    let tag = session.run_command(command).await.map_err(|error| server_words(error, idle))?;
    finish(session, &tag, idle, see).await
}

/// Reads up to the tagged answer.
pub(crate) async fn finish(
    session: &mut Session<Wire>,
    tag: &RequestId,
    idle: Duration,
    mut see: impl FnMut(&Response<'_>),
) -> Result<(), Cause> {
    let mut farewell = None;
    loop {
        let Some(answer) = session.read_response().await.map_err(|error| network_cause(&error, idle))? else {
            return Err(farewell.map_or(Cause::Lost, Cause::Farewell));
        };
        match answer.parsed() {
            Response::Done { tag: answered, status, outcome } if answered == tag => {
                return match status {
                    Status::Ok => Ok(()),
                    _ => Err(Cause::Refused(words(outcome.information.as_deref()))),
                };
            }
            Response::Data { status: Status::Bye, outcome } => farewell = Some(words(outcome.information.as_deref())),
            answer => see(answer),
        }
    }
}

pub(crate) fn words(information: Option<&str>) -> String {
    one_line(information.unwrap_or("no reason given"))
}

fn uid_of(attributes: &[AttributeValue<'_>]) -> Option<u32> {
    attributes.iter().find_map(|attribute| if let AttributeValue::Uid(uid) = attribute { Some(*uid) } else { None })
}

fn envelope_of(attributes: &[AttributeValue<'_>]) -> Option<(u32, Envelope)> {
    let uid = uid_of(attributes)?;
    let mut envelope = Envelope { arrived_at: None, size: None };
    for attribute in attributes {
        match attribute {
            AttributeValue::InternalDate(text) => envelope.arrived_at = internal_date(text),
            AttributeValue::Rfc822Size(size) => envelope.size = Some(u64::from(*size)),
            _ => {}
        }
    }
    // A server may tell of changed flags at any time (RFC 9051 §7.5.2): that is no answer to this question.
    (envelope.arrived_at.is_some() || envelope.size.is_some()).then_some((uid, envelope))
}

/// `date-time` of RFC 9051 §9; the day may be padded with a space.
fn internal_date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_str(text.trim(), "%d-%b-%Y %H:%M:%S %z").ok().map(|date| date.to_utc())
}

fn body_of<'a>(attributes: &'a [AttributeValue<'_>], part: Part) -> Option<&'a [u8]> {
    attributes.iter().find_map(|attribute| match (attribute, part) {
        (AttributeValue::BodySection { section: None, data: Some(data), .. }, Part::Whole { .. }) => Some(data.as_ref()),
        (AttributeValue::BodySection { section: Some(SectionPath::Full(MessageSection::Header)), data: Some(data), .. }, Part::Header) => {
            Some(data.as_ref())
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_dates_become_utc_also_with_a_one_digit_day() {
        let utc = |text| internal_date(text).map(|date| date.to_rfc3339());
        assert_eq!(utc("17-Jul-1996 02:44:25 -0700").as_deref(), Some("1996-07-17T09:44:25+00:00"));
        assert_eq!(utc(" 7-Feb-2026 23:30:00 -0300").as_deref(), Some("2026-02-08T02:30:00+00:00"));
        assert_eq!(utc("yesterday"), None);
    }

    #[test]
    fn an_unasked_change_of_flags_is_no_envelope() {
        let flags = [AttributeValue::Uid(7), AttributeValue::Flags(Vec::new())];
        assert_eq!(envelope_of(&flags), None);
    }
}
