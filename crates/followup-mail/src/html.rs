//! HTML as plain text that reads like the mail a text client would have sent: one pass, linear in time, whatever the markup.
//!
//! Paragraphs, line breaks, lists and table cells keep their shape; what a mail program quotes (`<blockquote type="cite">` and its
//! kin) gets `> ` before each line and a ruler becomes a line of underscores, so that trimming works as on plain text.

use mail_parser::decoders::html::add_html_token;

use crate::body::clean;
use crate::markup::{Tag, Visitor, walk};
use crate::trim::ends_with_announcement;

/// Deeper quotes are shown at this depth.
const DEEPEST_QUOTE: usize = 6;
/// What Outlook writes in plain text for the ruler above a quoted mail.
const RULER: &str = "________________________________";
/// An announcement above a quote is looked for in so many bytes.
const LONGEST_TAIL: usize = 2000;
/// Longest character reference, `&` and `;` included.
const LONGEST_ENTITY: usize = 34;

/// The readable text of HTML.
pub(crate) fn html_to_text(html: &str) -> String {
    let html = clean(html);
    let mut page = Page::default();
    walk(&html, &mut page);
    page.finish()
}

impl Visitor for Page {
    fn text(&mut self, text: &str) {
        self.read(text);
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        self.lay_out(tag);
    }
}

/// The text written so far.
#[derive(Default)]
struct Page {
    text: String,
    /// Something stands on the current line.
    line_begun: bool,
    /// Empty lines just before the current one.
    empty_lines: usize,
    /// White space was read and not written yet: a tab between table cells, else a blank.
    gap: Option<char>,
    /// Open blockquotes, and whether each one quotes.
    blockquotes: Vec<bool>,
    /// How many of them quote.
    quoting: usize,
    /// How many quote marks are written.
    depth: usize,
    /// Open lists: the next number of an ordered one.
    lists: Vec<Option<usize>>,
    preformatted: usize,
}

