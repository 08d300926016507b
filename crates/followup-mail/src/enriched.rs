//! Text with marks of its own, as programs of the nineties write it: text/enriched (RFC 1896) and text/richtext (RFC 1341 §7.1.3). One
//! pass, linear in time.

/// Commands whose contents are no text.
const HIDDEN: &[&str] = &["param", "comment"];
/// Commands of text/richtext that stand for a character.
const CHARACTERS: &[(&str, &str)] = &[("lt", "<"), ("nl", "\n"), ("np", "\n\n"), ("/paragraph", "\n\n")];

/// The text without its commands; lines ended by `\n`.
pub(crate) fn enriched_to_text(marked: &str, is_richtext: bool) -> String {
    let mut page = Page { text: String::with_capacity(marked.len()), is_richtext, ..Page::default() };
    let mut rest = marked;
    while let Some(start) = rest.find('<') {
        page.write(&rest[..start]);
        rest = &rest[start + 1..];
        if !is_richtext && rest.starts_with('<') {
            page.write("<");
            rest = &rest[1..];
            continue;
        }
        // Commands have at most 60 characters (RFC 1896 §2).
        let window = &rest[..rest.floor_char_boundary(62)];
        let is_of_command = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/');
        match window.find(|c| !is_of_command(c)).filter(|end| *end > 0 && window[*end..].starts_with('>')) {
            Some(end) => {
                page.command(&rest[..end].to_ascii_lowercase());
                rest = &rest[end + 1..];
            }
            None => page.write("<"),
        }
    }
    page.write(rest);
    page.text.trim_matches('\n').to_owned()
}

#[derive(Default)]
struct Page {
    text: String,
    is_richtext: bool,
    /// Open commands whose contents are not shown.
    hidden: usize,
    /// Open commands in which lines stay as they are.
    literal: usize,
    /// Line ends that were read and not written yet.
    line_ends: usize,
}

impl Page {
    fn command(&mut self, command: &str) {
        let (name, closes) = command.strip_prefix('/').map_or((command, false), |name| (name, true));
        let count = if HIDDEN.contains(&name) {
            &mut self.hidden
        } else if name == "nofill" {
            &mut self.literal
        } else {
            let character = CHARACTERS.iter().find(|(known, _)| self.is_richtext && *known == command);
            return character.into_iter().for_each(|(_, text)| self.text.push_str(text));
        };
        *count = if closes { count.saturating_sub(1) } else { *count + 1 };
    }

    /// A single line end is a blank, and of several in a row all but the first count.
    fn write(&mut self, text: &str) {
        if self.hidden > 0 {
            return;
        }
        for character in text.chars() {
            match character {
                '\n' if self.literal == 0 => self.line_ends += 1,
                other => {
                    match std::mem::take(&mut self.line_ends) {
                        0 => {}
                        1 => self.text.push(' '),
                        _ if self.is_richtext => self.text.push(' '),
                        more => self.text.extend(std::iter::repeat_n('\n', more - 1)),
                    }
                    self.text.push(other);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_go_and_lines_are_filled() {
        let enriched = "<fontfamily><param>Arial</param>La <bold>ni\u{f1}a</bold> pesa</fontfamily>\n60 kg.\n\n\nDosis << 5 mg\n<nofill>a\nb</nofill>\n";
        assert_eq!(enriched_to_text(enriched, false), "La ni\u{f1}a pesa 60 kg.\n\nDosis < 5 mg a\nb");
        assert_eq!(enriched_to_text("<bold>Lote</bold> <lt>A-1<nl>Peso\n60<comment>x</comment>", true), "Lote <A-1\nPeso 60");
        assert_eq!(enriched_to_text("peso < 60 kg y > 50 <bold", false), "peso < 60 kg y > 50 <bold");
    }
}
