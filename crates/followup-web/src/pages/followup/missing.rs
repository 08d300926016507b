//! What is missing, by groups: why, whether it was asked, and the proof.

use followup_app::{AskState, FollowupSummary, MissingWithState};
use followup_domain::asking::catalogue::Group;
use followup_words::{fields, people};
use serde::Serialize;

use super::links::{Here, MessageLink};
use crate::show::when::{Reading, When};

#[derive(Serialize)]
pub(super) struct MissingGroup {
    heading: String,
    items: Vec<MissingView>,
}

#[derive(Serialize)]
struct MissingView {
    label: &'static str,
    reason: &'static str,
    /// What was documented of it, in words.
    documented: Option<DocumentedView>,
    /// The letter that asked, and when it was accepted.
    asked: Option<AskedView>,
}

#[derive(Serialize)]
struct DocumentedView {
    state: &'static str,
    reason: String,
    actor: String,
    at: When,
}

#[derive(Serialize)]
struct AskedView {
    message: MessageLink,
    at: When,
}

/// What is missing of a case, in the catalogue's groups; of several products, each apart.
pub(super) fn groups(summary: &FollowupSummary, here: &Here, reading: Reading) -> Vec<MissingGroup> {
    let has_several = summary.case.record.productos.len() > 1;
    let mut groups: Vec<((Group, Option<usize>), MissingGroup)> = Vec::new();
    for missing in &summary.missing {
        let key = (missing.item.spec.group, missing.item.path.product.filter(|_| has_several));
        if groups.last().is_none_or(|(last, _)| *last != key) {
            groups.push((key, MissingGroup { heading: heading(summary, key), items: Vec::new() }));
        }
        if let Some((_, group)) = groups.last_mut() {
            group.items.push(view(summary, missing, here, reading));
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn view(summary: &FollowupSummary, missing: &MissingWithState, here: &Here, reading: Reading) -> MissingView {
    let path = &missing.item.path;
    let documented = summary.documented.iter().find(|field| field.item.path == *path).map(|field| DocumentedView {
        state: fields::state(field.state),
        reason: field.reason.clone(),
        actor: people::actor(&field.actor),
        at: reading.when(field.at),
    });
    let asked = match missing.state {
        AskState::NotAsked => None,
        AskState::Asked { message_id, at } => Some(AskedView { message: here.link(message_id), at: reading.when(at) }),
    };
    MissingView { label: missing.item.spec.label, reason: missing.item.rule.reason(), documented, asked }
}

fn heading(summary: &FollowupSummary, (group, product): (Group, Option<usize>)) -> String {
    let name = match group {
        Group::Patient => "Paciente",
        Group::Product => "Medicamento",
        Group::Event => "Evento adverso",
        Group::Reporter => "Reportante",
    };
    let product = product.map(|index| {
        let named = summary.case.record.productos.get(index).and_then(|product| product.nombre_producto.clone());
        named.unwrap_or_else(|| format!("el {}.º del reporte", index + 1))
    });
    product.map_or_else(|| name.to_owned(), |product| format!("{name}: {product}"))
}
