//! Numbers in words become digits before any rule looks at them; "un", "una", "one" stay, being articles as well.

use std::ops::Range;

use crate::fold::Folded;
use crate::language::Language;

/// A word of a number: what it is worth, and what it may follow.
type Word = (&'static str, u32);

/// The number words of a language.
struct Numerals {
    /// 0 to 29 where the language has one word for each, without one.
    units: &'static [Word],
    /// 20 to 90 in tens.
    tens: &'static [Word],
    /// 100 to 900.
    hundreds: &'static [Word],
    thousand: &'static str,
    /// What stands between tens and units ("treinta y dos").
    joins: &'static [&'static str],
    /// One, where it ends a number ("treinta y uno").
    one: &'static [&'static str],
    /// Between hundreds and what follows ("cento e vinte").
    joins_hundreds: bool,
    /// Between the whole and the decimals ("doce coma ocho").
    points: &'static [&'static str],
}

/// The text with digits in the place of number words.
pub(crate) fn spell_in_digits(folded: Folded, language: Language) -> Folded {
    let numerals = match language {
        Language::Spanish => &SPANISH,
        Language::Portuguese => &PORTUGUESE,
        Language::English => &ENGLISH,
    };
    let words = words_of(&folded.text);
    let mut changed = Folded::default();
    let (mut copied, mut index) = (0, 0);
    while index < words.len() {
        match numerals.read(&folded.text, &words[index..]) {
            Some((number, count)) => {
                let range = words[index].start..words[index + count - 1].end;
                changed.copy(&folded, copied..range.start);
                changed.replace(&folded, range.clone(), &number);
                copied = range.end;
                index += count;
            }
            None => index += 1,
        }
    }
    if copied == 0 {
        return folded;
    }
    changed.copy(&folded, copied..folded.text.len());
    changed
}

/// Runs of letters.
fn words_of(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte.is_ascii_lowercase(), start) {
            (true, None) => start = Some(at),
            (false, Some(begin)) => {
                words.push(begin..at);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|begin| begin..text.len()));
    words
}

fn worth(table: &[Word], word: &str) -> Option<u32> {
    table.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
}

impl Numerals {
    /// The number at the beginning of these words, in digits, and how many words it takes.
    fn read(&self, text: &str, words: &[Range<usize>]) -> Option<(String, usize)> {
        let (whole, count) = self.whole(text, words)?;
        // "doce coma ocho", digit by digit or as one number.
        if self.word(text, words, count).is_some_and(|word| self.points.contains(&word))
            && let Some((decimals, more)) = self.whole(text, &words[count + 1..])
            && self.follows(text, words, count + 1)
            && decimals < 100
        {
            return Some((format!("{whole},{decimals}"), count + 1 + more));
        }
        Some((whole.to_string(), count))
    }

    fn whole(&self, text: &str, words: &[Range<usize>]) -> Option<(u32, usize)> {
        let thousand_alone = self.word(text, words, 0) == Some(self.thousand);
        let (high, mut count) = if thousand_alone { (1, 0) } else { self.below_thousand(text, words)? };
        if self.word(text, words, count) != Some(self.thousand) || high >= 1000 {
            return Some((high, count));
        }
        count += 1;
        let rest = words.get(count..).unwrap_or_default();
        match self.below_thousand(text, rest) {
            Some((low, more)) if self.follows(text, words, count) => Some((high * 1000 + low, count + more)),
            _ => Some((high * 1000, count)),
        }
    }

    fn below_thousand(&self, text: &str, words: &[Range<usize>]) -> Option<(u32, usize)> {
        let first = self.word(text, words, 0)?;
        let Some(hundreds) = worth(self.hundreds, first) else { return self.below_hundred(text, words) };
        let joined = usize::from(self.joins_hundreds && self.word(text, words, 1).is_some_and(|word| self.joins.contains(&word)));
        let rest = words.get(1 + joined..).unwrap_or_default();
        match self.below_hundred(text, rest) {
            Some((low, more)) => Some((hundreds + low, 1 + joined + more)),
            None => Some((hundreds, 1)),
        }
    }

    fn below_hundred(&self, text: &str, words: &[Range<usize>]) -> Option<(u32, usize)> {
        let first = self.word(text, words, 0)?;
        let Some(tens) = worth(self.tens, first) else { return worth(self.units, first).map(|value| (value, 1)) };
        let joined = usize::from(self.word(text, words, 1).is_some_and(|word| self.joins.contains(&word)));
        if joined == 0 && !self.joins.contains(&"") {
            return Some((tens, 1));
        }
        let unit = self.word(text, words, 1 + joined);
        let value =
            unit.and_then(|word| if self.one.contains(&word) { Some(1) } else { worth(self.units, word).filter(|value| *value < 10) });
        Some(value.map_or((tens, 1), |value| (tens + value, 2 + joined)))
    }

    /// The word of that place, if nothing but a blank or hyphen parts it from the one before.
    fn word<'t>(&self, text: &'t str, words: &[Range<usize>], index: usize) -> Option<&'t str> {
        (index == 0 || self.follows(text, words, index)).then(|| words.get(index).map(|word| &text[word.clone()]))?
    }

    fn follows(&self, text: &str, words: &[Range<usize>], index: usize) -> bool {
        index == 0 || words.get(index).is_some_and(|word| matches!(&text[words[index - 1].end..word.start], " " | "-"))
    }
}

