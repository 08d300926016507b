//! Files dropped in a folder become stored mails, once, and nothing is lost on the way.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use followup_app::{App, EventReaders};
use followup_domain::mail::inbound::InboundState;
use followup_domain::sending::EventReader;
use followup_imap::{EmlConfig, EmlInbox, FileCall, ScanError, ScanReport, Stop};
use followup_outbox::{TextInbox, called};
use support::{SwitchedStore, eventually, mail, service, service_on, stored, subjects};
use tempfile::TempDir;

struct Box {
    folder: TempDir,
    followup: App,
    inbox: EmlInbox,
}

fn config(folder: &Path) -> EmlConfig {
    let mut config = EmlConfig::new(folder);
    config.settle = Duration::ZERO;
    config.scan_interval = Duration::from_millis(5);
    config
}

fn inbox_of(followup: App) -> Box {
    let folder = TempDir::new().unwrap();
    let inbox = EmlInbox::new(config(folder.path()), followup.clone());
    Box { folder, followup, inbox }
}

impl Box {
    /// Drops a file that was written so many seconds after the epoch of the tests.
    fn drop_file(&self, name: &str, raw: &[u8], second: u64) {
        let path = self.folder.path().join(name);
        fs::write(&path, raw).unwrap();
        fs::File::options().write(true).open(path).unwrap().set_modified(written(second)).unwrap();
    }

    async fn scan(&self) -> ScanReport {
        self.inbox.scan_once(&Stop::new()).await.unwrap()
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path().join(folder)).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn written(second: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + second)
}

#[tokio::test]
async fn dropped_files_are_stored_in_the_order_of_their_writing_and_moved() {
    let drop = inbox_of(service());
    drop.drop_file("b.eml", &mail("primero"), 1);
    drop.drop_file("a.EML", &mail("segundo"), 2);
    let report = drop.scan().await;
    assert_eq!((report.stored, report.ingested.unassigned), (2, 2));
    assert_eq!(subjects(&drop.followup), ["primero", "segundo"]);
    assert_eq!((drop.names(""), drop.names("done")), (vec!["done".to_owned()], vec!["a.EML".to_owned(), "b.eml".to_owned()]));
}

/// An inbox that takes answers by text message, too.
fn inbox_of_texts() -> Box {
    let answers = TextInbox::sms();
    let followup = App { events: EventReaders::default().with(Arc::new(answers)), ..service() };
    let folder = TempDir::new().unwrap();
    let call = FileCall { suffix: answers.suffix(), scope: answers.scope().to_owned(), call: called };
    let inbox = EmlInbox::new(EmlConfig { calls: vec![call], ..config(folder.path()) }, followup.clone());
    Box { folder, followup, inbox }
}

