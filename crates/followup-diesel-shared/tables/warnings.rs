//! Until when cases have warnings, and what people set aside of them.

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::prelude::*;
use followup_domain::case::SetAside;
use followup_domain::ids::CaseId;
use followup_domain::ports::{StoreError, WarningRepository};
use serde_json::{Value, json};

use super::At;
use super::schema::icsr;
use super::work::Work;

impl WarningRepository for Work<'_> {
    fn set(&mut self, id: CaseId, warned_until: Option<DateTime<Utc>>, set_aside: &[SetAside]) -> Result<(), StoreError> {
        self.write(|conn| {
            let warned = (icsr::warned_until.eq(warned_until.map(At::from)), icsr::set_aside.eq(to_json(set_aside)));
            diesel::update(icsr::table.find(id.0)).set(warned).execute(conn)?;
            Ok(())
        })
    }
}

fn to_json(set_aside: &[SetAside]) -> Value {
    let object = |aside: &SetAside| {
        let at = aside.at.to_rfc3339_opts(SecondsFormat::Micros, true);
        json!({"warning": aside.warning, "reason": aside.reason, "actor": aside.actor, "at": at})
    };
    set_aside.iter().map(object).collect()
}

/// What cannot be read sets nothing aside: the warning is shown again.
pub(super) fn from_json(stored: &Value) -> Vec<SetAside> {
    let one = |object: &Value| {
        let text = |name: &str| object.get(name)?.as_str().map(str::to_owned);
        let at = DateTime::parse_from_rfc3339(&text("at")?).ok()?.to_utc();
        Some(SetAside { warning: text("warning")?, reason: text("reason")?, actor: text("actor")?, at })
    };
    stored.as_array().into_iter().flatten().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_sets_nothing_aside_and_the_rest_does() {
        let aside = SetAside { warning: "x-1".into(), reason: "visto \"así\"".into(), actor: "user:qf".into(), at: DateTime::UNIX_EPOCH };
        let mut stored = to_json(std::slice::from_ref(&aside));
        for odd in [json!(7), json!({}), json!({"warning": "y", "reason": "z", "actor": "w", "at": "ayer"})] {
            stored.as_array_mut().unwrap().push(odd);
        }
        assert_eq!(from_json(&stored), [aside]);
        for odd in [json!(null), json!({}), json!("x")] {
            assert_eq!(from_json(&odd), []);
        }
    }
}
