//! HTML from outside made harmless.
//!
//! Safe by what it writes and not by what it understands: only elements and attributes of a list come out, always in the same plain
//! spelling, every other character escaped. Elements in which HTML is read by other rules (`svg`, `math`, `style`, `select`,
//! `template`, raw text) are not on the list, so a browser reads exactly the elements that were written. One pass, linear in time.
//! The crate ammonia was weighed and left: it needs cssparser, whose licence (MPL-2.0) `deny.toml` does not allow, and builds a tree,
//! which a small mail can make very large.

mod attributes;
mod style;

use attributes::{Attribute, attributes};

use crate::markup::{Tag, Visitor, walk};

/// Deeper elements are left out; their content stays.
const DEEPEST: usize = 200;
/// Elements that come out, and whether they have content.
const ELEMENTS: &[(&str, bool)] = &[
    ("a", true),
    ("abbr", true),
    ("address", true),
    ("article", true),
    ("b", true),
    ("big", true),
    ("blockquote", true),
    ("br", false),
    ("caption", true),
    ("center", true),
    ("cite", true),
    ("code", true),
    ("col", false),
    ("colgroup", true),
    ("dd", true),
    ("del", true),
    ("div", true),
    ("dl", true),
    ("dt", true),
    ("em", true),
    ("font", true),
    ("footer", true),
    ("h1", true),
    ("h2", true),
    ("h3", true),
    ("h4", true),
    ("h5", true),
    ("h6", true),
    ("header", true),
    ("hr", false),
    ("i", true),
    ("img", false),
    ("ins", true),
    ("li", true),
    ("main", true),
    ("ol", true),
    ("p", true),
    ("pre", true),
    ("q", true),
    ("s", true),
    ("section", true),
    ("small", true),
    ("span", true),
    ("strike", true),
    ("strong", true),
    ("sub", true),
    ("sup", true),
    ("table", true),
    ("tbody", true),
    ("td", true),
    ("tfoot", true),
    ("th", true),
    ("thead", true),
    ("tr", true),
    ("tt", true),
    ("u", true),
    ("ul", true),
];
/// Elements of which nothing is shown, the content neither. Not `textarea`, `select`, `noscript`, `xmp`: only their tags are left out,
/// for what stands in them may be an answer, and the reply has it.
const HIDDEN: &[&str] = &["audio", "canvas", "iframe", "math", "noembed", "noframes", "object", "svg", "video"];

/// The mail's own images.
pub(crate) trait Images {
    /// An image as a `data:` URI; none if there is none with this Content-ID, or not one that is shown.
    fn embedded(&mut self, content_id: &str) -> Option<String>;
}

/// Harmless HTML.
pub(crate) struct Sanitized {
    /// What stands in a page's body.
    pub(crate) html: String,
    /// Images from elsewhere that are not shown.
    pub(crate) blocked_images: usize,
    /// Images of the mail that are not shown.
    pub(crate) omitted_images: usize,
}

/// Makes HTML harmless.
pub(crate) fn sanitized(html: &str, images: &mut dyn Images) -> Sanitized {
    let result = Sanitized { html: String::with_capacity(html.len()), blocked_images: 0, omitted_images: 0 };
    let mut writer = Writer { result, open: Vec::new(), counts: vec![0; ELEMENTS.len()], hidden: None, images };
    walk(html, &mut writer);
    while let Some(element) = writer.open.pop() {
        writer.end(element);
    }
    writer.result
}

struct Writer<'a> {
    result: Sanitized,
    /// Open elements, by their place in the list.
    open: Vec<usize>,
    /// How many of each are open.
    counts: Vec<usize>,
    /// The element whose content is passed over, and how many of it are open.
    hidden: Option<(String, usize)>,
    images: &'a mut dyn Images,
}

impl Visitor for Writer<'_> {
    fn text(&mut self, text: &str) {
        if self.hidden.is_none() {
            write_text(&mut self.result.html, text);
        }
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        if self.passes_over(tag) {
            return;
        }
        let Some(element) = ELEMENTS.iter().position(|(name, _)| *name == tag.name) else { return };
        match (tag.closes, ELEMENTS[element].1) {
            (false, _) => self.begin(element, tag),
            (true, true) => self.close(element),
            (true, false) => {}
        }
    }
}