impl Page {
    fn read(&mut self, mut text: &str) {
        while let Some(start) = text.find('&') {
            self.words(&text[..start]);
            text = &text[start..];
            let window = &text.as_bytes()[..text.len().min(LONGEST_ENTITY)];
            let end = window.iter().skip(1).position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'#').map(|end| end + 1);
            match end {
                Some(end) if window[end] == b';' && end > 1 => {
                    self.entity(&text[..=end]);
                    text = &text[end + 1..];
                }
                _ => {
                    self.write('&');
                    text = &text[1..];
                }
            }
        }
        self.words(text);
    }

    fn entity(&mut self, entity: &str) {
        let mut decoded = String::new();
        add_html_token(&mut decoded, entity.as_bytes(), false);
        for character in decoded.chars() {
            match character {
                '\0' => self.write('\u{fffd}'),
                '\r' | '\n' => self.gap = self.gap.or(Some(' ')),
                other => self.write(other),
            }
        }
    }

    fn words(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '\n' if self.preformatted > 0 => self.new_line(),
                ' ' | '\t' if self.preformatted > 0 => self.write(character),
                ' ' | '\t' | '\n' | '\u{c}' => self.gap = self.gap.or(Some(' ')),
                other => self.write(other),
            }
        }
    }

    fn write(&mut self, character: char) {
        if self.line_begun {
            if let Some(gap) = self.gap {
                self.text.push(gap);
            }
        } else {
            self.text.push_str(&"> ".repeat(self.depth));
            self.line_begun = true;
        }
        self.gap = None;
        // A no-break space is there for the layout; a blank is what people search and what the trimmer knows.
        self.text.push(if character == '\u{a0}' { ' ' } else { character });
    }

    fn new_line(&mut self) {
        if self.line_begun {
            self.text.truncate(self.text.trim_end_matches([' ', '\t']).len());
            // The delimiter of signatures ends with its blank (RFC 3676 §4.3).
            if self.gap == Some(' ') && self.text.ends_with("\n--") {
                self.text.push(' ');
            }
            self.empty_lines = 0;
        } else {
            self.text.push_str("> ".repeat(self.depth).trim_end());
            self.empty_lines += 1;
        }
        self.text.push('\n');
        self.line_begun = false;
        self.gap = None;
    }

    /// Ends the current line, if anything stands on it.
    fn end_line(&mut self) {
        if self.line_begun {
            self.new_line();
        }
        self.gap = None;
    }

    /// Ends the current line and leaves one empty line, except at the beginning.
    fn end_paragraph(&mut self) {
        self.end_line();
        if self.empty_lines == 0 && !self.text.is_empty() {
            self.new_line();
        }
    }

    fn lay_out(&mut self, tag: &Tag<'_>) {
        match tag.name.as_str() {
            "br" => self.new_line(),
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dl" => self.end_paragraph(),
            "div" | "tr" | "table" | "tbody" | "section" | "article" | "header" | "footer" | "address" | "center" | "form" | "dt"
            | "dd" | "caption" | "body" => self.end_line(),
            "td" | "th" if !tag.closes => self.gap = Some('\t'),
            "pre" => {
                self.end_line();
                self.preformatted = if tag.closes { self.preformatted.saturating_sub(1) } else { self.preformatted + 1 };
            }
            "hr" => self.ruler(),
            "ul" | "ol" => self.list(tag),
            "li" if !tag.closes => self.item(),
            "blockquote" => self.blockquote(tag),
            _ => {}
        }
    }

    fn ruler(&mut self) {
        self.end_line();
        RULER.chars().for_each(|character| self.write(character));
        self.new_line();
    }

    fn list(&mut self, tag: &Tag<'_>) {
        self.end_line();
        if tag.closes {
            self.lists.pop();
        } else {
            self.lists.push((tag.name == "ol").then_some(1));
        }
    }

    fn item(&mut self) {
        self.end_line();
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "- ".to_owned(),
        };
        mark.chars().for_each(|character| self.write(character));
    }

    fn blockquote(&mut self, tag: &Tag<'_>) {
        self.end_line();
        if tag.closes {
            self.quoting -= usize::from(self.blockquotes.pop() == Some(true));
        } else {
            let is_programs = is_programs(tag);
            let is_announced = (is_programs || has_bar(tag)) && ends_with_announcement(self.tail());
            // What Outlook would write above it, lest it look pasted.
            if is_programs && !is_announced && self.quoting == 0 {
                self.ruler();
            }
            let quotes = quotes(tag) || has_bar(tag) && is_announced;
            self.quoting += usize::from(quotes);
            self.blockquotes.push(quotes);
        }
        self.depth = self.quoting.min(DEEPEST_QUOTE);
    }

    /// The last of what is written.
    fn tail(&self) -> &str {
        let mut start = self.text.len().saturating_sub(LONGEST_TAIL);
        while !self.text.is_char_boundary(start) {
            start += 1;
        }
        &self.text[start..]
    }

    fn finish(mut self) -> String {
        self.end_line();
        self.text.trim_matches('\n').to_owned()
    }
}

/// Whether a blockquote quotes. People also indent their own words with it; those must not look quoted.
fn quotes(tag: &Tag<'_>) -> bool {
    const SIGNS: &[&str] = &["type=\"cite\"", "type='cite'", "type=cite", "cite=", "quote"];
    let attributes = tag.attributes.to_ascii_lowercase();
    SIGNS.iter().any(|sign| attributes.contains(sign)) && !is_unframed(&attributes)
}

/// Whether a mail program made it for the mail that is answered, whoever announces it: nobody writes such a class by hand.
fn is_programs(tag: &Tag<'_>) -> bool {
    const CLASSES: &[&str] = &["gmail_quote", "protonmail_quote", "tutanota_quote"];
    let attributes = tag.attributes.to_ascii_lowercase();
    CLASSES.iter().any(|class| attributes.contains(class))
}

/// Whether it has a bar at its side: mail programs quote so below an announcement, and people set off their own words.
fn has_bar(tag: &Tag<'_>) -> bool {
    let attributes = tag.attributes.to_ascii_lowercase();
    attributes.contains("border-left") && !is_unframed(&attributes)
}

fn is_unframed(attributes: &str) -> bool {
    attributes.contains("border:none") || attributes.contains("border: none")
}
