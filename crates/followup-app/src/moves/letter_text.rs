//! The unit's own letters.

use followup_domain::asking::letter_text::KeptText;
use followup_domain::audit::{AuditChain, AuditFacts, facts};
use followup_domain::ports::{StoreError, Updated};

use crate::step::Step;
use crate::trail::{Subject, Told, tell};

/// Keeps a text of the unit's own under a name, or that it has none any more; none when `version` is given and not the one that is kept.
pub(crate) fn set(step: &mut Step<'_>, name: &str, text: Option<String>, version: Option<i64>) -> Result<Option<KeptText>, StoreError> {
    step.tx.audit().hold(AuditChain::System)?;
    let before = step.tx.letter_texts().find(name)?;
    let present = before.as_ref().map_or(0, |kept| kept.version);
    if version.is_some_and(|version| version != present) {
        return Ok(None);
    }
    let kept = KeptText { name: name.to_owned(), text, version: present + 1, changed_by: step.actor.to_string(), changed_at: step.now };
    if step.tx.letter_texts().put(&kept)? == Updated::Stale {
        return Ok(None);
    }
    let action = if kept.text.is_some() { "letter_text.set" } else { "letter_text.reset" };
    let old = before.map(|before| text_facts(&before)).unwrap_or_default();
    tell(step, Subject::System("letter_text", 0), Told::new(action, text_facts(&kept)).from(old))?;
    Ok(Some(kept))
}

fn text_facts(kept: &KeptText) -> AuditFacts {
    facts([("name", kept.name.clone().into()), ("text", kept.text.clone().into()), ("version", kept.version.into())])
}
