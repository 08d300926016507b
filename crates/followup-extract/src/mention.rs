//! Every date, age and sex of a text, whoever's they are: to measure the readers by themselves.

use std::ops::Range;

use crate::fold::Folded;
use crate::input::Context;
use crate::pattern::patterns;
use crate::value::date::{self, Reckoning};
use crate::{language, numerals, value};

/// What a text mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mention {
    /// A date.
    Date,
    /// An age.
    Age,
    /// A sex.
    Sex,
}

patterns! {
    AGED = r"(?:\b(?:de|edad:?|tiene|con|paciente|{man}|{woman}|,) ?|[:,(] ?)$";
    NO_AGE = r"\b(?:{since})(?: {hedge})* ?$";
    NO_AGE_AFTER = r"^ ?(?:{years_of_else}|de [a-df-uw-z])";
    CHILD = r"\b(?:{patient}|edad:?)(?: [a-z]+)? (?:de )?$|edad: ?$";
    OF_AGE = r"^ de (?:edad|vida)\b";
    SEX = r"\b(?:sexo ?:? ?(?P<coded>[hmf]|{man}|{woman})|(?P<word>{man}|{woman}|nin[oa]))\b";
}

/// Every mention with its place in the text.
pub fn mentions(text: &str, context: &Context) -> Vec<(Mention, Range<usize>)> {
    let folded = Folded::new(text);
    let language = language::language_of(&folded.text);
    let folded = numerals::spell_in_digits(folded, language);
    let reckoning = Reckoning { today: context.today(), day_month: context.day_month };
    let dates = date::scan(&folded.text, reckoning).into_iter().filter(|date| !date.computed).map(|date| (Mention::Date, date.range));
    let ages =
        value::age::scan(&folded.text, true).into_iter().filter(|age| is_age(&folded.text, age)).map(|age| (Mention::Age, age.range));
    let sexes = SEX.regex().captures_iter(&folded.text).filter_map(|captures| {
        let found = captures.name("coded").or(captures.name("word"))?;
        Some((Mention::Sex, found.range()))
    });
    let mut mentions: Vec<_> = dates.chain(ages).chain(sexes).collect();
    mentions.sort_by_key(|(_, place)| place.start);
    mentions.into_iter().map(|(kind, place)| (kind, folded.original(place))).collect()
}

fn is_age(text: &str, age: &value::Read) -> bool {
    let mut from = age.range.start.saturating_sub(40);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = &text[from..age.range.start];
    let adult = age.unit == Some("años");
    AGED.regex().is_match(before)
        && NO_AGE.regex().find(before).is_none()
        && NO_AGE_AFTER.at_start(&text[age.range.end..]).is_none()
        && (adult || CHILD.regex().is_match(before) || OF_AGE.at_start(&text[age.range.end..]).is_some())
}
