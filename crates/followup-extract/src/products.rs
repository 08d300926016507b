//! Which product is meant: the names of the case's products where they stand in the text.

use std::ops::Range;

use followup_domain::ids::ProductId;
use followup_domain::text::fold;

use crate::input::ProductName;

/// Words of a product's name that do not tell it from another.
const GENERAL: &[&str] = &[
    "vacuna",
    "jarabe",
    "gotas",
    "crema",
    "tableta",
    "tabletas",
    "capsula",
    "capsulas",
    "inyectable",
    "ampolla",
    "suspension",
    "solucion",
    "inhalador",
    "parche",
    "ovulos",
    "colirio",
    "emulsion",
    "conjugada",
    "humana",
    "acido",
    "sulfato",
    "sodico",
    "potasico",
    "clorhidrato",
    "nasal",
    "oticas",
    "dental",
    "cartucho",
    "oral",
    "unguento",
    "spray",
    "comprimidos",
    "forte",
    "infantil",
    "adulto",
    "polvo",
    "vial",
    "mensual",
    "semanal",
    "con",
    "para",
    "hydrochloride",
    "comprimido",
    "pediatrico",
    "gel",
    "locion",
    "vitamina",
    "insulina",
    "hierro",
    "penicilina",
    "sodium",
    "vaccine",
];

/// The products of a case, ready to be found.
pub(crate) struct Products<'c> {
    all: &'c [ProductName],
    /// A word that names one product alone.
    keys: Vec<(String, ProductId)>,
    /// Words that several products share.
    shared: Vec<String>,
}

/// A product named in the text.
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    pub(crate) range: Range<usize>,
    pub(crate) product: ProductId,
}

impl<'c> Products<'c> {
    pub(crate) fn new(all: &'c [ProductName]) -> Self {
        let mut keys: Vec<(String, ProductId)> = Vec::new();
        let mut shared: Vec<String> = Vec::new();
        for product in all {
            let name = fold(&product.name);
            let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| is_name(word)).collect();
            for word in words {
                if shared.iter().any(|known| known == word) {
                    continue;
                }
                match keys.iter().position(|(known, _)| known == word) {
                    Some(at) if keys[at].1 != product.id => {
                        keys.remove(at);
                        shared.push(word.to_owned());
                    }
                    Some(_) => {}
                    None => keys.push((word.to_owned(), product.id)),
                }
            }
        }
        Self { all, keys, shared }
    }

    /// The only product, if there is one.
    pub(crate) fn only(&self) -> Option<ProductId> {
        match self.all {
            [product] => Some(product.id),
            _ => None,
        }
    }

    /// Every name in a piece of folded text; long names also by their beginning, or with an ending of another language.
    pub(crate) fn mentions(&self, text: &str) -> Vec<Mention> {
        let mut mentions = Vec::new();
        if self.keys.is_empty() {
            return mentions;
        }
        for range in words_of(text) {
            let word = &text[range.clone()];
            if word.len() < 3 || !self.keys.iter().any(|(key, _)| key.as_bytes()[..2] == word.as_bytes()[..2]) {
                continue;
            }
            let mut named = self.keys.iter().filter(|(key, _)| names(word, key)).map(|(_, product)| *product);
            if let Some(product) = named.next().filter(|product| named.all(|other| other == *product)) {
                mentions.push(Mention { range, product });
            }
        }
        mentions
    }

    /// Whether a strength stands in a product's name ("500 mg").
    pub(crate) fn has_strength(&self, product: Option<ProductId>, strength: &str) -> bool {
        let plain = |text: &str| fold(text).replace([' ', ','], "").replace("gr", "g");
        self.all.iter().any(|known| Some(known.id) == product && plain(&known.name).contains(&plain(strength)))
    }

    /// Whether a word belongs to a product's name, or to several.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.keys.iter().any(|(key, _)| names(word, key)) || self.shared.iter().any(|key| key == word) || GENERAL.contains(&word)
    }
}

/// Four letters, or letters and digits ("b12").
fn is_name(word: &str) -> bool {
    let letters = word.bytes().filter(u8::is_ascii_lowercase).count();
    let is_strength = word.starts_with(|first: char| first.is_ascii_digit());
    !GENERAL.contains(&word) && !is_strength && (letters >= 4 || letters >= 1 && letters < word.len() && word.len() >= 2 || letters == 3)
}

fn names(word: &str, key: &str) -> bool {
    if word == key {
        return true;
    }
    if key.len() < 6 || word.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let shared = word.bytes().zip(key.bytes()).take_while(|(one, other)| one == other).count();
    // "espiro" of espironolactona; "losartana" of losartán; one letter typed wrong near the end.
    (shared == word.len() && shared >= 4 && shared < key.len()) || (shared >= 5 && shared + 3 >= key.len() && word.len() <= key.len() + 2)
}

fn words_of(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte.is_ascii_alphanumeric(), start) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn products(names: &[&str]) -> Vec<ProductName> {
        names.iter().zip(1..).map(|(name, id)| ProductName { id: ProductId(id), name: (*name).to_owned() }).collect()
    }

    fn found(names: &[&str], text: &str) -> Vec<i64> {
        let products = products(names);
        Products::new(&products).mentions(&fold(text)).iter().map(|mention| mention.product.0).collect()
    }

    #[test]
    fn a_product_is_known_by_its_own_words() {
        assert_eq!(found(&["Amoxicilina 500 mg", "Omeprazol 20 mg"], "la AMOXICILINA y el omeprazol"), [1, 2]);
        assert_eq!(found(&["Espironolactona 25 mg", "Furosemida 40 mg"], "espiro media, furosemida una"), [1, 2]);
        assert_eq!(found(&["Losartán potásico 50 mg"], "losartana"), [1]);
    }

    #[test]
    fn one_vitamin_is_not_another() {
        assert_eq!(found(&["Vitamina B", "Vitamina B12"], "vitamina b12"), [2]);
        assert_eq!(found(&["Vacuna neumococo", "Vacuna influenza"], "la vacuna"), Vec::<i64>::new());
    }
}
