//! Promises about the message templates of WhatsApp's provider.

promises! { $ whatsapp_templates as whatsapp_templates_contract:
    a_template_comes_back_as_it_was_told,
    a_list_takes_the_place_of_the_one_before,
    of_several_of_one_name_and_language_the_last_counts,
    templates_of_a_name_are_found_whatever_their_language,
    what_is_told_of_a_template_changes_its_state_and_nothing_else,
}

use followup_domain::ports::{KnownTemplate, Store, Updated};
use followup_domain::sending::template::places_in;
use followup_domain::sending::{ApprovedTemplate, TemplateEvent, TemplateStatus};

use super::support::{read, write};
use crate::builders::at;

const TEXT: &str = "Hola {{1}}, sobre el caso {{2}}: ¿{{3}}?";

fn template(name: &str, language: &str, status: TemplateStatus) -> ApprovedTemplate {
    let (provider_id, places) = (format!("HX-{name}-{language}"), places_in(TEXT));
    ApprovedTemplate { provider_id, name: name.into(), language: language.into(), status, places, text: Some(TEXT.into()) }
}

fn replace(store: &dyn Store, list: &[ApprovedTemplate], second: i64) {
    write(store, |tx| tx.whatsapp_templates().replace(list, at(second)));
}

fn list(store: &dyn Store) -> Vec<KnownTemplate> {
    read(store, |tx| tx.whatsapp_templates().list())
}

pub fn a_template_comes_back_as_it_was_told(store: &dyn Store) {
    assert!(!read(store, |tx| tx.whatsapp_templates().any()));
    let mut told: Vec<_> = TemplateStatus::ALL.iter().map(|status| template(status.as_str(), "es", *status)).collect();
    told.push(ApprovedTemplate { text: None, places: vec!["año".into()], ..template("sin_texto", "es_PE", TemplateStatus::Approved) });
    replace(store, &told, 3);
    told.sort_by(|one, other| one.name.cmp(&other.name));
    let known: Vec<_> = told.into_iter().map(|template| KnownTemplate { template, told_at: at(3) }).collect();
    assert_eq!(list(store), known);
    assert!(read(store, |tx| tx.whatsapp_templates().any()));
}

pub fn a_list_takes_the_place_of_the_one_before(store: &dyn Store) {
    replace(store, &[template("a", "es", TemplateStatus::Approved), template("b", "es", TemplateStatus::Pending)], 1);
    let now = template("b", "es", TemplateStatus::Approved);
    replace(store, std::slice::from_ref(&now), 2);
    assert_eq!(list(store), [KnownTemplate { template: now, told_at: at(2) }]);
    replace(store, &[], 3);
    assert!(list(store).is_empty());
}

pub fn of_several_of_one_name_and_language_the_last_counts(store: &dyn Store) {
    let last = ApprovedTemplate { provider_id: "HX-2".into(), ..template("a", "es", TemplateStatus::Approved) };
    replace(store, &[template("a", "es", TemplateStatus::Rejected), last.clone()], 1);
    assert_eq!(read(store, |tx| tx.whatsapp_templates().of_name("a")), [last]);
}

pub fn templates_of_a_name_are_found_whatever_their_language(store: &dyn Store) {
    let (spanish, peruvian) = (template("a", "es", TemplateStatus::Approved), template("a", "es_PE", TemplateStatus::Paused));
    replace(store, &[peruvian.clone(), template("A", "es", TemplateStatus::Approved), spanish.clone()], 1);
    assert_eq!(read(store, |tx| tx.whatsapp_templates().of_name("a")), [spanish, peruvian]);
    assert!(read(store, |tx| tx.whatsapp_templates().of_name("b")).is_empty());
}

pub fn what_is_told_of_a_template_changes_its_state_and_nothing_else(store: &dyn Store) {
    let known = template("a", "es", TemplateStatus::Approved);
    replace(store, &[known.clone(), template("a", "en", TemplateStatus::Approved)], 1);
    let event = TemplateEvent { name: "a".into(), language: "es".into(), status: TemplateStatus::Paused };
    assert_eq!(write(store, |tx| tx.whatsapp_templates().tell(&event, at(5))), Updated::Yes);
    let paused = KnownTemplate { template: ApprovedTemplate { status: TemplateStatus::Paused, ..known }, told_at: at(5) };
    let other = KnownTemplate { template: template("a", "en", TemplateStatus::Approved), told_at: at(1) };
    assert_eq!(list(store), [other, paused]);
    let unknown = TemplateEvent { language: "pt_BR".into(), ..event };
    assert_eq!(write(store, |tx| tx.whatsapp_templates().tell(&unknown, at(6))), Updated::Stale);
}
