//! The circuit breaker of a provider: whether it is asked at all, one letter that finds out whether it is back, and no flood when it is.
//!
//! Its state is stored, since several processes send and most of them live for one run. Here are only the rules.

use chrono::{DateTime, Duration, Utc};

use crate::ids::{LeaseToken, MessageId};
use crate::published::published_enum;
use crate::sending::SendStage;

/// So many failures in a row that are the provider's, or our own settings', stop asking it.
pub const OPENS_AFTER: u32 = 3;
/// Seconds until one letter tries again, after the first, second, … time that it was tried in vain; the last one repeats.
const PAUSES_SECONDS: [i64; 6] = [30, 60, 120, 240, 480, 900];
/// What a pause may be at most, spread and all. What is stored further ahead than that is of a clock that ran ahead and was mended: it
/// counts as over, here as for every other instant of a breaker.
const LONGEST_PAUSE: Duration = Duration::seconds(PAUSES_SECONDS[PAUSES_SECONDS.len() - 1] * 6 / 5);
/// How long whoever tries may take before another one does.
const PROBE: Duration = Duration::minutes(5);
const MINUTE: Duration = Duration::minutes(1);
/// So many letters go in the first minute after a provider came back, twice as many in each further one.
const FIRST_MINUTE: u32 = 10;
/// After so many minutes nothing is held back any more.
const RECOVERY_MINUTES: i64 = 10;

published_enum! {
    /// What a breaker lets through.
    BreakerState {
        /// Everything.
        Closed = "closed",
        /// Nothing, until its pause is over.
        Open = "open",
        /// One letter, which finds out whether the provider is back.
        HalfOpen = "half_open",
        /// A few letters a minute, soon more: the provider has just come back.
        Recovering = "recovering",
    }
}

/// A provider's breaker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breaker {
    /// The provider, as [`crate::ports::Sender::provider`] names it.
    pub provider: String,
    /// Failures in a row.
    pub failures: u32,
    /// How far the last failure came.
    pub stage: Option<SendStage>,
    /// The message by which the last failure was counted, where it may as well be that message's fault.
    pub suspect: Option<MessageId>,
    /// Since when the provider is not asked (UTC).
    pub opened_at: Option<DateTime<Utc>>,
    /// When one letter tries again (UTC).
    pub retry_at: Option<DateTime<Utc>>,
    /// Who tries at this moment, and until when nobody else does.
    pub probe: Option<(LeaseToken, DateTime<Utc>)>,
    /// When the provider came back (UTC), while letters are held back.
    pub recovered_at: Option<DateTime<Utc>>,
    /// The minute in which letters are counted, and how many went.
    pub minute: Option<(DateTime<Utc>, u32)>,
    /// When it last changed (UTC).
    pub changed_at: DateTime<Utc>,
}

/// A failure that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed {
    /// How far it came.
    pub stage: SendStage,
    /// The message, where it may as well be at fault itself.
    pub suspect: Option<MessageId>,
}

impl From<SendStage> for Failed {
    /// One that says nothing of the message.
    fn from(stage: SendStage) -> Self {
        Self { stage, suspect: None }
    }
}

/// Whether a letter may be tried now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permit {
    /// It may.
    Yes,
    /// Not before this instant (UTC).
    NotBefore(DateTime<Utc>),
}

impl Breaker {
    /// A breaker of which nothing is known: closed.
    pub fn closed(provider: &str, now: DateTime<Utc>) -> Self {
        Self {
            provider: provider.to_owned(),
            failures: 0,
            stage: None,
            suspect: None,
            opened_at: None,
            retry_at: None,
            probe: None,
            recovered_at: None,
            minute: None,
            changed_at: now,
        }
    }

    /// What it lets through now.
    pub fn state(&self, now: DateTime<Utc>) -> BreakerState {
        match (self.opened_at, self.retry_at) {
            (Some(_), Some(retry_at)) if is_ahead(retry_at, now, LONGEST_PAUSE) => BreakerState::Open,
            (Some(_), _) => BreakerState::HalfOpen,
            (None, _) if self.is_recovering(now) => BreakerState::Recovering,
            (None, _) => BreakerState::Closed,
        }
    }