impl Writer<'_> {
    /// Whether a tag belongs to what is not shown.
    fn passes_over(&mut self, tag: &Tag<'_>) -> bool {
        match &mut self.hidden {
            Some((name, depth)) => {
                if *name == tag.name {
                    *depth = if tag.closes { *depth - 1 } else { *depth + 1 };
                    if *depth == 0 {
                        self.hidden = None;
                    }
                }
                true
            }
            None if HIDDEN.contains(&tag.name.as_str()) => {
                if !tag.closes && !tag.attributes.trim_end().ends_with('/') {
                    self.hidden = Some((tag.name.clone(), 1));
                }
                true
            }
            None => false,
        }
    }

    fn begin(&mut self, element: usize, tag: &Tag<'_>) {
        let (name, has_content) = ELEMENTS[element];
        if has_content && self.open.len() >= DEEPEST {
            return;
        }
        let attributes = attributes(tag.attributes);
        if name == "img" {
            return self.image(&attributes);
        }
        let loads = attributes.iter().filter(|attribute| attribute.loads_an_image()).count();
        self.result.blocked_images += loads;
        self.result.html.push('<');
        self.result.html.push_str(name);
        for (name, value) in attributes.iter().filter_map(|attribute| attribute.kept(name)) {
            write_attribute(&mut self.result.html, name, &value);
        }
        self.result.html.push('>');
        if has_content {
            self.open.push(element);
            self.counts[element] += 1;
        }
    }

    /// An image of the mail's own, or the words that stand for it.
    fn image(&mut self, attributes: &[Attribute]) {
        let source = attributes.iter().find(|attribute| attribute.name == "src").map(|attribute| attribute.value.trim().to_owned());
        let source = source.unwrap_or_default();
        let scheme = source.get(..4).unwrap_or_default().to_ascii_lowercase();
        let embedded = match scheme.as_str() {
            "cid:" => self.images.embedded(&attributes::percent_decoded(source[4..].trim_matches(['<', '>']))),
            "data" if attributes::is_harmless_data(&source) => Some(source.clone()),
            _ => None,
        };
        match embedded {
            Some(uri) => {
                self.result.html.push_str("<img");
                write_attribute(&mut self.result.html, "src", &uri);
                for (name, value) in attributes.iter().filter(|one| one.name != "src").filter_map(|one| one.kept("img")) {
                    write_attribute(&mut self.result.html, name, &value);
                }
                self.result.html.push('>');
            }
            None => {
                let is_own = matches!(scheme.as_str(), "cid:" | "data") || source.is_empty();
                *(if is_own { &mut self.result.omitted_images } else { &mut self.result.blocked_images }) += 1;
                let alternative = attributes.iter().find(|attribute| attribute.name == "alt").map(|alt| alt.value.trim().to_owned());
                if let Some(words) = alternative.filter(|words| !words.is_empty()) {
                    write_escaped(&mut self.result.html, &format!("[{words}]"));
                }
            }
        }
    }

    /// Ends an element, and those inside it that were left open; an end without a beginning is none.
    fn close(&mut self, element: usize) {
        if self.counts[element] == 0 {
            return;
        }
        while let Some(open) = self.open.pop() {
            self.end(open);
            if open == element {
                break;
            }
        }
    }

    fn end(&mut self, element: usize) {
        self.counts[element] = self.counts[element].saturating_sub(1);
        self.result.html.push_str(&format!("</{}>", ELEMENTS[element].0));
    }
}

/// Text with its character references; a `&` that begins none is escaped.
fn write_text(html: &mut String, text: &str) {
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        write_escaped(html, &rest[..start]);
        rest = &rest[start..];
        match reference(rest) {
            Some(length) => {
                html.push_str(&rest[..length]);
                rest = &rest[length..];
            }
            None => {
                html.push_str("&amp;");
                rest = &rest[1..];
            }
        }
    }
    write_escaped(html, rest);
}

/// Length of the character reference at the beginning.
fn reference(text: &str) -> Option<usize> {
    const LONGEST: usize = 34;
    let bytes = &text.as_bytes()[..text.len().min(LONGEST)];
    let end = bytes.iter().skip(1).position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'#')? + 1;
    (bytes[end] == b';' && end > 1).then_some(end + 1)
}

fn write_escaped(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
}

fn write_attribute(html: &mut String, name: &str, value: &str) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    write_escaped(html, value);
    html.push('"');
}
