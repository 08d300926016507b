//! Reads values of case fields in what a reporter answers.
//!
//! Pure: no I/O, no clock. The same text gives the same proposals, byte for byte, in time that grows with the text. What the rules
//! do not understand is told as well, so that nobody misses it. Stages: the text is folded ([`fold`]), cut into pieces ([`segment`]),
//! values are read ([`value`]) beside labels and questions ([`answers`]) and in sentences ([`prose`]), and one of several readings
//! is chosen ([`choice`]). The words of each language are tables ([`words`]).
//!
//! ```
//! use chrono::{TimeZone, Utc};
//! use followup_extract::{Class, Context, Field, extract};
//!
//! let sent_at = Utc.with_ymd_and_hms(2026, 3, 16, 15, 0, 0).unwrap();
//! let context = Context::at(sent_at, chrono_tz::America::Lima);
//! let extraction = extract("Peso: 68,5 kg\nEdad: sesenta y tres años", &context);
//! let told: Vec<_> = extraction.proposals.iter().map(|read| (read.target.field, read.value.as_deref(), read.unit, read.class)).collect();
//! assert_eq!(told, [(Field::Weight, Some("68.5"), Some("kg"), Class::A), (Field::Age, Some("63"), Some("años"), Class::A)]);
//! ```
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]
#![allow(rustdoc::private_intra_doc_links)]

mod answers;
mod choice;
mod draft;
mod field;
mod fold;
mod guard;
mod input;
mod language;
mod mention;
mod numerals;
mod pattern;
mod products;
mod proposal;
mod prose;
mod reader;
mod reading;
mod segment;
mod states;
mod value;
mod words;

pub use field::{Field, Target};
pub use input::{Context, DayMonth, ProductName};
pub use mention::{Mention, mentions};
pub use proposal::{Class, Conflict, Extraction, Precision, Proposal, RuleId, State};
pub use reader::Extractor;

use fold::Folded;
use products::Products;
use reading::Reading;

/// So much of a text is read, in bytes; the rest is told as unread: nobody writes so much.
pub const LONGEST_TEXT: usize = 1024 * 1024;

/// What a reply says of the fields of its case.
pub fn extract(text: &str, context: &Context) -> Extraction {
    let mut end = text.len().min(LONGEST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let folded = Folded::new(&text[..end]);
    let language = language::language_of(&folded.text);
    let folded = numerals::spell_in_digits(folded, language);
    let products = Products::new(&context.products);
    let pieces = segment::cut(&folded.text, context, &products);
    if pieces.automatic {
        return Extraction::default();
    }
    let reading = Reading::new(text, &folded, context, &products);
    let mut drafts = Vec::new();
    answers::read(&reading, &pieces.answers, &mut drafts);
    prose::read(&reading, &pieces, &mut drafts);
    let proposals = choice::choose(drafts, context);
    let unread = prose::unread(&reading, &pieces, &proposals, end..text.len());
    Extraction { proposals, unread }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};

    use super::*;
    use crate::pattern::uses;

    fn context() -> Context {
        let product = followup_domain::ids::ProductId(1);
        let asked = Field::ALL
            .iter()
            .map(|field| if field.is_of_product() { Target::of_product(*field, product) } else { Target::of_case(*field) });
        Context {
            asked: asked.collect(),
            products: vec![ProductName { id: product, name: "Amoxicilina 500 mg".into() }],
            ..Context::at(Utc.with_ymd_and_hms(2026, 3, 18, 15, 0, 0).unwrap(), chrono_tz::America::Lima)
        }
    }

    fn work(text: &str) -> usize {
        uses::take();
        let extraction = extract(text, &context());
        assert!(extraction.proposals.len() < 2000);
        uses::take().values().sum()
    }

    #[test]
    fn what_a_text_costs_grows_with_it_and_no_faster() {
        for line in [
            "a",
            "no si el la ",
            "1 2 ",
            "sesenta y ",
            "68 kg 500 mg ",
            "el 2/3 ",
            "Peso: Edad: ",
            "Peso: 68\n",
            "> ¿Peso?\n68\n",
            "lote ",
            "mi mamá ",
            "a. ",
            ":",
            ">",
            "[AR: ",
            "\n",
            "1. a\n",
            "tiene 14 semanas de embarazo ",
            "del 1 al 2/3 ",
            "perdón, no 5 sino 6 kg ",
            "Saludos\n",
            "De: a\nPara: b\n",
            "no sé el lote. ",
        ] {
            let half = work(&line.repeat(10_000 / line.len()));
            let whole = work(&line.repeat(20_000 / line.len()));
            assert!(whole <= 3 * half + 1000, "{line:?}: {half} uses of patterns, then {whole}");
        }
    }

    #[test]
    fn what_is_too_long_is_told_as_unread() {
        let text = format!("Peso: 68 kg\n{}", "ñandú ".repeat(LONGEST_TEXT / 6));
        let extraction = extract(&text, &context());
        assert_eq!(extraction.proposals.first().and_then(|read| read.value.as_deref()), Some("68"));
        assert_eq!(extraction.unread.last().map(|range| range.end), Some(text.len()));
    }
}
