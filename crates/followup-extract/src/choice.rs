//! Which of several readings stays. What contradicts itself is told, never decided.

use std::collections::BTreeMap;

use crate::draft::Draft;
use crate::field::{Field, Target};
use crate::input::Context;
use crate::proposal::{Conflict, Precision, Proposal, State};

/// More contradicting values of one field help nobody.
const MOST_VALUES: usize = 8;

/// The proposals of a reply, in the order of its text.
pub(crate) fn choose(drafts: Vec<Draft>, context: &Context) -> Vec<Proposal> {
    let mut by_target: BTreeMap<Target, Vec<Draft>> = BTreeMap::new();
    for draft in drafts {
        by_target.entry(draft.proposal.target).or_default().push(draft);
    }
    let mut chosen: Vec<Proposal> = by_target.into_values().flat_map(among).collect();
    for proposal in &mut chosen {
        check_product(proposal, context);
    }
    check_birth(&mut chosen, context);
    check_order(&mut chosen);
    chosen.sort_by_key(|proposal| (proposal.span.start, proposal.target));
    chosen
}

/// What stays of what was read for one field.
fn among(mut drafts: Vec<Draft>) -> Vec<Proposal> {
    drafts.sort_by_key(|draft| draft.at.start);
    // What was corrected is gone, and what came before it.
    if let Some(last) = drafts.iter().rposition(|draft| draft.corrects) {
        drafts.drain(..last);
        drafts.truncate(1);
    }
    // A value is more than a saying that there is none, unless it is a guess from a sentence.
    let best = drafts.iter().filter(|draft| draft.proposal.state == State::Answered).map(|draft| draft.proposal.class).min();
    if let Some(best) = best {
        drafts.retain(|draft| draft.proposal.state == State::Answered || draft.proposal.class < best);
    } else {
        let first = drafts.iter().map(|draft| draft.proposal.class).min();
        drafts.retain(|draft| Some(draft.proposal.class) == first);
        // Said twice: the stronger word stays.
        drafts.sort_by_key(|draft| std::cmp::Reverse(draft.proposal.state));
        drafts.truncate(1);
    }
    let mut kept: Vec<Proposal> = Vec::new();
    drafts.sort_by_key(|draft| (draft.proposal.class, draft.at.start));
    for Draft { proposal, .. } in drafts {
        if kept.len() == MOST_VALUES {
            break;
        }
        match kept.iter_mut().find(|known| agree(known, &proposal)) {
            Some(known) => {
                // "En marzo … el 12 de marzo": the more exact one.
                if known.precision < proposal.precision && is_date(&proposal) && known.class == proposal.class {
                    *known = proposal;
                }
            }
            None => kept.push(proposal),
        }
    }
    if kept.len() > 1 {
        for proposal in &mut kept {
            proposal.conflicts.push(Conflict::SeveralValues);
        }
    }
    kept
}

fn is_date(proposal: &Proposal) -> bool {
    matches!(proposal.precision, Precision::Year | Precision::Month | Precision::Day)
}

/// The same value, or one date within the other.
fn agree(one: &Proposal, other: &Proposal) -> bool {
    if one.state != other.state {
        return false;
    }
    let (Some(first), Some(second)) = (&one.value, &other.value) else { return one.value == other.value };
    let dates = is_date(one) && is_date(other) && (first.starts_with(second.as_str()) || second.starts_with(first.as_str()));
    let same = first.to_lowercase() == second.to_lowercase() && one.unit == other.unit;
    // "Soto" and "Luis Soto Ruiz".
    let names = one.target.field == Field::ReporterName && (is_part(first, second) || is_part(second, first));
    same || dates || names || same_rate(one.target.field, first, second)
}

/// Whether every word of a name stands in another.
fn is_part(name: &str, other: &str) -> bool {
    let words: Vec<String> = other.split(' ').map(str::to_lowercase).collect();
    name.split(' ').all(|word| words.contains(&word.to_lowercase()))
}

/// "Cada 12 horas" and "2 veces al día" are one.
fn same_rate(field: Field, one: &str, other: &str) -> bool {
    const SAME: &[(&str, &str)] = &[
        ("cada 24 horas", "1 vez al día"),
        ("cada 12 horas", "2 veces al día"),
        ("cada 8 horas", "3 veces al día"),
        ("cada 6 horas", "4 veces al día"),
    ];
    field == Field::Frequency && SAME.iter().any(|(first, second)| [(*first, *second), (*second, *first)].contains(&(one, other)))
}

/// A product's field without its product.
fn check_product(proposal: &mut Proposal, context: &Context) {
    if proposal.target.field.is_of_product() && proposal.target.product.is_none() && context.products.len() > 1 {
        proposal.conflicts.push(Conflict::WhichProduct);
    }
}

/// Nothing happened to the patient before the birth.
fn check_birth(chosen: &mut [Proposal], context: &Context) {
    let told = chosen.iter().find(|proposal| proposal.target.field == Field::BirthDate).and_then(|proposal| proposal.value.clone());
    let Some(birth) = told.or_else(|| context.birth.map(|birth| birth.to_string())) else { return };
    for proposal in chosen.iter_mut() {
        let dated = matches!(proposal.target.field, Field::Start | Field::End | Field::EventStart | Field::EventEnd | Field::DeathDate);
        let Some(value) = proposal.value.as_ref().filter(|_| dated) else { continue };
        let length = value.len().min(birth.len());
        if value[..length] < birth[..length] {
            proposal.conflicts.push(Conflict::Birth);
        }
    }
}

/// What ends before it begins.
fn check_order(chosen: &mut [Proposal]) {
    let value = |chosen: &[Proposal], field: Field, product| {
        chosen.iter().find(|proposal| proposal.target == Target { field, product }).and_then(|proposal| proposal.value.clone())
    };
    for (begin, end) in [(Field::Start, Field::End), (Field::EventStart, Field::EventEnd)] {
        for index in 0..chosen.len() {
            if chosen[index].target.field != end {
                continue;
            }
            let first = value(chosen, begin, chosen[index].target.product);
            let wrong = first.zip(chosen[index].value.clone()).is_some_and(|(first, last)| {
                let length = first.len().min(last.len());
                last[..length] < first[..length]
            });
            if wrong {
                chosen[index].conflicts.push(Conflict::Order);
            }
        }
    }
}
