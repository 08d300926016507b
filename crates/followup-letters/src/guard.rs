//! What a text of the unit's own may use of the template language: what letters need, and nothing by which a text of a few lines becomes a gigabyte.

use followup_domain::asking::letter_text::TextProblem;

/// The instructions.
const WORDS: &[&str] = &["if", "elif", "else", "endif", "for", "endfor", "include", "from"];
/// Signs by which a value grows out of itself.
const SIGNS: &[char] = &['*', '~', '+'];

/// What a text uses beyond that, each with its line, in order.
pub(crate) fn not_allowed(text: &str) -> Vec<(usize, TextProblem)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some((begin, end, kind)) = next_tag(text, at) {
        let inside = text.get(begin + 2..end).unwrap_or_default();
        let line = 1 + text.get(..begin).unwrap_or_default().matches('\n').count();
        if kind != '#' {
            found.extend(wrong_in(inside.trim_matches(['-', '+']), kind).map(|what| (line, TextProblem::NotAllowed(what))));
        }
        at = (end + 2).min(text.len());
    }
    found
}

/// What is wrong with the inside of a tag.
fn wrong_in(inside: &str, kind: char) -> Option<String> {
    if kind == '%' {
        let word: String = inside.trim_start().chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect();
        if !WORDS.contains(&word.as_str()) {
            return Some(word);
        }
    }
    outside_quotes(inside).find(|(_, character)| SIGNS.contains(character)).map(|(_, sign)| sign.to_string())
}

/// The next tag from a place on: where it begins, where its end begins, and of which kind. One that does not end reaches to the end of the text; the
/// language says so.
fn next_tag(text: &str, from: usize) -> Option<(usize, usize, char)> {
    let rest = text.get(from..)?;
    let begin = ["{{", "{%", "{#"].iter().filter_map(|opening| rest.find(opening)).min()?;
    let kind = rest.get(begin + 1..)?.chars().next()?;
    let inside = rest.get(begin + 2..)?;
    let end = match kind {
        '#' => inside.find("#}"),
        '%' => ending(inside, "%}"),
        _ => ending(inside, "}}"),
    };
    Some((from + begin, end.map_or(text.len(), |end| from + begin + 2 + end), kind))
}

fn ending(inside: &str, closing: &str) -> Option<usize> {
    outside_quotes(inside).map(|(at, _)| at).find(|at| inside.get(*at..).is_some_and(|rest| rest.starts_with(closing)))
}

/// The characters that stand in no text between quotes, with their places.
fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut quote, mut is_escaped) = (None, false);
    text.char_indices().filter(move |(_, character)| match quote {
        None => {
            quote = Some(*character).filter(|character| matches!(character, '"' | '\''));
            quote.is_none()
        }
        Some(open) => {
            if *character == open && !is_escaped {
                quote = None;
            }
            is_escaped = *character == '\\' && !is_escaped;
            false
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_letters_need_is_allowed_and_what_makes_a_value_grow_is_not() {
        for (text, wrong) in [
            ("Hola {{ reportante or \"a * b\" }} * ~ + fin", vec![]),
            ("{%- if a %}{{- b -}}{%+ endif %}{# {% set x %} #}{% for p in x %}{{ p | join('+') }}{% endfor %}", vec![]),
            ("{% from \"parte.lista.txt\" import lista %}\n{% include \"x\" %}", vec![]),
            ("a\n{% set x = 1 %}", vec![(2, "set")]),
            ("{{ x ~ x }}\n{{ 'a' * 9 }}\n{{ [1] + [2] }}", vec![(1, "~"), (2, "*"), (3, "+")]),
            ("{% macro f() %}{% endmacro %}", vec![(1, "macro"), (1, "endmacro")]),
            ("{{ '\\'' ~ 'b' }}", vec![(1, "~")]),
            ("{{ 'abierto ~ ", vec![]),
            ("{% if a", vec![]),
            ("{%", vec![(1, "")]),
            ("{{ñ~ñ", vec![(1, "~")]),
        ] {
            let found = not_allowed(text);
            let told: Vec<(usize, TextProblem)> =
                wrong.into_iter().map(|(line, what)| (line, TextProblem::NotAllowed(what.to_owned()))).collect();
            assert_eq!(found, told, "{text}");
        }
    }
}
