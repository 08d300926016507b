//! Which of the fields that were asked for the case answers now, by which message they were asked, and after which one answered.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use followup_domain::asking::missing::FieldPath;
use followup_domain::audit::facts;
use followup_domain::case::Case;
use followup_domain::ids::MessageId;
use followup_domain::ports::{AnsweredField, AskedItem, StoreError, Tx, Updated};

use crate::audit_facts::case_entry;
use crate::service::Followup;

impl Followup {
    /// Keeps what a change of the case answered, and forgets what it no longer answers; the case is locked.
    pub(crate) fn note_answers(&self, tx: &mut dyn Tx, case: &Case, now: DateTime<Utc>) -> Result<(), StoreError> {
        let asked = last_asked(tx, case)?;
        let known = tx.requests().answered(case.id)?;
        let is_answered = |field: &&AnsweredField| field.item.path_in(&case.record).is_some_and(|path| path.is_answered(&case.record));
        for field in known.iter().filter(|field| !is_answered(field)) {
            if tx.requests().remove_answered(case.id, &field.item.path)? == Updated::Yes {
                let old = facts([("field", field.item.path.to_string().into()), ("answered_by", field.answered_by.map(|id| id.0).into())]);
                tx.audit().append(&case_entry(case.id, &self.itself(), now, "field.unanswered", old, Default::default()))?;
            }
        }
        let is_known = |path: &FieldPath| known.iter().any(|field| field.item.path_in(&case.record).as_ref() == Some(path));
        let answered = asked.into_iter().filter(|(path, _)| path.is_answered(&case.record) && !is_known(path));
        let mut answered = answered.peekable();
        if answered.peek().is_none() {
            return Ok(());
        }
        let answered_by = tx.messages().last_answer(case.id)?;
        for (path, asked_by) in answered {
            let new = facts([
                ("field", path.to_string().into()),
                ("asked_by", asked_by.0.into()),
                ("answered_by", answered_by.map(|id| id.0).into()),
            ]);
            let field = AnsweredField { item: AskedItem::of(&case.record, path), asked_by, answered_by, at: now };
            tx.requests().record_answered(case.id, &field)?;
            tx.audit().append(&case_entry(case.id, &self.itself(), now, "field.answered", Default::default(), new))?;
        }
        Ok(())
    }
}

/// The fields that a message which left asked for, each with the last one.
fn last_asked(tx: &mut dyn Tx, case: &Case) -> Result<BTreeMap<FieldPath, MessageId>, StoreError> {
    let asked = tx.requests().asked(case.id)?;
    let left = asked.into_iter().filter(|asked| asked.delivery.is_some_and(|delivery| delivery.reached_the_transport()));
    Ok(left.filter_map(|asked| Some((asked.item.path_in(&case.record)?, asked.message_id))).collect())
}

/// The answered fields of the case as it is now.
pub(crate) fn answered_fields(tx: &mut dyn Tx, case: &Case) -> Result<Vec<AnsweredField>, StoreError> {
    let answered = tx.requests().answered(case.id)?.into_iter();
    Ok(answered.filter_map(|field| Some(AnsweredField { item: field.item.in_record(&case.record)?, ..field })).collect())
}