    /// Whether there is nothing to count or to hold back, so that nobody need write anything down.
    pub fn is_calm(&self, now: DateTime<Utc>) -> bool {
        self.failures == 0 && self.state(now) == BreakerState::Closed
    }

    /// Asks to try a letter; `run` names who asks, since whoever finds out whether the provider is back may ask again.
    pub fn ask(&mut self, run: &LeaseToken, now: DateTime<Utc>) -> Permit {
        match self.state(now) {
            BreakerState::Closed => Permit::Yes,
            BreakerState::Open => Permit::NotBefore(self.retry_at.unwrap_or(now)),
            BreakerState::HalfOpen => self.ask_to_probe(run, now),
            BreakerState::Recovering => self.ask_in_recovery(now),
        }
    }

    fn ask_to_probe(&mut self, run: &LeaseToken, now: DateTime<Utc>) -> Permit {
        match &self.probe {
            Some((holder, until)) if holder != run && is_ahead(*until, now, PROBE) => Permit::NotBefore(*until),
            _ => {
                self.probe = Some((run.clone(), now + PROBE));
                self.changed_at = now;
                Permit::Yes
            }
        }
    }

    fn ask_in_recovery(&mut self, now: DateTime<Utc>) -> Permit {
        let (began, went) = match self.minute {
            Some((began, went)) if is_ahead(began + MINUTE, now, MINUTE) => (began, went),
            _ => (now, 0),
        };
        let minutes = self.recovered_at.map_or(0, |at| (now - at).num_minutes());
        let allowed = FIRST_MINUTE << minutes.clamp(0, RECOVERY_MINUTES);
        if went >= allowed {
            return Permit::NotBefore(began + MINUTE);
        }
        self.minute = Some((began, went + 1));
        self.changed_at = now;
        Permit::Yes
    }

    /// Whether it is `run` that finds out whether the provider is back. Only its failure makes the pause longer: others, such as a
    /// person who writes meanwhile, find out nothing new.
    pub fn is_probed_by(&self, run: Option<&LeaseToken>) -> bool {
        self.probe.as_ref().is_some_and(|(holder, _)| Some(holder) == run)
    }

    /// Whoever asked found nothing to try.
    pub fn give_back(&mut self, run: &LeaseToken) {
        if self.probe.as_ref().is_some_and(|(holder, _)| holder == run) {
            self.probe = None;
        }
    }

    /// Whether the last failure was counted by this message, which may be at fault itself: that it fails again shows nothing new.
    pub fn is_suspect(&self, letter: MessageId) -> bool {
        self.suspect == Some(letter)
    }

    /// A letter failed for what is the provider's or our own; says whether that opened it. `spread`, below 1, varies the pause by a
    /// fifth each way, so that many deployments do not ask at once.
    pub fn count_failure(&mut self, failed: Failed, spread: f64, now: DateTime<Utc>) -> bool {
        let was_open = self.opened_at.is_some();
        self.failures = self.failures.saturating_add(1);
        self.stage = Some(failed.stage);
        self.suspect = failed.suspect;
        self.changed_at = now;
        if !was_open && self.failures < OPENS_AFTER {
            return false;
        }
        self.opened_at = self.opened_at.or(Some(now));
        let step = usize::try_from(self.failures.saturating_sub(OPENS_AFTER)).unwrap_or_default().min(PAUSES_SECONDS.len() - 1);
        self.retry_at = Some(now + spread_by_a_fifth(PAUSES_SECONDS[step], spread));
        self.probe = None;
        self.recovered_at = None;
        self.minute = None;
        !was_open
    }

    /// The provider answered as it should, whatever it said of the letter; says whether that closed it.
    pub fn count_success(&mut self, now: DateTime<Utc>) -> bool {
        let was_open = self.opened_at.is_some();
        self.failures = 0;
        self.stage = None;
        self.suspect = None;
        self.changed_at = now;
        if was_open {
            self.opened_at = None;
            self.retry_at = None;
            self.probe = None;
            self.recovered_at = Some(now);
            // The letter that found out counts.
            self.minute = Some((now, 1));
        }
        was_open
    }

