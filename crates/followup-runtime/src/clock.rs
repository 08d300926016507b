//! The real time, real ids and real salts, behind the domain's ports.

use chrono::{DateTime, SubsecRound, Utc};
use followup_domain::audit::Salt;
use followup_domain::contact::EmailAddress;
use followup_domain::ids::LeaseToken;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::ports::{Clock, IdGen, Salts};
use uuid::Uuid;

/// The system's clock, cut to the microsecond, which is what the databases keep.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    // The one place where the time is taken: everything else gets it from here.
    #[allow(clippy::disallowed_methods)]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }

    fn pause(&self, time: std::time::Duration) {
        std::thread::sleep(time);
    }
}

/// Random identifiers (UUID version 4: 122 bits from the system's generator).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RandomIds {
    domain: String,
}

/// Stands in Message-IDs for a sender's domain that is not ASCII; reserved by RFC 2606, and the UUID alone is unique.
const NEUTRAL_DOMAIN: &str = "followup.invalid";

impl RandomIds {
    /// Ids whose Message-IDs end in the sender's domain, as RFC 5322 §3.6.4 advises; spam filters look at it.
    pub fn of_sender(sender: &EmailAddress) -> Self {
        let domain = sender.domain();
        Self { domain: if domain.is_ascii() { domain.to_ascii_lowercase() } else { NEUTRAL_DOMAIN.to_owned() } }
    }
}

impl IdGen for RandomIds {
    // The domain of an address is made of letters, digits, dots and hyphens, and here it is ASCII.
    #[allow(clippy::expect_used)]
    fn message_id(&self) -> InternetMessageId {
        InternetMessageId::parse(&format!("{}@{}", random_uuid(), self.domain)).expect("a UUID at an ASCII domain is a Message-ID")
    }

    fn lease_token(&self) -> LeaseToken {
        LeaseToken(random_uuid().simple().to_string())
    }
}

// The one place where ids are made: everything else gets them from here.
#[allow(clippy::disallowed_methods)]
fn random_uuid() -> Uuid {
    Uuid::new_v4()
}

/// Salts of 128 bits from the system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomSalts;

impl Salts for RandomSalts {
    /// # Panics
    /// The system's generator fails: ids could not be made either, and nothing may be recorded under a salt that can be guessed.
    #[allow(clippy::expect_used)]
    fn draw(&self, count: usize) -> Vec<Salt> {
        let mut bytes = vec![0; count * size_of::<Salt>()];
        getrandom::fill(&mut bytes).expect("the system gives random numbers");
        bytes.as_chunks().0.iter().copied().map(Salt).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn ids(sender: &str) -> RandomIds {
        RandomIds::of_sender(&EmailAddress::parse(sender).unwrap())
    }

    #[test]
    fn the_clock_gives_whole_microseconds() {
        assert!((0..100).all(|_| SystemClock.now().timestamp_subsec_nanos().is_multiple_of(1000)));
    }

    #[test]
    fn message_ids_are_new_each_time_and_end_in_the_senders_domain() {
        let ids = ids("fv@Lab.example");
        let made: HashSet<String> = (0..100).map(|_| ids.message_id().to_string()).collect();
        assert_eq!(made.len(), 100);
        assert!(made.iter().all(|id| id.starts_with('<') && id.ends_with("@lab.example>")));
    }

    #[test]
    fn a_domain_that_is_not_ascii_still_gives_valid_message_ids() {
        assert!(ids("fv@niño.example").message_id().as_str().is_ascii());
    }

    #[test]
    fn salts_are_as_many_as_asked_for_and_new_each_time() {
        assert_eq!(RandomSalts.draw(0), []);
        let made: HashSet<Salt> = (0..100).flat_map(|count| RandomSalts.draw(count)).collect();
        assert_eq!(made.len(), (0..100).sum::<usize>());
    }

    #[test]
    fn lease_tokens_are_new_each_time() {
        let ids = ids("fv@lab.example");
        let made: HashSet<String> = (0..100).map(|_| ids.lease_token().0).collect();
        assert_eq!(made.len(), 100);
    }
}
