//! Files that a provider keeps apart from its messages: fetched later, tried again, and never silently lost.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use chrono::Duration;
use followup_app::{App, EventReaders, MediaReport, NotFoundOr};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::Absence;
use followup_domain::message::{Attachment, Channel, Classification, Direction, Message, MessageStatus};
use followup_domain::ports::{Clock, MediaError, MediaLimits, MediaSource};
use followup_testkit::rigs::text_provider::{SCOPE, TextEvents, TextProvider};
use support::{Unit, qf, unit_with};

const NUMBER: &str = "+51999888777";
const SHA256_OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// Gives what the test says, in order, and keeps what it was asked for.
#[derive(Default)]
struct Kept {
    answers: Mutex<VecDeque<Result<Vec<u8>, MediaError>>>,
    asked: Mutex<Vec<(String, u64)>>,
}

impl MediaSource for Kept {
    fn scope(&self) -> &str {
        SCOPE
    }

    fn fetch(&self, source: &str, limits: MediaLimits) -> Result<Vec<u8>, MediaError> {
        self.asked.lock().unwrap().push((source.to_owned(), limits.largest));
        self.answers.lock().unwrap().pop_front().expect("the test says what is answered")
    }
}

struct Rig {
    unit: Unit,
    provider: TextProvider,
    kept: Arc<Kept>,
    case: CaseId,
}

fn rig() -> Rig {
    let mut unit = unit_with(|policy| policy.automatic_requests = false);
    let (provider, kept) = (TextProvider::start(), Arc::<Kept>::default());
    unit.app = App {
        senders: unit.app.senders.clone().with(Channel::Sms, Arc::new(provider.sender())),
        events: EventReaders::default().with(Arc::new(TextEvents)).with_media(kept.clone()),
        ..unit.app.clone()
    };
    let case = unit.case(&[("reportante_telefono", NUMBER)]);
    let request = followup_app::SendRequest { channel: Some("sms".into()), body: Some("¿Dosis?".into()), ..Default::default() };
    unit.app.send_message(&qf(), case, &request, None).unwrap();
    Rig { unit, provider, kept, case }
}

