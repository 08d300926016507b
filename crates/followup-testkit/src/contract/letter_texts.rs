//! Promises of the letters in the unit's own words.

promises! { $ letter_texts as letter_texts_contract:
    to_begin_with_the_unit_has_no_text_of_its_own,
    a_text_comes_back_as_it_was_written,
    a_text_is_changed_by_whoever_saw_its_last_version_alone,
    a_text_that_was_given_up_is_not_in_use_and_its_versions_go_on,
}

use followup_domain::asking::letter_text::{KeptText, OwnText};
use followup_domain::ports::{Store, Updated};

use super::support::{read, write};
use crate::builders::at;

const NAME: &str = "solicitud.email.txt";

fn text(name: &str, text: Option<&str>, version: i64) -> KeptText {
    KeptText { name: name.into(), text: text.map(str::to_owned), version, changed_by: "user:ana".into(), changed_at: at(version) }
}

fn put(store: &dyn Store, text: &KeptText) -> Updated {
    write(store, |tx| tx.letter_texts().put(text))
}

fn find(store: &dyn Store, name: &str) -> Option<KeptText> {
    read(store, |tx| tx.letter_texts().find(name))
}

fn own(store: &dyn Store) -> Vec<OwnText> {
    read(store, |tx| tx.letter_texts().own())
}

pub fn to_begin_with_the_unit_has_no_text_of_its_own(store: &dyn Store) {
    assert_eq!((own(store), find(store, NAME), read(store, |tx| tx.letter_texts().list())), (vec![], None, vec![]));
}

pub fn a_text_comes_back_as_it_was_written(store: &dyn Store) {
    let written = text(NAME, Some("Asunto: ñ «x»\n\n{{ caso }}\n\t€ 👩‍⚕️ 'a' \\ \"b\"\n"), 1);
    assert_eq!(put(store, &written), Updated::Yes);
    assert_eq!(find(store, NAME), Some(written.clone()));
    put(store, &text("a.txt", Some("a"), 1));
    let names: Vec<String> = own(store).into_iter().map(|own| own.name).collect();
    assert_eq!(names, ["a.txt", NAME]);
    assert_eq!(read(store, |tx| tx.letter_texts().list()), [text("a.txt", Some("a"), 1), written]);
}

pub fn a_text_is_changed_by_whoever_saw_its_last_version_alone(store: &dyn Store) {
    assert_eq!(put(store, &text(NAME, Some("dos"), 2)), Updated::Stale, "there is no first one");
    assert_eq!(put(store, &text(NAME, Some("uno"), 1)), Updated::Yes);
    assert_eq!(put(store, &text(NAME, Some("otro uno"), 1)), Updated::Stale);
    assert_eq!(put(store, &text(NAME, Some("tres"), 3)), Updated::Stale);
    assert_eq!(put(store, &text(NAME, Some("dos"), 2)), Updated::Yes);
    assert_eq!(put(store, &text(NAME, Some("otro dos"), 2)), Updated::Stale);
    assert_eq!(find(store, NAME), Some(text(NAME, Some("dos"), 2)));
}

pub fn a_text_that_was_given_up_is_not_in_use_and_its_versions_go_on(store: &dyn Store) {
    put(store, &text(NAME, Some("uno"), 1));
    assert_eq!(put(store, &text(NAME, None, 2)), Updated::Yes);
    assert_eq!((own(store), find(store, NAME)), (vec![], Some(text(NAME, None, 2))));
    assert_eq!(put(store, &text(NAME, Some("otro"), 1)), Updated::Stale);
    assert_eq!(put(store, &text(NAME, Some("otro"), 3)), Updated::Yes);
    assert_eq!(own(store), [OwnText { name: NAME.into(), text: "otro".into() }]);
}
