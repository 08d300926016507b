//! A case field by field: the value, where it came from, and what became of asking for it.

use std::collections::{BTreeMap, BTreeSet};

use followup_app::{AskState, FollowupSummary, MissingWithState};
use followup_domain::asking::field_state::FieldState;
use followup_domain::case::{CaseRecord, Kept, Scalar};
use followup_domain::ids::{CaseId, MessageId};
use followup_domain::message::MessageKind;
use followup_domain::ports::{AnsweredField, DocumentedField};
use followup_words::fields::{label, state};
use followup_words::people;
use serde::Serialize;

use super::form::layout::{LISTS, PARTS, PRODUCTS, Part, anchor, label as label_of, path};
use super::text_of;
use crate::show::brief::message_href;
use crate::show::when::{Reading, When};

/// A part of the case.
#[derive(Debug, Serialize)]
pub(super) struct PartView {
    key: &'static str,
    title: &'static str,
    blocks: Vec<BlockView>,
}

/// The fields of the case in a part, or of one object of a list.
#[derive(Debug, Serialize)]
struct BlockView {
    title: Option<String>,
    rows: Vec<RowView>,
    /// What this release does not know, as it is stored.
    unknown: Vec<UnknownView>,
    /// Fields that say nothing and that nobody asks for.
    empty: Vec<&'static str>,
}

/// A stored member that this release does not know.
#[derive(Debug, Serialize)]
pub(super) struct UnknownView {
    name: String,
    json: String,
}

#[derive(Debug, Serialize)]
struct RowView {
    path: String,
    anchor: String,
    label: &'static str,
    value: Option<String>,
    /// The rules refuse it: it is shown as it is stored.
    is_unreadable: bool,
    /// Nobody said so, but it follows from the rest.
    is_inferred: bool,
    source: Option<SourceView>,
    state: Option<StateView>,
}

/// Where a value came from.
#[derive(Debug, Serialize)]
struct SourceView {
    text: String,
    href: Option<String>,
    at: Option<When>,
}

/// What became of asking for it.
#[derive(Debug, Serialize)]
struct StateView {
    text: &'static str,
    /// Why it is asked for, or why it is not to be had.
    why: String,
    at: Option<When>,
    /// The message that asked for it.
    href: Option<String>,
    /// Who documented it.
    by: Option<String>,
    is_documented: bool,
}

/// What rows are made from.
pub(super) struct Source<'s> {
    record: &'s CaseRecord,
    missing: BTreeMap<String, &'s MissingWithState>,
    documented: BTreeMap<String, &'s DocumentedField>,
    answered: BTreeMap<String, &'s AnsweredField>,
    kinds: &'s BTreeMap<MessageId, MessageKind>,
    case_id: CaseId,
    reading: Reading,
}

impl<'s> Source<'s> {
    pub(super) fn new(summary: &'s FollowupSummary, kinds: &'s BTreeMap<MessageId, MessageKind>, reading: Reading) -> Self {
        Self {
            record: &summary.case.record,
            missing: summary.missing.iter().map(|missing| (missing.item.path.to_string(), missing)).collect(),
            documented: summary.documented.iter().map(|field| (field.item.path.to_string(), field)).collect(),
            answered: summary.answered.iter().map(|field| (field.item.path.to_string(), field)).collect(),
            kinds,
            case_id: summary.case.id,
            reading,
        }
    }

    /// Every part in which something stands or is missing.
    pub(super) fn parts(&self) -> Vec<PartView> {
        let parts = PARTS.iter().map(|part| PartView { key: part.key, title: part.title, blocks: self.blocks(part) });
        parts.filter(|part| !part.blocks.is_empty()).collect()
    }

    /// How much is missing that nobody documented.
    pub(super) fn open(&self) -> usize {
        self.missing.keys().filter(|path| !self.documented.contains_key(*path)).count()
    }

    /// Members of the case that this release does not know.
    pub(super) fn unknown(&self) -> Vec<UnknownView> {
        unknown(&self.record.kept, CaseRecord::FIELDS)
    }