    fn is_recovering(&self, now: DateTime<Utc>) -> bool {
        let whole = Duration::minutes(RECOVERY_MINUTES);
        self.recovered_at.is_some_and(|at| is_ahead(at + whole, now, whole))
    }
}

/// Whether an instant is still to come, and not further ahead than it can be: `at_most`, and a minute, since the clocks of two machines
/// differ a little, and whoever waited for the breaker looked at the clock before the one who wrote it.
fn is_ahead(instant: DateTime<Utc>, now: DateTime<Utc>, at_most: Duration) -> bool {
    now < instant && instant - now <= at_most + MINUTE
}

/// Four to six fifths of the seconds.
pub fn spread_by_a_fifth(seconds: i64, spread: f64) -> Duration {
    // Below a day, so that neither cast loses anything that matters.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
    let milliseconds = (seconds as f64 * 1000.0 * (0.8 + 0.4 * spread.clamp(0.0, 1.0))) as i64;
    Duration::milliseconds(milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::seconds(seconds)
    }

    fn run(name: &str) -> LeaseToken {
        LeaseToken(name.into())
    }

    fn open() -> Breaker {
        let mut breaker = Breaker::closed("smtp:test", at(0));
        for _ in 0..OPENS_AFTER {
            assert_eq!(breaker.ask(&run("a"), at(0)), Permit::Yes);
            breaker.count_failure(SendStage::Connection.into(), 0.5, at(0));
        }
        breaker
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_not_after_failures_between_answers() {
        let mut breaker = Breaker::closed("smtp:test", at(0));
        for _ in 0..10 {
            for _ in 1..OPENS_AFTER {
                assert!(!breaker.count_failure(SendStage::SignIn.into(), 0.5, at(0)));
            }
            assert!(!breaker.count_success(at(0)) && breaker.is_calm(at(0)));
        }
        assert_eq!(open().state(at(0)), BreakerState::Open);
        assert_eq!(open().ask(&run("a"), at(29)), Permit::NotBefore(at(30)));
    }

    #[test]
    fn one_letter_finds_out_whether_the_provider_is_back_and_the_others_wait() {
        let mut breaker = open();
        assert_eq!(breaker.ask(&run("a"), at(30)), Permit::Yes);
        assert_eq!(breaker.ask(&run("a"), at(31)), Permit::Yes, "it was put off for another reason and asks again");
        assert_eq!(breaker.ask(&run("b"), at(31)), Permit::NotBefore(at(31) + PROBE));
        // Its process died.
        assert_eq!(breaker.ask(&run("b"), at(31) + PROBE), Permit::Yes);
        breaker.give_back(&run("b"));
        assert_eq!(breaker.ask(&run("c"), at(400)), Permit::Yes);
    }

    #[test]
    fn an_outage_of_hours_costs_four_letters_an_hour() {
        let (mut breaker, mut now, mut tried) = (open(), at(0), 0);
        while now < at(6 * 3600) {
            match breaker.ask(&run("a"), now) {
                Permit::Yes => {
                    tried += 1;
                    breaker.count_failure(SendStage::Connection.into(), 0.5, now);
                }
                Permit::NotBefore(until) => now = until,
            }
        }
        assert!((24..=29).contains(&tried), "{tried}");
    }

    #[test]
    fn whoever_looked_at_the_clock_a_moment_earlier_does_not_probe_besides() {
        let mut breaker = open();
        assert_eq!(breaker.ask(&run("a"), at(31)), Permit::Yes);
        assert_eq!(breaker.ask(&run("b"), at(30)), Permit::NotBefore(at(31) + PROBE));
        // Nor does he take the longest pause for one of a clock that ran ahead.
        let mut breaker = open();
        for _ in 0..20 {
            breaker.count_failure(SendStage::Connection.into(), 1.0, at(100));
        }
        assert_eq!(breaker.state(at(99)), BreakerState::Open);
    }

    #[test]
    fn no_flood_follows_a_recovery() {
        let mut breaker = open();
        breaker.ask(&run("a"), at(30));
        assert!(breaker.count_success(at(30)));
        assert_eq!(breaker.state(at(30)), BreakerState::Recovering);
        let mut in_minute = Vec::new();
        for minute in 0..4 {
            let now = at(30 + 60 * minute);
            in_minute.push((0..1000).filter(|_| breaker.ask(&run("b"), now) == Permit::Yes).count());
        }
        assert_eq!(in_minute, [9, 20, 40, 80]);
        let later = at(30 + 60 * RECOVERY_MINUTES);
        assert!(breaker.is_calm(later));
        assert!((0..100_000).all(|_| breaker.ask(&run("b"), later) == Permit::Yes));
    }

    #[test]
    fn what_a_clock_wrote_that_ran_a_day_ahead_is_over_when_it_is_mended() {
        let (day, now) = (86_400, at(0));
        let mut breaker = Breaker::closed("smtp:test", at(day));
        for _ in 0..20 {
            breaker.count_failure(SendStage::Connection.into(), 1.0, at(day));
        }
        assert_eq!(breaker.state(at(day)), BreakerState::Open);
        assert_eq!(breaker.state(now), BreakerState::HalfOpen);

        breaker.probe = Some((run("a"), at(day) + PROBE));
        assert_eq!(breaker.ask(&run("b"), now), Permit::Yes, "whoever tries a day ahead is not waited for");
        assert_eq!(breaker.ask(&run("c"), now), Permit::NotBefore(now + PROBE));

        assert!(breaker.count_success(at(day)));
        assert_eq!(breaker.state(at(day)), BreakerState::Recovering);
        assert!(breaker.is_calm(now));

        // The minute was written by the clock that ran ahead, the recovery by the mended one.
        breaker.recovered_at = Some(now);
        breaker.minute = Some((at(day), 1000));
        assert_eq!(breaker.ask(&run("b"), now), Permit::Yes);
        assert_eq!(breaker.minute, Some((now, 1)));
    }

    #[test]
    fn clocks_that_differ_by_seconds_end_no_pause_and_no_recovery() {
        let mut breaker = Breaker::closed("smtp:test", at(5));
        for _ in 0..20 {
            breaker.count_failure(SendStage::Connection.into(), 0.5, at(5));
        }
        assert_eq!(breaker.state(at(0)), BreakerState::Open);
        breaker.count_success(at(5));
        assert_eq!(breaker.state(at(0)), BreakerState::Recovering);
        assert_eq!((0..1000).filter(|_| breaker.ask(&run("b"), at(0)) == Permit::Yes).count(), 9);
    }

    #[test]
    fn a_provider_that_fails_again_while_it_recovers_is_not_asked_for_long() {
        let mut breaker = open();
        breaker.count_success(at(30));
        for _ in 0..OPENS_AFTER {
            breaker.count_failure(SendStage::Message.into(), 0.5, at(31));
        }
        assert_eq!(breaker.state(at(32)), BreakerState::Open);
    }

    #[test]
    fn pauses_vary_by_a_fifth_each_way() {
        assert_eq!(spread_by_a_fifth(100, 0.0), Duration::seconds(80));
        assert_eq!(spread_by_a_fifth(100, 1.0), Duration::seconds(120));
    }

    #[test]
    fn a_message_that_may_be_at_fault_itself_is_suspected_until_another_one_shows_more() {
        let mut breaker = Breaker::closed("smtp:test", at(0));
        let by = |letter| Failed { stage: SendStage::Message, suspect: Some(MessageId(letter)) };
        breaker.count_failure(by(1), 0.5, at(0));
        assert!(breaker.is_suspect(MessageId(1)) && !breaker.is_suspect(MessageId(2)));
        breaker.count_failure(by(2), 0.5, at(1));
        assert!(breaker.is_suspect(MessageId(2)) && breaker.count_failure(by(3), 0.5, at(2)), "three letters open it");
        breaker.count_success(at(60));
        assert!(!breaker.is_suspect(MessageId(3)));
    }
}
