//! A second poller over the folder where the provider keeps sent mail: a copy found there ends the doubt about a letter.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used)]

mod support;

use followup_domain::message::{Delivery, MessageStatus};
use support::{Deployment, Inbox};

#[test]
fn a_copy_in_the_folder_of_sent_mail_ends_the_doubt_and_stands_in_no_tray() {
    let deployment = Deployment::on_sqlite();
    let (letter, raw) = deployment.letter_in_doubt();
    let mut inbox = Inbox::sign_in(&deployment);
    inbox.receive(1, followup_testkit::chaos::Random::new(1));
    assert!(deployment.run(&["--once"], &[]).status.success());
    assert_eq!(deployment.message(letter).delivery, Some(Delivery::Uncertain), "the inbox knows nothing of it");
    let unassigned = deployment.unassigned();

    inbox.append("Sent", &raw);
    assert!(deployment.run(&["--once"], &[("IMAP_MAILBOX", "Sent")]).status.success());
    let letter = deployment.message(letter);
    assert_eq!((letter.delivery, letter.status), (Some(Delivery::Accepted), Some(MessageStatus::Sent)));
    assert_eq!(deployment.unassigned(), unassigned, "our own copy waits for nobody");
    assert!(deployment.run(&["--once"], &[]).status.success());
    assert_eq!(deployment.stored(), 2, "each folder has a cursor of its own");
}
