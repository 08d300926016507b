//! Promises of lists that are taken away as a whole, piece by piece.

promises! { $ exports as exports_contract:
    a_tray_is_told_to_its_end_whatever_leaves_it_meanwhile,
    the_quarantine_is_told_to_its_end_whatever_leaves_it_meanwhile,
    addresses_are_told_by_address,
    the_queue_is_told_by_when_each_message_may_go,
}

use followup_domain::contact::{Failure, FailureReason, Permanence};
use followup_domain::ids::{CaseId, InboundMailId, MessageId};
use followup_domain::mail::bounce::FailedAddress;
use followup_domain::ports::{
    Discard, DoNotContact, LanePlace, NewInboundMessage, NewOutboundMessage, NewOutboundTiming, Store, StoreError, TrayState, Tx,
};

use super::support::{a_case, a_raw, enqueue, read, receive, send, write};
use crate::builders::{at, dropped_mail, outbound, reply};

/// Takes a list away in pieces of two; `between` happens after each.
fn taken<T, P>(
    store: &dyn Store,
    piece: impl Fn(&mut dyn Tx, Option<P>) -> Result<Vec<T>, StoreError>,
    place: impl Fn(&T) -> P,
    mut between: impl FnMut(usize),
) -> Vec<T> {
    let (mut all, mut after) = (Vec::new(), None);
    for round in 0..20 {
        let found = read(store, |tx| piece(tx, after.take()));
        let Some(last) = found.last() else { return all };
        after = Some(place(last));
        assert!(found.len() <= 2);
        all.extend(found);
        between(round);
    }
    panic!("the list has no end")
}

fn discard(seconds: i64) -> Discard {
    Discard { reason: "publicidad".into(), actor: "user:ana".into(), at: at(seconds) }
}

pub fn a_tray_is_told_to_its_end_whatever_leaves_it_meanwhile(store: &dyn Store) {
    let lost = |name: &str, seconds| {
        let message = reply(CaseId(0), a_raw(store, b"raw"), name);
        receive(store, &NewInboundMessage { case_id: None, case_match: None, created_at: at(seconds), ..message })
    };
    let ids = [lost("c", 30), lost("a", 10), lost("b", 10), lost("d", 40), lost("e", 50)];
    let in_order = [ids[1], ids[2], ids[0], ids[3], ids[4]];
    let aside = lost("x", 5);
    let set_aside = |id: MessageId, seconds| write(store, |tx| tx.trays().discard(id, &discard(seconds)));
    set_aside(aside, 60);
    let tell = |state, between: &mut dyn FnMut(usize)| {
        let mails = taken(
            store,
            |tx, after| tx.exports().unassigned(state, after, 2),
            |last| LanePlace { since: last.mail.message.created_at, id: last.mail.message.id.0 },
            between,
        );
        mails.into_iter().map(|mail| (mail.mail.message.id, mail.discard)).collect::<Vec<_>>()
    };
    assert_eq!(tell(TrayState::Discarded, &mut |_| ()), [(aside, Some(discard(60)))]);
    let told = tell(TrayState::Open, &mut |round| {
        if round == 0 {
            set_aside(in_order[0], 70);
        }
    });
    assert_eq!(told, in_order.map(|id| (id, None)));
}

pub fn the_quarantine_is_told_to_its_end_whatever_leaves_it_meanwhile(store: &dyn Store) {
    let quarantine = |seconds, raw: &[u8]| {
        let mail = followup_domain::mail::inbound::NewInboundMail { arrived_at: at(seconds), ..dropped_mail(raw) };
        write(store, |tx| {
            let id = tx.inbox().insert(&mail)?.id();
            tx.inbox().record_quarantined(id, "x")?;
            Ok(id)
        })
    };
    let ids = [quarantine(9, b"a"), quarantine(1, b"b"), quarantine(5, b"c"), quarantine(5, b"d")];
    let in_order = [ids[1], ids[2], ids[3], ids[0]];
    let set_aside = |id: InboundMailId, seconds| write(store, |tx| tx.quarantine().discard(id, &discard(seconds)));
    let tell = |state, between: &mut dyn FnMut(usize)| {
        let mails = taken(
            store,
            |tx, after| tx.exports().quarantined(state, after, 2),
            |last| LanePlace { since: last.discard.as_ref().map_or(last.mail.arrived_at, |discard| discard.at), id: last.mail.id.0 },
            between,
        );
        mails.into_iter().map(|mail| (mail.mail.id, mail.discard)).collect::<Vec<_>>()
    };
    let told = tell(TrayState::Open, &mut |round| {
        if round == 0 {
            set_aside(in_order[1], 70);
        }
    });
    assert_eq!(told, in_order.map(|id| (id, None)));
    for (id, seconds) in [(in_order[0], 90), (in_order[2], 80)] {
        set_aside(id, seconds);
    }
    let aside = [(in_order[1], 70), (in_order[2], 80), (in_order[0], 90)].map(|(id, seconds)| (id, Some(discard(seconds))));
    assert_eq!(tell(TrayState::Discarded, &mut |_| ()), aside);
}

pub fn addresses_are_told_by_address(store: &dyn Store) {
    let failure = Failure { permanence: Permanence::Hard, reason: FailureReason::UnknownUser, status: None };
    for (address, held) in [("c@example.org", true), ("a@example.org", false), ("b@example.org", true), ("ñ@example.org", true)] {
        let failed = FailedAddress { address: address.into(), failure: failure.clone(), message_id: None, in_a_row: 1, held, at: at(1) };
        write(store, |tx| tx.addresses().mark(&failed));
        let blocked = DoNotContact { address: address.into(), reason: "x".into(), actor: "x".into(), at: at(0) };
        write(store, |tx| tx.do_not_contact().block(&blocked));
    }
    let failed = |held| {
        let found =
            taken(store, |tx, after: Option<String>| tx.exports().failed(held, after.as_deref(), 2), |last| last.address.clone(), |_| ());
        found.into_iter().map(|failed| failed.address).collect::<Vec<_>>()
    };
    let all = ["a@example.org", "b@example.org", "c@example.org", "ñ@example.org"];
    assert_eq!(failed(false), all);
    assert_eq!(failed(true), all[1..]);
    let blocked =
        taken(store, |tx, after: Option<String>| tx.exports().list_blocked(after.as_deref(), 2), |last| last.address.clone(), |_| ());
    assert_eq!(blocked.into_iter().map(|blocked| blocked.address).collect::<Vec<_>>(), all);
}

pub fn the_queue_is_told_by_when_each_message_may_go(store: &dyn Store) {
    let case_id = a_case(store);
    let queued = |name: &str, seconds| {
        let timing = NewOutboundTiming::NotBefore(at(seconds));
        enqueue(store, &NewOutboundMessage { timing, ..outbound(case_id, name) })
    };
    let ids = [queued("a", 50), queued("b", 10), queued("c", 50)];
    send(store, &outbound(case_id, "sent"));
    let told = taken(store, |tx, after| tx.exports().queued(after, 2), |last| LanePlace { since: last.not_before, id: last.id.0 }, |_| ());
    let told: Vec<_> = told.into_iter().map(|message| (message.id, message.case_id, message.not_before, message.tries)).collect();
    assert_eq!(told, [(ids[1], 10), (ids[0], 50), (ids[2], 50)].map(|(id, seconds)| (id, case_id, at(seconds), 0)));
    assert_eq!(read(store, |tx| tx.health().queue(at(0))).queued, 3);
}
