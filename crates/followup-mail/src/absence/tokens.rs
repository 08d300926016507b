//! Words, numbers and signs of a folded text.

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    /// A number of at most four digits, and how many they are.
    Number(u32, usize),
    Sign(char),
}

impl Token {
    /// Whether it is this word or sign.
    pub(super) fn is(&self, text: &str) -> bool {
        match self {
            Self::Word(word) => word == text,
            Self::Sign(sign) => text.len() == sign.len_utf8() && text.starts_with(*sign),
            Self::Number(..) => false,
        }
    }
}

/// The tokens of a text; a number glued to a word (`5th`) is two.
pub(super) fn tokens(folded: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = folded;
    while let Some(first) = rest.chars().next() {
        let is_same = |c: char| if first.is_ascii_digit() { c.is_ascii_digit() } else { c.is_alphabetic() || c == '\'' };
        let length = if first.is_ascii_digit() || first.is_alphabetic() {
            rest.find(|c| !is_same(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (text, after) = rest.split_at(length);
        rest = after;
        if first.is_ascii_digit() {
            // Longer ones are telephones; they keep their place and are no date.
            let number = text.parse().ok().filter(|_| text.len() <= 4);
            tokens.push(number.map_or(Token::Sign('#'), |number| Token::Number(number, text.len())));
        } else if first.is_alphabetic() {
            tokens.push(Token::Word(text.to_owned()));
        } else if !first.is_whitespace() {
            tokens.push(Token::Sign(match first {
                '–' | '—' => '-',
                other => other,
            }));
        }
    }
    tokens
}

/// How many tokens the phrase takes, if the tokens begin with it; its words are parted by blanks.
pub(super) fn matches(tokens: &[Token], phrase: &str) -> Option<usize> {
    let mut taken = 0;
    for word in phrase.split(' ') {
        tokens.get(taken).filter(|token| token.is(word))?;
        taken += 1;
    }
    Some(taken)
}
