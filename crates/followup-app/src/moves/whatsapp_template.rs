//! The message templates of WhatsApp's provider, as it tells of them.

use std::collections::BTreeMap;

use followup_domain::audit::{AuditChain, AuditFacts, facts};
use followup_domain::ports::{StoreError, Updated};
use followup_domain::sending::{ApprovedTemplate, TemplateEvent};

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Takes over the provider's list; says whether it brought news. What is as it was leaves no trace.
pub(crate) fn replace(step: &mut Step<'_>, list: &[ApprovedTemplate]) -> Result<bool, StoreError> {
    step.tx.audit().hold(AuditChain::System)?;
    let known = step.tx.whatsapp_templates().list()?;
    let before: BTreeMap<_, _> = known.iter().map(|known| (name_of(&known.template), &known.template)).collect();
    let after: BTreeMap<_, _> = list.iter().map(|template| (name_of(template), template)).collect();
    step.tx.whatsapp_templates().replace(list, step.now)?;
    let mut is_news = false;
    for (name, template) in &after {
        let old = before.get(name);
        if old != Some(template) {
            is_news = true;
            let told = Told::new("whatsapp_template.told", template_facts(template));
            tell(step, SUBJECT, told.from(old.map(|old| template_facts(old)).unwrap_or_default()))?;
        }
    }
    for gone in before.iter().filter(|(name, _)| !after.contains_key(*name)).map(|(_, template)| template) {
        is_news = true;
        tell(step, SUBJECT, Told::new("whatsapp_template.gone", AuditFacts::new()).from(template_facts(gone)))?;
    }
    Ok(is_news)
}

/// Takes over what the provider told of one template. One that is not known comes with the next list.
pub(crate) fn told(step: &mut Step<'_>, event: &TemplateEvent) -> Result<(), StoreError> {
    step.tx.audit().hold(AuditChain::System)?;
    let of_the_name = step.tx.whatsapp_templates().of_name(&event.name)?;
    let Some(before) = of_the_name.iter().find(|known| known.language == event.language) else { return Ok(()) };
    if before.status == event.status || step.tx.whatsapp_templates().tell(event, step.now)? == Updated::Stale {
        return Ok(());
    }
    let after = ApprovedTemplate { status: event.status, ..before.clone() };
    tell(step, SUBJECT, Told::new("whatsapp_template.told", template_facts(&after)).from(template_facts(before)))
}

const SUBJECT: Subject = Subject::System("whatsapp_template", 0);

fn name_of(template: &ApprovedTemplate) -> (&str, &str) {
    (&template.name, &template.language)
}

fn template_facts(template: &ApprovedTemplate) -> AuditFacts {
    facts([
        ("name", template.name.as_str().into()),
        ("language", template.language.as_str().into()),
        ("provider_id", template.provider_id.as_str().into()),
        ("status", template.status.as_str().into()),
        ("text", template.text.as_deref().into()),
    ])
}
