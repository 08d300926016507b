//! What each channel is carried by, what that can do, and how it does.

use chrono::{DateTime, TimeDelta, Utc};
use followup_domain::message::Channel;
use followup_domain::ports::{SentFigures, StoreError};
use followup_domain::sending::breaker::Breaker;

use crate::app::App;
use crate::facts::day::day_begins;
use crate::step::{self, Step};

/// So far back it is looked for the last message that was taken.
const LOOKED_BACK: TimeDelta = TimeDelta::days(7);
/// The channels that have a transport where one is configured.
const WRITTEN: [Channel; 3] = [Channel::Email, Channel::Sms, Channel::Whatsapp];

/// A channel, as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelState {
    /// The channel.
    pub channel: Channel,
    /// Who takes its messages, as [`followup_domain::ports::Sender::provider`] names it; none where nobody does.
    pub provider: Option<String>,
    /// Whether it is told later what became of a message.
    pub tells_delivery: bool,
    /// Whether it brings replies.
    pub takes_replies: bool,
    /// Its circuit breaker; none where it never failed.
    pub breaker: Option<Breaker>,
    /// Messages that wait to be sent.
    pub queued: i64,
    /// When a message was last taken (UTC), within a week.
    pub last_accepted_at: Option<DateTime<Utc>>,
    /// What left since the organisation's day began.
    pub today: SentFigures,
    /// When this was looked at (UTC).
    pub at: DateTime<Utc>,
}

impl App {
    /// Every channel that messages are written by.
    ///
    /// # Errors
    /// The store's.
    pub fn channel_states(&self) -> Result<Vec<ChannelState>, StoreError> {
        step::read(self, |step| {
            let queued = step.tx.health().queued_by_channel()?;
            let since = day_begins(step);
            let today = step.tx.health().sent_since(since)?;
            let week = step.tx.health().sent_since(step.now - LOOKED_BACK)?;
            WRITTEN.iter().map(|channel| state_of(self, step, *channel, (&queued, &today, &week))).collect()
        })
    }
}

fn state_of(
    app: &App,
    step: &mut Step<'_>,
    channel: Channel,
    (queued, today, week): (&[(Channel, i64)], &[SentFigures], &[SentFigures]),
) -> Result<ChannelState, StoreError> {
    let provider = app.senders.of(channel).map(|sender| sender.provider().to_owned());
    let breaker = match &provider {
        Some(provider) => step.tx.breakers().find(provider)?,
        None => None,
    };
    // Of e-mail the mailbox tells.
    let is_mail = provider.is_some() && channel == Channel::Email;
    let readers: Vec<_> = app.events.scopes_of(channel).filter_map(|scope| app.events.of(scope)).collect();
    let of = |figures: &[SentFigures]| figures.iter().find(|figures| figures.channel == channel).copied();
    Ok(ChannelState {
        channel,
        tells_delivery: is_mail || readers.iter().any(|reader| reader.tells_delivery()),
        takes_replies: is_mail || !readers.is_empty(),
        provider,
        breaker,
        queued: queued.iter().find(|(known, _)| *known == channel).map_or(0, |(_, count)| *count),
        last_accepted_at: of(week).and_then(|week| week.last_at),
        today: of(today).unwrap_or(SentFigures { channel, messages: 0, parts: 0, last_at: None }),
        at: step.now,
    })
}