#[tokio::test]
async fn an_answer_by_text_message_is_a_file_and_two_of_the_same_words_are_two() {
    let drop = inbox_of_texts();
    drop.drop_file("uno.sms.txt", b"De: +51999888777\n\nS\xc3\xad\n", 1);
    drop.drop_file("dos.SMS.TXT", b"De: +51999888777\n\nS\xc3\xad\n", 2);
    drop.drop_file("carta.eml", &mail("por correo"), 3);
    drop.drop_file("nota.txt", b"nada", 4);
    let report = drop.scan().await;
    assert_eq!((report.stored, report.ingested.unassigned, report.left.len()), (3, 3, 0), "{report:?}");
    assert_eq!(drop.names("done"), ["carta.eml", "dos.SMS.TXT", "uno.sms.txt"]);
    assert_eq!(drop.names(""), ["done", "nota.txt"]);
    // As after a crash between storing and moving.
    drop.drop_file("uno.sms.txt", b"De: +51999888777\n\nS\xc3\xad\n", 1);
    let again = drop.scan().await;
    assert_eq!((again.stored, again.known, again.ingested.unassigned), (0, 1, 0));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_stands_in_the_quarantine_and_holds_up_no_other() {
    let drop = inbox_of_texts();
    drop.drop_file("a.sms.txt", b"Peso: 68 kg", 1);
    drop.drop_file("b.sms.txt", b"", 2);
    drop.drop_file("c.sms.txt", b"De: +51999888777\n\n68 kg", 3);
    let report = drop.scan().await;
    assert_eq!((report.stored, report.ingested.quarantined, report.ingested.unassigned), (3, 2, 1));
}

#[tokio::test]
async fn a_mail_arrived_when_its_file_was_written() {
    let drop = inbox_of(service());
    drop.drop_file("a.eml", &mail("uno"), 5);
    drop.scan().await;
    let (stored, _) = &stored(&drop.followup)[0];
    assert_eq!(stored.arrived_at, DateTime::<Utc>::from(written(5)));
    assert_eq!((stored.position.mailbox.as_str(), stored.position.uid), (drop.folder.path().to_str().unwrap(), None));
}

#[tokio::test]
async fn a_mail_never_arrived_later_than_its_file_was_read() {
    let drop = inbox_of(service());
    drop.drop_file("a.eml", &mail("uno"), 3_000_000_000);
    drop.scan().await;
    assert_eq!(stored(&drop.followup)[0].0.arrived_at, drop.followup.clock.now());
}

#[tokio::test]
async fn a_file_whose_mail_is_stored_already_is_moved_and_not_stored_again() {
    let drop = inbox_of(service());
    drop.drop_file("a.eml", &mail("uno"), 1);
    drop.scan().await;
    // As after a crash between storing and moving, or when the same file is dropped twice.
    drop.drop_file("a.eml", &mail("uno"), 1);
    let report = drop.scan().await;
    assert_eq!((report.stored, report.known, stored(&drop.followup).len()), (0, 1, 1));
    assert_eq!(drop.names("done"), ["a-2.eml", "a.eml"]);
}

#[tokio::test]
async fn a_file_in_done_is_never_overwritten() {
    let drop = inbox_of(service());
    for subject in ["uno", "dos", "tres"] {
        drop.drop_file("a.eml", &mail(subject), 1);
        drop.scan().await;
    }
    let kept = |name: &str| support::subject_of(&fs::read(drop.folder.path().join("done").join(name)).unwrap());
    assert_eq!([kept("a.eml"), kept("a-2.eml"), kept("a-3.eml")], ["uno", "dos", "tres"]);
}

#[tokio::test]
async fn hidden_temporary_and_other_files_are_left_alone() {
    let drop = inbox_of(service());
    for name in [".x.eml", "x.eml.tmp", "x.tmp", "x.txt", "eml"] {
        drop.drop_file(name, &mail("no"), 1);
    }
    assert_eq!(drop.scan().await, ScanReport::default());
    assert_eq!(drop.names("").len(), 6);
}

#[tokio::test]
async fn what_cannot_be_read_is_left_with_a_reason_and_the_others_are_read() {
    let drop = inbox_of(service());
    fs::create_dir(drop.folder.path().join("folder.eml")).unwrap();
    drop.drop_file("secret", &mail("ajeno"), 1);
    symlink(drop.folder.path().join("secret"), drop.folder.path().join("link.eml")).unwrap();
    drop.drop_file("good.eml", &mail("bueno"), 2);
    let report = drop.scan().await;
    let mut left: Vec<_> = report.left.iter().map(|file| (file.name.as_str(), file.reason.as_str())).collect();
    left.sort();
    assert_eq!(left, [("folder.eml", "no regular file"), ("link.eml", "no regular file")]);
    assert_eq!(subjects(&drop.followup), ["bueno"]);
}

#[tokio::test]
async fn a_file_that_is_still_being_written_waits_until_it_stands_still() {
    let drop = inbox_of(service());
    // The tests' clock stands before every file written now, so that only a second look can tell.
    let path = drop.folder.path().join("a.eml");
    fs::write(&path, &mail("uno")[..20]).unwrap();
    let writes_on = async { fs::write(&path, mail("uno")).unwrap() };
    let report = drop.inbox.scan_after(&Stop::new(), writes_on).await.unwrap();
    assert_eq!((report.stored, report.unsettled), (0, 1));
    assert_eq!(drop.scan().await.stored, 1);
    assert_eq!(stored(&drop.followup)[0].1, mail("uno"));
}

#[tokio::test]
async fn a_file_written_long_ago_is_read_without_waiting() {
    let mut config = config(Path::new(""));
    let drop = inbox_of(service());
    (config.folder, config.settle) = (drop.folder.path().to_owned(), support::LIMIT * 100);
    drop.drop_file("a.eml", &mail("uno"), 1);
    let report = EmlInbox::new(config, drop.followup.clone()).scan_once(&Stop::new()).await.unwrap();
    assert_eq!((report.stored, report.unsettled), (1, 0));
}

#[tokio::test]
async fn a_file_above_the_limit_is_left_and_said() {
    let drop = inbox_of(service());
    let mut config = config(drop.folder.path());
    config.largest_mail = 10;
    drop.drop_file("a.eml", &mail("uno"), 1);
    let report = EmlInbox::new(config, drop.followup.clone()).scan_once(&Stop::new()).await.unwrap();
    assert_eq!(report.left.len(), 1);
    assert!(report.left[0].reason.ends_with("above the limit of 10"), "{}", report.left[0].reason);
    assert!(drop.folder.path().join("a.eml").exists());
}

#[tokio::test]
async fn a_mail_that_cannot_be_understood_is_quarantined_and_the_next_one_is_read() {
    let drop = inbox_of(service());
    drop.drop_file("1.eml", &mail("uno"), 1);
    drop.drop_file("2.eml", b"\xff\xfe\x00\x01 no mail at all", 2);
    drop.drop_file("3.eml", &mail("tres"), 3);
    let report = drop.scan().await;
    assert_eq!((report.ingested.unassigned, report.ingested.quarantined), (2, 1));
    let states: Vec<InboundState> = stored(&drop.followup).iter().map(|(mail, _)| mail.state).collect();
    assert_eq!(states, [InboundState::Processed, InboundState::Quarantined, InboundState::Processed]);
}

#[tokio::test]
async fn while_the_store_is_down_the_files_stay_and_are_read_later() {
    let store = SwitchedStore::new();
    let drop = inbox_of(service_on(store.clone()));
    drop.drop_file("a.eml", &mail("uno"), 1);
    store.set_down(true);
    assert!(matches!(drop.inbox.scan_once(&Stop::new()).await, Err(ScanError::Store(_))));
    assert!(drop.folder.path().join("a.eml").exists());
    store.set_down(false);
    assert_eq!(drop.scan().await.stored, 1);
}

#[tokio::test]
async fn after_a_stop_the_file_at_hand_is_stored_and_moved_and_no_further_one_is_begun() {
    let (store, stop) = (SwitchedStore::new(), Stop::new());
    let drop = inbox_of(service_on(store.clone()));
    drop.drop_file("1.eml", &mail("uno"), 1);
    drop.drop_file("2.eml", &mail("dos"), 2);
    store.stop_after_write(&stop);
    let report = drop.inbox.scan_once(&stop).await.unwrap();
    assert_eq!((report.stored, report.stopped), (1, true));
    assert_eq!((drop.names("done"), drop.names("")), (vec!["1.eml".to_owned()], vec!["2.eml".to_owned(), "done".to_owned()]));
    // What was stored and not processed is processed by the next scan.
    assert_eq!(drop.scan().await.ingested.unassigned, 2);
}

#[tokio::test]
async fn the_folders_are_made_for_this_user_only() {
    let parent = TempDir::new().unwrap();
    let folder = parent.path().join("var/inbox");
    EmlInbox::new(config(&folder), service()).scan_once(&Stop::new()).await.unwrap();
    for made in [&folder, &folder.join("done")] {
        assert_eq!(fs::metadata(made).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_an_error_that_names_it() {
    let parent = TempDir::new().unwrap();
    fs::write(parent.path().join("inbox"), b"").unwrap();
    let folder = parent.path().join("inbox");
    let error = EmlInbox::new(config(&folder), service()).scan_once(&Stop::new()).await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("INBOX FOLDER {}: ", folder.display())), "{error}");
}

#[tokio::test]
async fn the_daemon_reads_what_is_dropped_while_it_runs() {
    let drop = inbox_of(service());
    let stop = Stop::new();
    let daemon = tokio::spawn({
        let (inbox, stop) = (drop.inbox.clone(), stop.clone());
        async move { inbox.run(&stop).await }
    });
    for subject in ["uno", "dos"] {
        drop.drop_file(&format!("{subject}.eml"), &mail(subject), 1);
        eventually("the file is moved", || drop.folder.path().join(format!("done/{subject}.eml")).exists()).await;
    }
    stop.request();
    daemon.await.unwrap();
    assert_eq!(subjects(&drop.followup), ["uno", "dos"]);
}