impl Rig {
    /// A message with files comes in.
    fn receive(&self, id: &str, files: &[&str]) -> Message {
        let (at, files) = (self.unit.clock.now().timestamp(), format!("{files:?}"));
        self.tell(&format!(r#"[{{"id":"{id}","from":"{NUMBER}","body":"Adjunto la receta","media":{files},"at":{at}}}]"#));
        self.unit.thread(self.case).into_iter().rfind(|message| message.direction == Direction::In).unwrap()
    }

    fn tell(&self, call: &str) {
        self.unit.app.accept_callback(SCOPE, call.as_bytes().to_vec()).unwrap();
        self.unit.app.process_stored_mail(&|| false).unwrap();
    }

    fn gives(&self, answer: Result<&[u8], MediaError>) {
        self.kept.answers.lock().unwrap().push_back(answer.map(<[u8]>::to_vec));
    }

    fn fetch(&self) -> MediaReport {
        self.unit.app.fetch_media(&|| false).unwrap()
    }

    fn files(&self, id: MessageId) -> Vec<Attachment> {
        let mut found = self.unit.thread(self.case);
        found.remove(found.iter().position(|message| message.id == id).unwrap()).attachments
    }

    fn asked(&self) -> usize {
        self.kept.asked.lock().unwrap().len()
    }
}

#[test]
fn a_photo_stands_in_the_thread_at_once_and_its_bytes_when_they_were_fetched() {
    let rig = rig();
    let message = rig.receive("in-1", &["media-1", "media-2"]);
    assert_eq!(rig.unit.thread(rig.case)[0].status, Some(MessageStatus::Responded), "a photo is an answer before it is fetched");
    assert_eq!(message.attachments.iter().map(|file| file.absent).collect::<Vec<_>>(), [Some(Absence::Waiting); 2]);
    let early = rig.unit.app.attachment(rig.case, message.id, 0);
    assert_eq!(early.unwrap_err(), NotFoundOr::AttachmentAbsent(Absence::Waiting));
    rig.gives(Ok(b"first"));
    rig.gives(Ok(b"second"));
    assert_eq!(rig.fetch(), MediaReport { fetched: 2, ..MediaReport::default() });
    for (n, bytes) in [(0, b"first".to_vec()), (1, b"second".to_vec())] {
        let (described, had) = rig.unit.app.attachment(rig.case, message.id, n).unwrap();
        assert_eq!((described.name.as_deref(), described.absent, described.size), (Some("foto.jpg"), None, bytes.len() as u64));
        assert_eq!(had, bytes);
    }
    assert_eq!(rig.unit.app.attachment(rig.case, message.id, 2).unwrap_err(), NotFoundOr::AttachmentNotFound);
    assert_eq!((rig.fetch(), rig.asked()), (MediaReport::default(), 2), "each once");
    let told = rig.unit.audited(rig.case).iter().filter(|action| *action == "message.file_fetched").count();
    assert_eq!(told, 2);
    assert_eq!(rig.provider.taken().len(), 1);
}

#[test]
fn a_photo_without_a_word_is_an_answer() {
    let rig = rig();
    let at = rig.unit.clock.now().timestamp();
    rig.tell(&format!(r#"[{{"id":"in-1","from":"{NUMBER}","body":"","media":["a"],"at":{at}}}]"#));
    let thread = rig.unit.thread(rig.case);
    assert_eq!((thread[0].status, thread[1].content.body.as_str(), thread[1].attachments.len()), (Some(MessageStatus::Responded), "", 1));
}

#[test]
fn a_provider_that_does_not_answer_is_asked_again_after_pauses_that_grow_and_given_up_after_days() {
    let rig = rig();
    let message = rig.receive("in-1", &["a", "b"]);
    rig.gives(Err(MediaError::Later("down".into())));
    assert_eq!(rig.fetch(), MediaReport { put_off: 1, ..MediaReport::default() }, "the second file is not even tried");
    let begun = rig.unit.clock.now();
    let mut fetched_other = false;
    while rig.files(message.id)[0].absent == Some(Absence::Waiting) {
        rig.unit.clock.advance(Duration::hours(5));
        if !fetched_other {
            rig.gives(Ok(b"b"));
            fetched_other = true;
        }
        rig.gives(Err(MediaError::Later("down".into())));
        rig.fetch();
    }
    let waited = rig.unit.clock.now() - begun;
    assert!((5..=12).contains(&waited.num_days()), "{waited}");
    let files = rig.files(message.id);
    assert_eq!((files[0].absent, files[1].absent), (Some(Absence::Unreachable), None));
    assert!(rig.unit.audited(rig.case).contains(&"message.file_absent".to_owned()));
    let gone = rig.unit.app.attachment(rig.case, message.id, 0).unwrap_err();
    assert_eq!(gone, NotFoundOr::AttachmentAbsent(Absence::Unreachable));
}

#[test]
fn what_is_gone_too_large_or_elsewhere_says_so_and_holds_up_no_other() {
    let rig = rig();
    let message = rig.receive("in-1", &["gone", "large", "elsewhere", "fine"]);
    rig.gives(Err(MediaError::Never(Absence::Expired)));
    rig.gives(Err(MediaError::Never(Absence::TooLarge)));
    rig.gives(Err(MediaError::Never(Absence::Foreign)));
    rig.gives(Ok(b"fine"));
    assert_eq!(rig.fetch(), MediaReport { fetched: 1, absent: 2, put_off: 1 });
    // That it is gone is believed when it was said three times.
    for _ in 0..2 {
        rig.unit.clock.advance(Duration::minutes(10));
        rig.gives(Err(MediaError::Never(Absence::Expired)));
        rig.fetch();
    }
    let absent: Vec<_> = rig.files(message.id).into_iter().map(|file| file.absent).collect();
    assert_eq!(absent, [Some(Absence::Expired), Some(Absence::TooLarge), Some(Absence::Foreign), None]);
    rig.unit.clock.advance(Duration::days(30));
    assert_eq!((rig.fetch(), rig.asked()), (MediaReport::default(), 6));
    assert!(rig.kept.asked.lock().unwrap().iter().all(|(_, largest)| *largest == 40_000_000));
}

#[test]
fn bytes_that_are_not_what_was_announced_are_not_kept() {
    let rig = rig();
    let message = rig.receive("in-1", &[&format!("a {SHA256_OF_ABC}")]);
    rig.gives(Ok(b"abd"));
    assert_eq!(rig.fetch().put_off, 1);
    assert_eq!(rig.files(message.id)[0].absent, Some(Absence::Waiting));
    rig.unit.clock.advance(Duration::minutes(1));
    rig.gives(Ok(b"abc"));
    assert_eq!(rig.fetch().fetched, 1);
    assert_eq!(rig.files(message.id)[0].sha256, SHA256_OF_ABC);
}

#[test]
fn a_process_that_ends_while_it_fetches_leaves_the_file_due() {
    let rig = rig();
    let message = rig.receive("in-1", &["a"]);
    // Nothing is said: the run panics after it claimed the file.
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| rig.fetch()));
    assert!(died.is_err());
    rig.kept.answers.clear_poison();
    assert_eq!(rig.fetch(), MediaReport::default(), "not before its pause is over");
    rig.unit.clock.advance(Duration::minutes(1));
    rig.gives(Ok(b"a"));
    assert_eq!(rig.fetch().fetched, 1);
    assert_eq!(rig.files(message.id)[0].absent, None);
}

#[test]
fn where_nobody_keeps_a_providers_files_any_more_they_wait() {
    let mut rig = rig();
    let message = rig.receive("in-1", &["a"]);
    rig.unit.app.events = EventReaders::default().with(Arc::new(TextEvents));
    rig.unit.clock.advance(Duration::days(30));
    assert_eq!(rig.fetch(), MediaReport::default());
    assert_eq!(rig.files(message.id)[0].absent, Some(Absence::Waiting));
}

#[test]
fn a_gesture_stands_in_the_thread_and_answers_nothing() {
    let rig = rig();
    let at = rig.unit.clock.now().timestamp();
    let gesture = |id: &str, body: &str| format!(r#"[{{"id":"{id}","from":"{NUMBER}","body":"{body}","class":"auto_reply","at":{at}}}]"#);
    rig.tell(&gesture("r-1", "Reaccionó con 👍"));
    let thread = rig.unit.thread(rig.case);
    assert_eq!((thread[0].status, thread[1].classification), (Some(MessageStatus::Sent), Some(Classification::AutoReply)));
    // Nor does it take a number off.
    rig.tell(&gesture("r-2", "BAJA"));
    assert!(!rig.unit.audited(rig.case).iter().any(|action| action.contains("blocked")));
    rig.receive("in-1", &[]);
    assert_eq!(rig.unit.thread(rig.case)[0].status, Some(MessageStatus::Responded));
}

#[test]
fn what_nobody_understands_of_a_call_is_kept_for_people_and_the_rest_of_it_counts_once() {
    let rig = rig();
    let at = rig.unit.clock.now().timestamp();
    let call = format!(r#"[{{"unread":"es para otro número"}},{{"id":"in-1","from":"{NUMBER}","body":"500 mg","at":{at}}}]"#);
    rig.tell(&call);
    rig.tell(&call);
    let page = followup_domain::ports::PageRequest { offset: 0, limit: 10 };
    let quarantine = rig.unit.app.quarantined(followup_domain::ports::TrayState::Open, page).unwrap();
    assert_eq!((quarantine.total, quarantine.items[0].mail.reason.as_deref()), (1, Some("es para otro número")));
    assert_eq!(rig.unit.thread(rig.case).len(), 2);
    rig.unit.app.retry_mail(&qf(), quarantine.items[0].mail.id).unwrap();
    assert_eq!(rig.unit.thread(rig.case).len(), 2, "looked at again, it is found done");
}
