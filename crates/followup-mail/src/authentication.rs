//! What the mail server that received a mail says of its sender: Authentication-Results (RFC 8601).

use mail_parser::Message;

use crate::headers;

const FIELD: &str = "authentication-results";

/// Whether the server with this authserv-id says that the mail failed DMARC (RFC 7489). Only its topmost field with a result of DMARC counts:
/// each of several filters may write one of its own, and a server writes above what a mail brings along, so what a sender or an earlier
/// passage wrote in its name stands below.
pub(crate) fn failed_dmarc(message: &Message<'_>, server: &str) -> bool {
    let values = headers::raw_values(message, FIELD);
    let mut told = values.map(|value| Results::of(&value)).filter(|results| results.server.eq_ignore_ascii_case(server));
    told.find_map(|results| results.fails).unwrap_or_default()
}

/// What one field says.
#[derive(Debug, PartialEq, Eq)]
struct Results {
    /// The authserv-id.
    server: String,
    /// A result of DMARC is "fail"; none where there is no result of DMARC.
    fails: Option<bool>,
}

/// A piece of a field, without comments.
#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Sign(char),
}

impl Results {
    fn of(value: &str) -> Self {
        let tokens = tokens(value);
        let server = match tokens.first() {
            // Some servers leave their name out and begin with a result: that is nobody's.
            Some(Token::Word(name)) if !matches!(tokens.get(1), Some(Token::Sign('='))) => name.clone(),
            _ => String::new(),
        };
        let fails = tokens.split(|token| *token == Token::Sign(';')).skip(1).filter_map(fails_dmarc).reduce(|one, other| one || other);
        Self { server, fails }
    }
}

/// Whether a result, if it is DMARC's, is `dmarc = fail …`, maybe with the method's version.
fn fails_dmarc(result: &[Token]) -> Option<bool> {
    let is = |token: &Token, word: &str| matches!(token, Token::Word(text) if text.eq_ignore_ascii_case(word));
    match result {
        [method, Token::Sign('='), value, ..] | [method, Token::Sign('/'), Token::Word(_), Token::Sign('='), value, ..] => {
            is(method, "dmarc").then(|| is(value, "fail"))
        }
        _ => None,
    }
}

/// Words, quoted ones without their quotes, and signs; comments, which may stand in each other, are left out.
fn tokens(value: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut characters = value.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '(' => pass_comment(&mut characters),
            '"' => tokens.push(Token::Word(quoted(&mut characters))),
            ';' | '=' | '/' => tokens.push(Token::Sign(character)),
            _ if character.is_whitespace() => {}
            _ => {
                let mut word = String::from(character);
                while let Some(more) = characters.next_if(|next| !next.is_whitespace() && !matches!(next, '(' | '"' | ';' | '=' | '/')) {
                    word.push(more);
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    tokens
}

fn pass_comment(characters: &mut impl Iterator<Item = char>) {
    let mut depth = 1_usize;
    while depth > 0 {
        match characters.next() {
            Some('(') => depth += 1,
            Some(')') => depth -= 1,
            Some('\\') => {
                characters.next();
            }
            Some(_) => {}
            None => return,
        }
    }
}

fn quoted(characters: &mut impl Iterator<Item = char>) -> String {
    let mut text = String::new();
    while let Some(character) = characters.next().filter(|character| *character != '"') {
        text.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> (String, bool) {
        let Results { server, fails } = Results::of(value);
        (server, fails.unwrap_or_default())
    }

    fn fails(fields: &[&str]) -> bool {
        let fields: String = fields.iter().map(|value| format!("Authentication-Results: {value}\r\n")).collect();
        let raw = format!("{fields}From: a@clinic.example\r\n\r\nx");
        failed_dmarc(&mail_parser::MessageParser::default().parse(raw.as_bytes()).unwrap(), "mx.unit.example")
    }

    #[test]
    fn the_topmost_field_of_the_server_with_a_result_of_dmarc_counts() {
        let (spf, dkim) = ("mx.unit.example; spf=pass", "mx.unit.example; dkim=pass header.d=a.example");
        let (fail, pass) = ("mx.unit.example; dmarc=fail", "MX.unit.example; dmarc=pass");
        for fields in
            [&[spf, fail][..], &[dkim, spf, fail], &[fail, pass], &["mx.unit.example; none", fail], &["other.example; dmarc=pass", fail]]
        {
            assert!(fails(fields), "{fields:?}");
        }
        for fields in [
            &[pass, fail][..],
            &[spf, pass, fail],
            &[spf, dkim],
            &["other.example; dmarc=fail", pass],
            &["mx.unit.example; dmarc=none", fail],
            &[],
        ] {
            assert!(!fails(fields), "{fields:?}");
        }
    }

    #[test]
    fn the_server_and_its_word_on_dmarc_are_read_as_rfc_8601_writes_them() {
        for value in [
            "mx.unit.example; dmarc=fail",
            "mx.unit.example; spf=pass smtp.mailfrom=clinic.example; dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=clinic.example",
            "mx.unit.example 1; dkim=none; DMARC = FAIL",
            "mx.unit.example (a relay; dmarc=pass (really)) ; dmarc/1=fail reason=\"no; alignment\"",
            "\"mx.unit.example\" ;dmarc(comment)=(comment)fail",
            " mx.unit.example;\tdmarc=fail policy.dmarc=quarantine;",
            "mx.unit.example; dkim=pass; dmarc=fail",
            "mx.unit.example; dmarc=\"fail\" header.from=a.example",
            "mx.unit.example; spf=none; dmarc=fail (unclosed",
            "mx.unit.example; arc=none (no signatures found); dmarc=fail action=none header.from=clinic.example;compauth=fail",
        ] {
            assert_eq!(read(value), ("mx.unit.example".to_owned(), true), "{value}");
        }
    }

    #[test]
    fn what_says_nothing_of_a_failure_of_dmarc_is_none() {
        for value in [
            "mx.unit.example; dmarc=pass (p=reject; dmarc=fail) header.from=clinic.example",
            "mx.unit.example; dmarc=none",
            "mx.unit.example; dmarc=temperror; spf=fail; dkim=fail",
            "mx.unit.example; dmarc=permerror reason=\"x; dmarc=fail\"",
            "mx.unit.example; dmarc=bestguesspass action=none",
            "mx.unit.example; none",
            "mx.unit.example; x-dmarc=fail; arc=fail",
            "mx.unit.example; spf=pass dmarc=fail",
            "mx.unit.example dmarc=fail",
            "mx.unit.example; dmarc=failure",
        ] {
            assert_eq!(read(value), ("mx.unit.example".to_owned(), false), "{value}");
        }
        for value in ["", ";", "spf=fail; dmarc=fail", "(mx.unit.example) ; dmarc=fail", "((((", "\""] {
            assert_ne!(read(value).0, "mx.unit.example", "{value}");
        }
    }
}
