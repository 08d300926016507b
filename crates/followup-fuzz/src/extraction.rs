//! Values read in what people write: whatever comes, what is proposed stands in the text.

use chrono::{TimeZone, Utc};
use followup_domain::ids::ProductId;
use followup_extract::{Context, Field, ProductName, State, Target};

use crate::text;

/// A reply, perhaps behind a letter of ours.
pub(crate) fn extract(data: &[u8]) {
    let text = text(data);
    let (letter, reply) = text.split_once('\u{1}').map_or((None, text.as_str()), |(letter, reply)| (Some(letter), reply));
    let Some(sent_at) = Utc.with_ymd_and_hms(2026, 3, 18, 15, 0, 0).single() else { return };
    let mut context = Context::at(sent_at, chrono_tz::America::Lima);
    context.letter = letter.map(str::to_owned);
    context.products = ["Amoxicilina 500 mg", "Omeprazol 20 mg"].into_iter().zip(1..).map(|(name, id)| product(name, id)).collect();
    context.asked = asked();
    let extraction = followup_extract::extract(reply, &context);
    assert_eq!(extraction, followup_extract::extract(reply, &context), "the same text, the same proposals");
    for proposal in &extraction.proposals {
        assert!(reply.get(proposal.span.clone()).is_some_and(|words| !words.trim().is_empty()), "{proposal:?} stands in the text");
        assert_eq!(proposal.value.is_some(), proposal.state == State::Answered, "{proposal:?}");
        assert!(proposal.value.as_ref().is_none_or(|value| !value.is_empty()), "{proposal:?}");
    }
    let mut end = 0;
    for unread in &extraction.unread {
        assert!(unread.start >= end && reply.get(unread.clone()).is_some(), "what is unread stands in the text, in order");
        end = unread.end;
    }
}

fn product(name: &str, id: i64) -> ProductName {
    ProductName { id: ProductId(id), name: name.to_owned() }
}

/// Every field, of each product.
fn asked() -> Vec<Target> {
    let products = [ProductId(1), ProductId(2)];
    let of_product = |field: Field| products.map(|product| Target::of_product(field, product)).to_vec();
    Field::ALL.iter().flat_map(|field| if field.is_of_product() { of_product(*field) } else { vec![Target::of_case(*field)] }).collect()
}