    fn blocks(&self, part: &Part) -> Vec<BlockView> {
        let Some(list) = part.list else { return vec![self.block(part, None, &self.record.kept)] };
        let record = self.record;
        let kept: Vec<&Kept> = match list {
            PRODUCTS => record.productos.iter().map(|product| &product.kept).collect(),
            1 => record.concomitantes.iter().map(|product| &product.kept).collect(),
            _ => record.eventos.iter().map(|event| &event.kept).collect(),
        };
        if kept.is_empty() && list == PRODUCTS {
            // The first one is asked about before it has a name.
            return vec![self.block(part, Some((list, 0)), &Kept::default())];
        }
        (0..).zip(kept).map(|(at, kept)| self.block(part, Some((list, at)), kept)).collect()
    }

    fn block(&self, part: &Part, place: Option<(usize, usize)>, kept: &Kept) -> BlockView {
        let mut rows = Vec::new();
        let mut empty = Vec::new();
        for field in part.first.iter().chain(part.rest) {
            match self.row(place, field, kept) {
                Some(row) => rows.push(row),
                None => empty.push(label(field)),
            }
        }
        let unknown = place.map_or_else(Vec::new, |(list, _)| unknown(kept, LISTS[list].fields));
        BlockView { title: place.map(|(list, at)| label_of(&format!("{}[{at}]", LISTS[list].name))), rows, unknown, empty }
    }

    fn row(&self, place: Option<(usize, usize)>, field: &'static str, kept: &Kept) -> Option<RowView> {
        let path = path(place, field);
        let said = self.value(place, field);
        let shown = if field == "gravedad" { self.shown_gravedad(place) } else { said.clone() };
        let (value, state) = (text_of(shown.clone()), self.state(&path));
        (value.is_some() || state.is_some()).then(|| RowView {
            anchor: anchor(&path),
            label: label(field),
            is_unreadable: kept.holds(field),
            is_inferred: shown != said,
            source: self.answered.get(&path).filter(|_| value.is_some()).map(|answered| self.source(answered)),
            value,
            state,
            path,
        })
    }

    fn value(&self, place: Option<(usize, usize)>, field: &str) -> Option<Scalar> {
        match place {
            None => self.record.get(field),
            Some((PRODUCTS, at)) => self.record.productos.get(at)?.get(field),
            Some((1, at)) => self.record.concomitantes.get(at)?.get(field),
            Some((_, at)) => self.record.eventos.get(at)?.get(field),
        }
    }

    fn shown_gravedad(&self, place: Option<(usize, usize)>) -> Option<Scalar> {
        match place {
            None => Some(self.record.shown_gravedad()),
            Some((_, at)) => Some(self.record.eventos.get(at)?.shown_gravedad()),
        }
    }

    fn source(&self, answered: &AnsweredField) -> SourceView {
        let at = Some(self.reading.when(answered.at));
        let Some(id) = answered.answered_by else { return SourceView { text: "Lo anotó la unidad".into(), href: None, at } };
        let what = match self.kinds.get(&id) {
            Some(MessageKind::Call) => "Por la llamada",
            _ => "Por la respuesta",
        };
        SourceView { text: format!("{what} n.º {id}"), href: Some(message_href(self.case_id, id, None)), at }
    }

    fn state(&self, path: &str) -> Option<StateView> {
        if let Some(documented) = self.documented.get(path) {
            return Some(StateView {
                text: state(documented.state),
                why: documented.reason.clone(),
                at: Some(self.reading.when(documented.at)),
                href: None,
                by: Some(people::actor(&documented.actor)),
                is_documented: true,
            });
        }
        let missing = self.missing.get(path)?;
        let (text, asked) = match missing.state {
            AskState::NotAsked => (FieldState::NotAsked, None),
            AskState::Asked { message_id, at } => (FieldState::Asked, Some((message_id, at))),
        };
        Some(StateView {
            text: state(text),
            why: missing.item.rule.reason().to_owned(),
            at: asked.map(|(_, at)| self.reading.when(at)),
            href: asked.map(|(id, _)| message_href(self.case_id, id, None)),
            by: None,
            is_documented: false,
        })
    }
}

fn unknown(kept: &Kept, fields: &[&str]) -> Vec<UnknownView> {
    let members = kept.iter().filter(|(name, _)| !fields.contains(name));
    members.map(|(name, member)| UnknownView { name: name.to_owned(), json: member.json.clone() }).collect()
}

/// The anchors of every field that is shown.
pub(super) fn anchors(parts: &[PartView]) -> BTreeSet<&str> {
    parts.iter().flat_map(|part| &part.blocks).flat_map(|block| &block.rows).map(|row| row.anchor.as_str()).collect()
}
