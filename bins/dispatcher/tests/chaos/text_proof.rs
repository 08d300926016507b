//! What must be so at the end, once the provider has told everything.

use std::collections::{BTreeMap, BTreeSet};

use followup_domain::asking::plan::AttemptStatus;
use followup_domain::audit::{Actor, AuditChain, AuditValue};
use followup_domain::message::{Delivery, Message};
use followup_domain::ports::{StoreError, StoreExt};
use followup_testkit::rigs::twilio_server::Taken;

use crate::proof::{ALL, id_of, last_fact};
use crate::texts::fate;
use crate::unit::Unit;

/// What the provider took, by our own name of it, which stands in the address that it calls.
struct ByName<'t>(BTreeMap<String, &'t Taken>);

impl<'t> ByName<'t> {
    fn of(taken: &'t [Taken]) -> Self {
        let name = |message: &Taken| {
            let (_, reference) = message.get("StatusCallback").unwrap().split_once("?ref=").unwrap();
            reference.replace("%40", "@")
        };
        let by_name: BTreeMap<_, _> = taken.iter().map(|message| (name(message), message)).collect();
        assert_eq!(by_name.len(), taken.len(), "a message was accepted twice");
        let numbers: BTreeSet<_> = taken.iter().map(|message| message.get("To").unwrap()).collect();
        assert_eq!(numbers.len(), taken.len(), "a reporter was written to twice");
        Self(by_name)
    }

    fn find(&self, message: &Message) -> Option<&'t Taken> {
        self.0.get(id_of(message).trim_matches(['<', '>'])).copied()
    }
}

/// Checks everything and says what was seen.
pub fn check(unit: &Unit, taken: &[Taken]) {
    let accepted = ByName::of(taken);
    assert_eq!(unit.uncertain_without_transmission(), 0);
    let mut tally = BTreeMap::<&str, u32>::new();
    let (mut known, mut doubts, mut ended) = (0, 0, 0);
    let in_doubt = AuditValue::Text(Delivery::Uncertain.as_str().into());
    for case in &unit.cases {
        let thread = unit.app.thread(*case).unwrap();
        let [message] = &thread[..] else { panic!("{case} has {} messages", thread.len()) };
        let delivery = message.delivery.unwrap_or_else(|| panic!("{} was withdrawn: {:?}", message.id, message.error));
        match accepted.find(message) {
            Some(taken) => assert_eq!(delivery, fate(taken), "message {} is not what the provider says", message.id),
            None => assert!(matches!(delivery, Delivery::Rejected | Delivery::Uncertain), "{} is {delivery} and was not taken", message.id),
        }
        let audit = unit.app.store.read::<_, StoreError>(|tx| tx.audit().list(AuditChain::Case(*case), ALL)).unwrap().items;
        let last = last_fact(&audit, "message", message.id.0, "delivery");
        assert_eq!(last.as_deref(), Some(delivery.as_str()), "message {} and its audit differ", message.id);
        let attempts = unit.app.attempts(*case).unwrap();
        let attempt = attempts.iter().find(|attempt| Some(attempt.id) == message.attempt_id).unwrap();
        assert_eq!(attempt.status, status_of(delivery), "attempt {} and its message differ", attempt.id);

        let was_in_doubt = audit.iter().any(|row| row.entity_id == message.id.0 && row.new.get("delivery") == Some(&in_doubt));
        known += usize::from(accepted.find(message).is_some());
        doubts += u32::from(was_in_doubt);
        ended += u32::from(was_in_doubt && delivery != Delivery::Uncertain);
        *tally.entry(delivery.as_str()).or_default() += 1;
    }
    assert_eq!(known, taken.len(), "the provider took what nobody knows");
    println!("  cases={} accepted={} ended as {tally:?}; doubts={doubts}, {ended} ended by an event", unit.cases.len(), taken.len());
    end_by_a_person(unit, &accepted);
    assert!(followup_audit::verify(&*unit.app.store).unwrap().broken.is_empty());
}

fn status_of(delivery: Delivery) -> AttemptStatus {
    match delivery {
        Delivery::Delivered => AttemptStatus::Sent,
        Delivery::Bounced | Delivery::Rejected => AttemptStatus::Failed,
        Delivery::Uncertain => AttemptStatus::Uncertain,
        other => panic!("a message is {other} at the end"),
    }
}

/// What the provider never took it tells nothing of: that doubt, and no other, is a person's.
fn end_by_a_person(unit: &Unit, accepted: &ByName<'_>) {
    let left = unit.uncertain();
    assert!(left.iter().all(|message| accepted.find(message).is_none()), "an event did not end a doubt");
    let somebody = Actor::User { id: None, username: "qf".into() };
    for message in &left {
        unit.app.resolve_message(&somebody, message.case_id.unwrap(), message.id, false, None).unwrap();
    }
    assert!(unit.uncertain().is_empty());
    println!("  never taken, and ended by a person: {}", left.len());
}
