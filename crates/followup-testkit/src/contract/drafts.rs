//! Promises of the letters that people are writing.

promises! { $ drafts as drafts_contract:
    a_draft_comes_back_as_stored,
    a_draft_is_kept_in_place_of_the_version_it_was_read_as,
    each_person_and_channel_has_its_own_draft_of_a_case,
    a_draft_that_was_sent_is_found_by_its_message_and_listed_no_more,
    a_draft_is_dropped_once_and_only_as_it_was_read,
    those_that_nobody_goes_on_with_are_forgotten,
}

use followup_domain::asking::draft::{DraftKey, DraftText, LetterDraft};
use followup_domain::asking::missing::FieldPath;
use followup_domain::ids::{CaseId, MessageId, UploadId};
use followup_domain::message::Channel;
use followup_domain::ports::{Store, Updated};

use super::support::{a_case, enqueue, read, write};
use crate::builders::{at, outbound};

fn key(case_id: CaseId, username: &str) -> DraftKey {
    DraftKey { case_id, username: username.into(), channel: Channel::Email }
}

fn draft(key: DraftKey, version: i64, second: i64) -> LetterDraft {
    let text = DraftText { body: format!("texto {version}"), ..DraftText::default() };
    LetterDraft { key, text, version, updated_at: at(second), sent_as: None }
}

fn save(store: &dyn Store, draft: &LetterDraft, was: i64) -> Updated {
    write(store, |tx| tx.drafts().save(draft, was))
}

fn find(store: &dyn Store, key: &DraftKey) -> Option<LetterDraft> {
    read(store, |tx| tx.drafts().find(key))
}

pub fn a_draft_comes_back_as_stored(store: &dyn Store) {
    let case_id = a_case(store);
    let asks = ["paciente_peso", "productos[1].dosis"].map(|path| FieldPath::parse(path).unwrap()).to_vec();
    let text = DraftText {
        subject: "Consulta «2»".into(),
        body: "Línea 1\n\n<b>'\"&".into(),
        asks: Some(asks),
        template: Some("solicitud_es".into()),
        parameters: vec!["Dra. Rojas".into(), String::new()],
        files: vec![UploadId(3), UploadId(1)],
        override_reason: "lo pidió por teléfono".into(),
    };
    let full = LetterDraft { text, ..draft(key(case_id, "ana"), 1, 0) };
    assert_eq!(save(store, &full, 0), Updated::Yes);
    assert_eq!(find(store, &full.key), Some(full));
    let nothing_chosen = LetterDraft { text: DraftText { asks: None, ..DraftText::default() }, ..draft(key(case_id, "luz"), 1, 0) };
    let nothing_asked = LetterDraft { text: DraftText { asks: Some(vec![]), ..DraftText::default() }, ..draft(key(case_id, "eva"), 1, 0) };
    for draft in [nothing_chosen, nothing_asked] {
        save(store, &draft, 0);
        assert_eq!(find(store, &draft.key), Some(draft));
    }
}

pub fn a_draft_is_kept_in_place_of_the_version_it_was_read_as(store: &dyn Store) {
    let key = key(a_case(store), "ana");
    let (first, second, third) = (draft(key.clone(), 1, 0), draft(key.clone(), 2, 10), draft(key.clone(), 3, 20));
    assert_eq!(save(store, &second, 1), Updated::Stale, "there is none");
    assert_eq!(save(store, &first, 0), Updated::Yes);
    assert_eq!(save(store, &third, 0), Updated::Stale, "there is one");
    assert_eq!(save(store, &second, 1), Updated::Yes);
    assert_eq!(save(store, &third, 1), Updated::Stale);
    assert_eq!(find(store, &key), Some(second));
}

pub fn each_person_and_channel_has_its_own_draft_of_a_case(store: &dyn Store) {
    let (case_id, other) = (a_case(store), a_case(store));
    let by_sms = DraftKey { channel: Channel::Sms, ..key(case_id, "ana") };
    let drafts = [(key(case_id, "ana"), 0), (key(case_id, "luz"), 20), (by_sms, 10)].map(|(key, second)| draft(key, 1, second));
    for draft in &drafts {
        assert_eq!(save(store, draft, 0), Updated::Yes);
    }
    save(store, &draft(key(other, "ana"), 1, 30), 0);
    let [first, newest, second] = drafts;
    assert_eq!(read(store, |tx| tx.drafts().list(case_id, 10)), [newest.clone(), second, first]);
    assert_eq!(read(store, |tx| tx.drafts().list(case_id, 1)), [newest]);
}

pub fn a_draft_that_was_sent_is_found_by_its_message_and_listed_no_more(store: &dyn Store) {
    let case_id = a_case(store);
    let message_id = enqueue(store, &outbound(case_id, "a"));
    let written = draft(key(case_id, "ana"), 1, 0);
    save(store, &written, 0);
    let sent = LetterDraft { version: 2, sent_as: Some(message_id), ..written.clone() };
    assert_eq!(save(store, &sent, 1), Updated::Yes);
    assert_eq!(read(store, |tx| tx.drafts().find_sent(message_id)), Some(sent.clone()));
    assert_eq!(read(store, |tx| tx.drafts().find_sent(MessageId(4711))), None);
    assert_eq!(read(store, |tx| tx.drafts().list(case_id, 10)), []);
    assert_eq!(find(store, &written.key), Some(sent));
    let again = LetterDraft { version: 3, ..written };
    assert_eq!(save(store, &again, 2), Updated::Yes);
    assert_eq!(read(store, |tx| tx.drafts().find_sent(message_id)), None);
    assert_eq!(read(store, |tx| tx.drafts().list(case_id, 10)), [again]);
}

pub fn a_draft_is_dropped_once_and_only_as_it_was_read(store: &dyn Store) {
    let key = key(a_case(store), "ana");
    save(store, &draft(key.clone(), 1, 0), 0);
    save(store, &draft(key.clone(), 2, 0), 1);
    assert_eq!(write(store, |tx| tx.drafts().discard(&key, 1)), Updated::Stale);
    assert_eq!(write(store, |tx| tx.drafts().discard(&key, 2)), Updated::Yes);
    assert_eq!(write(store, |tx| tx.drafts().discard(&key, 2)), Updated::Stale);
    assert_eq!(find(store, &key), None);
}

pub fn those_that_nobody_goes_on_with_are_forgotten(store: &dyn Store) {
    let case_id = a_case(store);
    let drafts = ["ana", "eva", "luz"].into_iter().zip(0..).map(|(name, second)| draft(key(case_id, name), 1, second));
    let drafts: Vec<LetterDraft> = drafts.collect();
    for draft in &drafts {
        save(store, draft, 0);
    }
    let forget = |second, limit| write(store, |tx| tx.drafts().forget_before(at(second), limit));
    assert_eq!(forget(0, 10), 0);
    assert_eq!(forget(2, 1), 1);
    assert_eq!(forget(2, 10), 1);
    assert_eq!(read(store, |tx| tx.drafts().list(case_id, 10)), drafts[2..]);
}