const SPANISH: Numerals = Numerals {
    units: &[
        ("cero", 0),
        ("dos", 2),
        ("tres", 3),
        ("cuatro", 4),
        ("cinco", 5),
        ("seis", 6),
        ("siete", 7),
        ("ocho", 8),
        ("nueve", 9),
        ("diez", 10),
        ("once", 11),
        ("doce", 12),
        ("trece", 13),
        ("catorce", 14),
        ("quince", 15),
        ("dieciseis", 16),
        ("diecisiete", 17),
        ("dieciocho", 18),
        ("diecinueve", 19),
        ("veintiuno", 21),
        ("veintiun", 21),
        ("veintiuna", 21),
        ("veintidos", 22),
        ("veintitres", 23),
        ("veinticuatro", 24),
        ("veinticinco", 25),
        ("veintiseis", 26),
        ("veintisiete", 27),
        ("veintiocho", 28),
        ("veintinueve", 29),
    ],
    tens: &[
        ("veinte", 20),
        ("treinta", 30),
        ("cuarenta", 40),
        ("cincuenta", 50),
        ("sesenta", 60),
        ("setenta", 70),
        ("ochenta", 80),
        ("noventa", 90),
    ],
    hundreds: &[
        ("cien", 100),
        ("ciento", 100),
        ("doscientos", 200),
        ("doscientas", 200),
        ("trescientos", 300),
        ("cuatrocientos", 400),
        ("quinientos", 500),
        ("quinientas", 500),
        ("seiscientos", 600),
        ("setecientos", 700),
        ("ochocientos", 800),
        ("novecientos", 900),
    ],
    thousand: "mil",
    joins: &["y", "i"],
    one: &["uno", "un", "una"],
    joins_hundreds: false,
    points: &["coma", "punto"],
};

const PORTUGUESE: Numerals = Numerals {
    units: &[
        ("zero", 0),
        ("dois", 2),
        ("duas", 2),
        ("tres", 3),
        ("quatro", 4),
        ("cinco", 5),
        ("seis", 6),
        ("sete", 7),
        ("oito", 8),
        ("nove", 9),
        ("dez", 10),
        ("onze", 11),
        ("doze", 12),
        ("treze", 13),
        ("quatorze", 14),
        ("catorze", 14),
        ("quinze", 15),
        ("dezesseis", 16),
        ("dezasseis", 16),
        ("dezessete", 17),
        ("dezassete", 17),
        ("dezoito", 18),
        ("dezenove", 19),
        ("dezanove", 19),
    ],
    tens: &[
        ("vinte", 20),
        ("trinta", 30),
        ("quarenta", 40),
        ("cinquenta", 50),
        ("sessenta", 60),
        ("setenta", 70),
        ("oitenta", 80),
        ("noventa", 90),
    ],
    hundreds: &[
        ("cem", 100),
        ("cento", 100),
        ("duzentos", 200),
        ("duzentas", 200),
        ("trezentos", 300),
        ("quatrocentos", 400),
        ("quinhentos", 500),
        ("seiscentos", 600),
        ("setecentos", 700),
        ("oitocentos", 800),
        ("novecentos", 900),
    ],
    thousand: "mil",
    joins: &["e"],
    one: &["um", "uma"],
    joins_hundreds: true,
    points: &["virgula", "ponto"],
};

const ENGLISH: Numerals = Numerals {
    units: &[
        ("zero", 0),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("eleven", 11),
        ("twelve", 12),
        ("thirteen", 13),
        ("fourteen", 14),
        ("fifteen", 15),
        ("sixteen", 16),
        ("seventeen", 17),
        ("eighteen", 18),
        ("nineteen", 19),
    ],
    tens: &[("twenty", 20), ("thirty", 30), ("forty", 40), ("fifty", 50), ("sixty", 60), ("seventy", 70), ("eighty", 80), ("ninety", 90)],
    hundreds: &[],
    thousand: "thousand",
    joins: &[""],
    one: &["one"],
    joins_hundreds: false,
    points: &["point"],
};

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str, language: Language) -> String {
        spell_in_digits(Folded::new(text), language).text
    }

    #[test]
    fn spanish_number_words_become_digits() {
        for (words, expected) in [
            ("sesenta y tres años", "63 anos"),
            ("Veintiséis", "26"),
            ("once kilos y medio", "11 kilos y medio"),
            ("doce coma ocho", "12,8"),
            ("quinientos cincuenta mg", "550 mg"),
            ("mil doscientos", "1200"),
            ("dos mil veinticuatro", "2024"),
            ("treinta y una pastillas", "31 pastillas"),
            ("cincuenta y tantos", "50 y tantos"),
            ("una al día, dos veces", "una al dia, 2 veces"),
            ("veinte, treinta", "20, 30"),
            ("mi", "mi"),
        ] {
            assert_eq!(digits(words, Language::Spanish), expected, "{words}");
        }
    }

    #[test]
    fn portuguese_and_english_number_words_become_digits() {
        assert_eq!(digits("sessenta e três quilos, cento e vinte", Language::Portuguese), "63 quilos, 120");
        assert_eq!(digits("dos meses, dois meses", Language::Portuguese), "dos meses, 2 meses");
        assert_eq!(digits("sixty-three years, once a day, twenty one", Language::English), "63 years, once a day, 21");
    }

    #[test]
    fn a_number_in_words_finds_its_way_back() {
        let text = "Pesa sesenta y tres kilos";
        let folded = spell_in_digits(Folded::new(text), Language::Spanish);
        let at = folded.text.find("63").unwrap();
        assert_eq!(&text[folded.original(at..at + 2)], "sesenta y tres");
        assert_eq!(&text[folded.original(at..folded.text.len())], "sesenta y tres kilos");
    }
}
