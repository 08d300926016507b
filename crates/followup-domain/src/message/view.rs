//! How much of a message lists show.

use super::MessageContent;

/// Bytes of text, the quoted part included, that a list shows of a message: what somebody else sends sets the cost of no list.
pub const LONGEST_SHOWN: usize = 32 * 1024;
/// Attachments that a list names of a message.
pub const MOST_ATTACHMENTS_SHOWN: usize = 50;

impl MessageContent {
    /// Keeps [`LONGEST_SHOWN`] bytes of the text, whole characters, first of what was written and then of what is quoted; answers whether there
    /// was more.
    pub fn cut(&mut self) -> bool {
        let is_cut = cut(&mut self.body, LONGEST_SHOWN);
        let left = LONGEST_SHOWN.saturating_sub(self.body.len());
        self.body_quoted.as_mut().is_some_and(|quoted| cut(quoted, left)) || is_cut
    }
}

fn cut(text: &mut String, longest: usize) -> bool {
    let is_longer = text.len() > longest;
    text.truncate(text.floor_char_boundary(longest));
    text.shrink_to_fit();
    is_longer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str, quoted: Option<&str>) -> (usize, Option<usize>, bool) {
        let mut content = MessageContent { body: body.into(), body_quoted: quoted.map(str::to_owned), ..MessageContent::default() };
        let is_cut = content.cut();
        (content.body.len(), content.body_quoted.map(|quoted| quoted.len()), is_cut)
    }

    #[test]
    fn a_list_shows_so_many_bytes_of_whole_characters_first_of_what_was_written() {
        let long = |bytes: usize| "x".repeat(bytes);
        assert_eq!(shown("", None), (0, None, false));
        assert_eq!(shown(&long(LONGEST_SHOWN), None), (LONGEST_SHOWN, None, false));
        assert_eq!(shown(&long(LONGEST_SHOWN + 1), Some("")), (LONGEST_SHOWN, Some(0), true));
        assert_eq!(shown(&long(LONGEST_SHOWN - 2), Some("abc")), (LONGEST_SHOWN - 2, Some(2), true));
        assert_eq!(shown(&"ñ".repeat(LONGEST_SHOWN), Some("x")), (LONGEST_SHOWN, Some(0), true));
        assert_eq!(shown(&format!("x{}", "🌳".repeat(LONGEST_SHOWN)), None), (LONGEST_SHOWN - 3, None, true));
    }
}
