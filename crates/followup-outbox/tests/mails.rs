//! The outbox folder of e-mails.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use chrono::{TimeDelta, TimeZone, Utc};
use followup_domain::contact::EmailAddress;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::ports::Sender;
use followup_domain::sending::{MailParcel, Parcel, SendError};
use followup_outbox::EmlOutbox;

/// Longer than any disk takes.
const AMPLE: Duration = Duration::from_secs(30);

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn message() -> MailParcel {
    MailParcel {
        message_id: InternetMessageId::parse("<m1.abc@vigia.test>").unwrap(),
        date: Utc.with_ymd_and_hms(2024, 3, 1, 10, 15, 0).unwrap(),
        from: address("pv@vigia.test"),
        from_name: Some("Farmacovigilancia".into()),
        reply_to: None,
        to: address("reporter@clinic.test"),
        subject: "[VIGIA] Solicitud de información - ICSR #123".into(),
        body: "Estimado(a) reportante,\n.\n..\n.fin\n\nQUIT\n".into(),
        in_reply_to: None,
        references: Vec::new(),
        automatic: true,
        files: Vec::new(),
    }
}

const NAME: &str = "20240301T101500.000000Z-m1.abc.eml";

fn send(folder: &Path, message: &MailParcel) -> Result<String, SendError> {
    EmlOutbox::new(folder).prepare(&Parcel::Mail(message.clone()), AMPLE)?.transmit().map(|receipt| receipt.words)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_mail_is_one_file_with_exactly_the_prepared_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = folder.path().join("var/outbox");
    let prepared = EmlOutbox::new(&outbox).prepare(&Parcel::Mail(message()), AMPLE).unwrap();
    let content = prepared.content().to_vec();
    assert_eq!(prepared.transmit().unwrap().words, format!("guardado en {NAME}"));
    assert_eq!(names(&outbox), [NAME]);
    assert_eq!(fs::read(outbox.join(NAME)).unwrap(), content);
}

#[test]
fn a_prepared_mail_that_is_not_transmitted_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let prepared = EmlOutbox::new(folder.path()).prepare(&Parcel::Mail(message()), AMPLE).unwrap();
    assert!(names(folder.path()).iter().all(|name| name.starts_with('.')), "{:?}", names(folder.path()));
    drop(prepared);
    assert!(names(folder.path()).is_empty());
}

#[test]
fn the_same_message_twice_is_one_file() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(send(folder.path(), &message()), send(folder.path(), &message()));
    assert_eq!(names(folder.path()), [NAME]);
}

#[test]
fn a_file_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let first = message();
    let other = MailParcel { body: "otro".into(), ..message() };
    send(folder.path(), &first).unwrap();
    let before = fs::read(folder.path().join(NAME)).unwrap();
    assert_eq!(send(folder.path(), &other).unwrap(), "guardado en 20240301T101500.000000Z-m1.abc-2.eml");
    assert_eq!(send(folder.path(), &other).unwrap(), "guardado en 20240301T101500.000000Z-m1.abc-2.eml");
    assert_eq!(fs::read(folder.path().join(NAME)).unwrap(), before);
    assert_eq!(names(folder.path()).len(), 2);
}

#[test]
fn names_sort_by_time_and_stay_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    for (index, id) in ["../../z@v", "/etc/y@v", "b\\:*?x@v", "no-at-sign"].iter().enumerate() {
        let date = message().date + TimeDelta::microseconds(i64::try_from(index).unwrap() * 999_983);
        send(folder.path(), &MailParcel { message_id: InternetMessageId::parse(id).unwrap(), date, ..message() }).unwrap();
    }
    send(folder.path(), &MailParcel { message_id: InternetMessageId::parse(&format!("{}@v", "x".repeat(900))).unwrap(), ..message() })
        .unwrap();
    assert_eq!(
        names(folder.path()),
        [
            "20240301T101500.000000Z-.._.._z.eml".to_owned(),
            format!("20240301T101500.000000Z-{}.eml", "x".repeat(80)),
            "20240301T101500.999983Z-_etc_y.eml".to_owned(),
            "20240301T101501.999966Z-b____x.eml".to_owned(),
            "20240301T101502.999949Z-no-at-sign.eml".to_owned(),
        ]
    );
}

#[cfg(unix)]
#[test]
fn folder_and_files_are_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let outbox = folder.path().join("outbox");
    send(&outbox, &message()).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&outbox), mode(&outbox.join(NAME))), (0o700, 0o600));
}

#[test]
fn a_folder_that_cannot_be_written_means_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let occupied = folder.path().join("outbox");
    fs::write(&occupied, "a file").unwrap();
    let error = send(&occupied, &message()).unwrap_err();
    let expected = format!("no se puede escribir en la carpeta de salida {}: ", occupied.display());
    assert!(matches!(&error, SendError::Unavailable { text, .. } if text.starts_with(&expected)), "{error}");
}

#[test]
fn a_folder_that_goes_away_in_between_means_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = folder.path().join("outbox");
    let prepared = EmlOutbox::new(&outbox).prepare(&Parcel::Mail(message()), AMPLE).unwrap();
    fs::remove_dir_all(&outbox).unwrap();
    assert!(matches!(prepared.transmit(), Err(SendError::Unavailable { .. })));
}

#[test]
fn a_message_that_cannot_be_composed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let message = MailParcel { to: address("ñandú@clinic.test"), ..message() };
    assert!(matches!(send(folder.path(), &message), Err(SendError::Refused(_))));
    assert!(names(folder.path()).is_empty());
}
