//! What the mailbox of a real Dovecot holds, compared with what is stored, whatever people do in it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::LazyLock;
use std::time::Duration;

use followup_app::App;
use followup_domain::mail::inbound::MailboxCursor;
use followup_imap::{Comparison, ImapConfig, ImapPoller, ImapTls, PollReport, Stop};
use followup_testkit::rigs::mail::MailRig;
use support::imap_client::Person;
use support::{LIMIT, config, cursor, eventually, health, mail, password, service, subjects};

static RIG: LazyLock<MailRig> = LazyLock::new(MailRig::start);

const DATE: &str = "17-Jul-2024 10:00:00 -0500";

struct Desk {
    person: Person,
    followup: App,
    config: ImapConfig,
}

fn desk(mailbox: &str) -> Desk {
    let mut person = Person::sign_in(RIG.imap_port, &RIG.unit.address, &RIG.unit.password);
    person.create(mailbox);
    let mut config = config(RIG.imaps_port, ImapTls::Implicit);
    config.user = RIG.unit.address.clone();
    config.login = password(&RIG.unit.password);
    config.ca_pem = Some(std::fs::read(&RIG.ca_file).unwrap());
    config.mailbox = mailbox.into();
    Desk { person, followup: service(), config }
}

impl Desk {
    fn receives(&mut self, subjects: &[&str]) {
        for subject in subjects {
            self.person.append(&self.config.mailbox, DATE, &mail(subject));
        }
    }

    fn poller(&self) -> ImapPoller {
        ImapPoller::new(self.config.clone(), self.followup.clone()).unwrap()
    }

    async fn poll(&self) -> PollReport {
        self.poller().poll_once(&Stop::new()).await.unwrap()
    }

    async fn compare(&self) -> Comparison {
        let compared = self.poller().reconcile_once(&Stop::new()).await.unwrap();
        assert_eq!(health(&self.followup, &self.config).unwrap().reconciliation, Some(compared.found));
        compared
    }

    /// Asserts that the mailbox holds so many and all are stored, none of them fetched just now.
    async fn agrees(&self, count: u64) {
        let compared = self.compare().await;
        assert_eq!((compared.found.in_mailbox, compared.found.stored), (count, count));
        assert_eq!((compared.was_missing, compared.still_missing), (vec![], vec![]));
    }
}

#[tokio::test]
async fn a_mailbox_that_is_read_agrees_and_what_is_new_is_read_first() {
    let mut desk = desk("Cotejo");
    desk.agrees(0).await;
    desk.receives(&["uno", "dos"]);
    desk.poll().await;
    desk.receives(&["tres"]);
    desk.agrees(3).await;
    assert_eq!(subjects(&desk.followup), ["uno", "dos", "tres"]);
}

#[tokio::test]
async fn mail_that_was_passed_over_is_named_and_fetched() {
    let mut desk = desk("Saltados");
    desk.receives(&["uno", "dos", "tres", "cuatro"]);
    let uid_validity = desk.poller().reconcile_once(&Stop::new()).await.unwrap().uid_validity;
    // A service that lost its store but for the cursor, as after a bad restore.
    let desk = Desk { followup: service(), ..desk };
    desk.followup.set_mailbox_cursor(&desk.config.mailbox_key(), MailboxCursor { uid_validity, last_uid: 3 }).unwrap();
    let compared = desk.compare().await;
    assert_eq!((compared.was_missing.as_slice(), compared.still_missing.len()), ([1, 2, 3].as_slice(), 0));
    assert_eq!((compared.found.in_mailbox, compared.found.stored), (4, 4));
    assert_eq!(subjects(&desk.followup), ["cuatro", "uno", "dos", "tres"]);
    assert_eq!(cursor(&desk.followup, &desk.config).unwrap().last_uid, 4);
    desk.agrees(4).await;
}

