//! What reading a thread costs: so many queries, whatever its length; and no text where nobody asked for it.
#![cfg(all(feature = "sqlite", feature = "postgres"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::cell::RefCell;

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::{Attachment, MailFlag};
use followup_domain::ports::{NewInboundMessage, NewOutboundMessage, StoreError, Tx};
use followup_testkit::builders::{at, imap_mail, new_case, outbound, reply};
use support::postgres::PostgresRig;
use support::sqlite::SqliteRig;
use support::{Rig, read, write};

thread_local! {
    static QUERIES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the queries that this thread runs.
struct Recorder;

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            QUERIES.with_borrow_mut(|queries| queries.push(query.to_string()));
        }
    }
}

/// A thread of letters and answers in turn, each answer with an attachment and a flag.
fn a_thread(rig: &dyn Rig, length: i64) -> CaseId {
    write(rig, |tx| {
        let case_id = tx.cases().insert(&new_case())?;
        let mail = tx.inbox().insert(&imap_mail(1, 1, b"raw"))?.id();
        let raw_id = tx.inbox().find_for_update(mail)?.unwrap().raw_id.unwrap();
        for number in 0..length / 2 {
            let key = format!("{case_id}-{number}");
            tx.messages().insert_outbound(&NewOutboundMessage { created_at: at(number * 10), ..outbound(case_id, &key) })?;
            let file =
                Attachment { name: None, content_type: "image/png".into(), size: 1, sha256: "x".into(), content_id: None, absent: None };
            let answer = reply(case_id, raw_id, &format!("r{key}"));
            let answer = NewInboundMessage { attachments: vec![file], created_at: at(number * 10 + 5), ..answer };
            let answer = tx.messages().insert_inbound(&answer)?;
            tx.readings().insert_flag(answer, MailFlag::FurtherCases)?;
        }
        Ok(case_id)
    })
}

/// The queries of a piece of work, without the transaction's own.
fn queries<T>(rig: &dyn Rig, work: impl FnMut(&mut dyn Tx) -> Result<T, StoreError>) -> (Vec<String>, T) {
    QUERIES.take();
    let result = read(rig, work);
    (QUERIES.take().into_iter().filter(|sql| sql.trim_start().starts_with("SELECT") || sql.contains("UNION")).collect(), result)
}

fn a_thread_costs_the_same_queries_whatever_its_length(rig: &dyn Rig) {
    for length in [20, 500] {
        let case_id = a_thread(rig, length);
        let expected = usize::try_from(length).unwrap();
        let (page, shown) = queries(rig, |tx| tx.threads().page(case_id, None, length));
        assert_eq!((page.len(), shown.len()), (2, expected), "{page:#?}");
        assert!(shown.iter().filter(|shown| !shown.flags.is_empty()).all(|shown| shown.message.attachments.len() == 1));
        let (before, shown) = queries(rig, |tx| tx.threads().page(case_id, Some(MessageId(i64::MAX)), 10));
        assert_eq!((before.len(), shown.len()), (1, 0), "{before:#?}");
        let (whole, thread) = queries(rig, |tx| tx.threads().whole(case_id));
        assert_eq!((whole.len(), thread.len()), (2, expected), "{whole:#?}");
        let (headers, shown) = queries(rig, |tx| tx.threads().headers(case_id));
        assert_eq!((headers.len(), shown.len()), (1, expected), "{headers:#?}");
        for text in ["body", "quoted", "words", "bytes", "reference_ids"] {
            assert!(!headers[0].contains(text), "{text}: {}", headers[0]);
        }
        assert!(page.iter().chain(&whole).all(|sql| !sql.contains("bytes")), "raw mail is read by nobody here");
    }
}

#[test]
fn a_thread_costs_the_same_queries_whatever_its_length_on_sqlite() {
    set_default_instrumentation(|| Some(Box::new(Recorder))).unwrap();
    a_thread_costs_the_same_queries_whatever_its_length(&SqliteRig::migrated());
}

#[test]
fn a_thread_costs_the_same_queries_whatever_its_length_on_postgres() {
    set_default_instrumentation(|| Some(Box::new(Recorder))).unwrap();
    a_thread_costs_the_same_queries_whatever_its_length(&PostgresRig::migrated());
}
