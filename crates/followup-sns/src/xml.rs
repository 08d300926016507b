//! The little of XML that SNS answers with: elements without attributes that hold text.

/// The text of the first element of this name. Linear time.
pub(crate) fn text(document: &str, name: &str) -> Option<String> {
    let (_, rest) = document.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    (!text.contains('<')).then(|| unescaped(text.trim()))
}

/// Without the five entities that XML itself has, and without what no store takes.
fn unescaped(text: &str) -> String {
    const ENTITIES: &[(&str, &str)] = &[("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")];
    let written = ENTITIES.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character));
    written.chars().filter(|character| !character.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_elements_text_is_found_and_nothing_else() {
        let document = "<ErrorResponse xmlns=\"x\">\n <Error><Type>Sender</Type>\n<Code> A </Code><Message>&lt;a&gt; &amp;lt; \u{0}b</Message></Error>";
        assert_eq!(text(document, "Code").as_deref(), Some("A"));
        assert_eq!(text(document, "Message").as_deref(), Some("<a> &lt; b"));
        for name in ["Error", "Nothing", "ErrorResponse", ""] {
            assert_eq!(text(document, name), None, "{name}");
        }
        assert_eq!(text("<Code>cut", "Code"), None);
    }
}
