//! Capitals and stops of names.

use followup_domain::text::fold;

use super::names::PARTICLES;

/// A name's words as a letter writes them: what was typed in capitals, or without any, gets them where a name has them.
pub(super) fn written(words: &[String]) -> Vec<String> {
    let whole = |test: fn(char) -> bool| words.iter().flat_map(|word| word.chars()).filter(|c| c.is_alphabetic()).all(test);
    let (shouted, whispered) = (whole(char::is_uppercase), whole(char::is_lowercase));
    let is_whispered =
        |word: &String| word.chars().count() > 2 && word.chars().all(char::is_lowercase) && !PARTICLES.contains(&fold(word).as_str());
    let is_shouted =
        |word: &String| word.chars().filter(|c| c.is_alphabetic()).count() > 2 && word.chars().all(|c| c.is_uppercase() || c == '-');
    let each = |(index, word): (usize, &String)| match word {
        word if (shouted || whispered || is_shouted(word)) && index > 0 && PARTICLES.contains(&fold(word).as_str()) => word.to_lowercase(),
        word if shouted || whispered || is_shouted(word) || is_whispered(word) => capitals(word),
        word => word.clone(),
    };
    words.iter().enumerate().map(each).collect()
}

/// "ROJAS-DÍAZ" → "Rojas-Díaz", "o'higgins" → "O'Higgins", "J.P." stays.
fn capitals(word: &str) -> String {
    let mut begins = true;
    let mut written = String::with_capacity(word.len());
    for character in word.chars() {
        if begins {
            written.extend(character.to_uppercase());
        } else {
            written.extend(character.to_lowercase());
        }
        begins = !character.is_alphabetic();
    }
    written
}

/// Behind a title a particle is written with a capital: "Dr. De la Cruz" (RAE, *Ortografía* 2010).
pub(super) fn first_upper(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// A blank behind a stop that ends a word of more than one letter: "Dra.María" → "Dra. María"; "Q.F." and "J.P." stay.
pub(super) fn apart_at_stops(text: &str) -> String {
    let mut apart = String::with_capacity(text.len() + 8);
    let mut characters = text.chars().peekable();
    let mut letters = 0;
    while let Some(character) = characters.next() {
        apart.push(character);
        let ends_word = character == '.' && letters > 1 && characters.peek().is_some_and(|next| next.is_alphabetic());
        if ends_word {
            apart.push(' ');
        }
        letters = if character.is_alphabetic() { letters + 1 } else { 0 };
    }
    apart
}