#[tokio::test]
async fn a_mailbox_made_anew_agrees_though_everything_stands_at_another_place() {
    let mut desk = desk("Mudanza");
    desk.receives(&["uno", "dos"]);
    desk.poll().await;
    desk.person.command("DELETE Mudanza");
    desk.person.create("Mudanza");
    desk.receives(&["relleno", "dos", "uno", "tres"]);
    let report = desk.poll().await;
    assert_eq!((report.rescanned, report.stored, report.known), (true, 2, 2));
    desk.agrees(4).await;
}

#[tokio::test]
async fn a_mailbox_that_was_emptied_agrees_and_loses_nothing_of_what_is_stored() {
    let mut desk = desk("Vaciado");
    desk.receives(&["uno", "dos"]);
    desk.poll().await;
    desk.person.command("SELECT Vaciado");
    desk.person.command("STORE 1:* +FLAGS (\\Deleted)");
    desk.person.command("EXPUNGE");
    desk.agrees(0).await;
    desk.receives(&["tres"]);
    desk.agrees(1).await;
    assert_eq!(subjects(&desk.followup), ["uno", "dos", "tres"]);
}

#[tokio::test]
async fn a_mail_that_a_person_moved_away_and_back_is_one_mail() {
    let mut desk = desk("Movido");
    desk.person.create("Movido-aparte");
    desk.receives(&["uno", "dos"]);
    desk.poll().await;
    desk.person.command("SELECT Movido");
    desk.person.command("MOVE 1 Movido-aparte");
    desk.agrees(1).await;
    desk.person.command("SELECT Movido-aparte");
    desk.person.command("MOVE 1 Movido");
    let report = desk.poll().await;
    assert_eq!((report.stored, report.known), (0, 1));
    desk.agrees(2).await;
    assert_eq!(subjects(&desk.followup), ["uno", "dos"]);
}

#[tokio::test]
async fn a_mail_that_a_person_moved_away_before_it_was_read_is_read_when_it_comes_back() {
    let mut desk = desk("Apartado");
    desk.person.create("Apartado-2");
    desk.receives(&["uno", "dos"]);
    desk.person.command("SELECT Apartado");
    desk.person.command("MOVE 1 Apartado-2");
    assert_eq!(desk.poll().await.stored, 1);
    desk.person.command("SELECT Apartado-2");
    desk.person.command("MOVE 1 Apartado");
    assert_eq!(desk.poll().await.stored, 1);
    assert_eq!(subjects(&desk.followup), ["dos", "uno"]);
    desk.agrees(2).await;
}

#[tokio::test]
async fn mail_that_a_person_marked_as_read_counts_like_any_other() {
    let mut desk = desk("Visto");
    desk.receives(&["uno", "dos"]);
    desk.person.command("SELECT Visto");
    desk.person.command("STORE 1:2 +FLAGS (\\Seen)");
    desk.agrees(2).await;
    assert_eq!(subjects(&desk.followup), ["uno", "dos"]);
}

#[tokio::test]
async fn copies_of_a_mail_are_one_mail_and_all_known() {
    let mut desk = desk("Copias");
    desk.receives(&["uno"]);
    desk.person.command("SELECT Copias");
    desk.person.command("COPY 1 Copias");
    desk.person.command("COPY 1 Copias");
    desk.agrees(3).await;
    assert_eq!(subjects(&desk.followup), ["uno"]);
}

#[tokio::test]
async fn the_daemon_compares_by_itself_when_a_comparison_is_due() {
    let mut desk = desk("Diario");
    (desk.config.poll_interval, desk.config.idle_renewal) = (Duration::from_millis(5), None);
    desk.receives(&["uno"]);
    let stop = Stop::new();
    let daemon = tokio::spawn({
        let (poller, stop) = (desk.poller(), stop.clone());
        async move { poller.run(&stop).await }
    });
    let compared = || health(&desk.followup, &desk.config).and_then(|health| health.reconciliation);
    eventually("it is compared", || compared().is_some()).await;
    stop.request();
    tokio::time::timeout(LIMIT, daemon).await.unwrap().unwrap();
    let found = compared().unwrap();
    assert_eq!((found.in_mailbox, found.stored, found.missing()), (1, 1, 0));
}
