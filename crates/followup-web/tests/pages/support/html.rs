//! A page taken apart, and what every page must keep to.

use std::collections::{BTreeSet, HashMap, HashSet};

use html5gum::{Token, Tokenizer};

/// Elements that have no end (HTML §13.1.2).
const VOID: &[&str] = &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// An element, with the text inside it.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    pub(crate) name: String,
    attributes: HashMap<String, String>,
    pub(crate) text: String,
    /// Its place among the elements, and that of the one around it.
    around: Option<usize>,
}

impl Element {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// Which attributes it has.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        self.attributes.keys().map(String::as_str).collect()
    }
}

/// A form.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) method: String,
    pub(crate) action: String,
    /// What it would send as it stands.
    pub(crate) fields: Vec<(String, String)>,
}

/// A page.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) elements: Vec<Element>,
}

impl Page {
    /// Takes a page apart, and sees that it is sound.
    #[track_caller]
    pub(crate) fn sound(html: &str) -> Self {
        let page = Self::parse(html);
        page.assert_sound(html);
        page
    }

    fn parse(html: &str) -> Self {
        let mut elements: Vec<Element> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for token in Tokenizer::new(html) {
            match token.unwrap() {
                Token::StartTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                    let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect();
                    elements.push(Element { name: name.clone(), attributes, text: String::new(), around: open.last().copied() });
                    if !tag.self_closing && !VOID.contains(&name.as_str()) {
                        open.push(elements.len() - 1);
                    }
                }
                Token::EndTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    let last = open.pop().unwrap_or_else(|| panic!("</{name}> ends nothing"));
                    assert_eq!(elements[last].name, name, "an element ends that did not begin last");
                }
                Token::String(text) => {
                    let text = String::from_utf8_lossy(&text).into_owned();
                    for at in &open {
                        elements[*at].text.push_str(&text);
                    }
                }
                // What somebody wrote may hold such a sign; a browser shows nothing in its place.
                Token::Error(error) if error.value == html5gum::Error::ControlCharacterInInputStream => {}
                Token::Error(error) => panic!("no sound HTML: {error:?}"),
                Token::Comment(_) | Token::Doctype(_) => {}
            }
        }
        assert!(open.is_empty(), "{} does not end", elements[open[0]].name);
        Self { elements }
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements.iter().filter(move |element| element.name == name)
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Element> {
        self.elements.iter().find(|element| element.get("id") == Some(id))
    }

    /// All that stands on it to be read, blanks made one.
    pub(crate) fn text(&self) -> String {
        self.all("main").map(|main| main.text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }

    pub(crate) fn heading(&self) -> String {
        self.all("h1").map(|heading| heading.text.trim().to_owned()).collect()
    }

    /// Where its links lead.
    pub(crate) fn links(&self) -> Vec<&str> {
        self.all("a").filter_map(|link| link.get("href")).collect()
    }

    #[track_caller]
    pub(crate) fn form(&self, action: &str) -> Form {
        let found = self.forms().into_iter().find(|form| form.action == action);
        found.unwrap_or_else(|| {
            panic!("no form goes to {action}; there are {:?}", self.forms().iter().map(|form| form.action.clone()).collect::<Vec<_>>())
        })
    }

    pub(crate) fn forms(&self) -> Vec<Form> {
        let forms = self.elements.iter().enumerate().filter(|(_, element)| element.name == "form" && element.get("action").is_some());
        forms
            .map(|(at, form)| Form {
                method: form.get("method").unwrap_or("get").to_owned(),
                action: form.get("action").unwrap_or_default().to_owned(),
                fields: self.fields_in(at),
            })
            .collect()
    }

    /// What stands inside an element.
    fn is_in(&self, mut element: usize, outer: usize) -> bool {
        while let Some(around) = self.elements[element].around {
            if around == outer {
                return true;
            }
            element = around;
        }
        false
    }

    fn fields_in(&self, form: usize) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        for (at, element) in self.elements.iter().enumerate().filter(|(at, _)| self.is_in(*at, form)) {
            let Some(name) = element.get("name") else { continue };
            let value = match (element.name.as_str(), element.get("type")) {
                ("input", Some("checkbox" | "radio")) => element.get("checked").map(|_| element.get("value").unwrap_or("on").to_owned()),
                ("input", Some("submit" | "file")) | ("button", _) => None,
                ("input", _) => Some(element.get("value").unwrap_or_default().to_owned()),
                ("textarea", _) => Some(element.text.strip_prefix('\n').unwrap_or(&element.text).to_owned()),
                ("select", _) => {
                    let mut options =
                        self.elements.iter().enumerate().filter(|(option, inner)| inner.name == "option" && self.is_in(*option, at));
                    let first = options.clone().next();
                    options
                        .find(|(_, option)| option.get("selected").is_some())
                        .or(first)
                        .map(|(_, option)| option.get("value").map_or_else(|| option.text.trim().to_owned(), str::to_owned))
                }
                _ => None,
            };
            fields.extend(value.map(|value| (name.to_owned(), value)));
        }
        fields
    }

    /// What every page keeps to: one heading, a language, names for all that is filled in or pressed, no code of its own, nothing from elsewhere.
    #[track_caller]
    fn assert_sound(&self, html: &str) {
        assert_eq!(self.all("h1").count(), 1, "one h1");
        assert_eq!(self.all("main").count(), 1, "one main");
        assert_eq!(self.all("html").next().and_then(|element| element.get("lang")), Some("es"));
        assert!(self.all("title").next().is_some_and(|title| !title.text.trim().is_empty()));
        assert_eq!(self.all("style").count(), 0, "no style of its own");
        let mut ids = HashSet::new();
        for id in self.elements.iter().filter_map(|element| element.get("id")) {
            assert!(ids.insert(id), "the id {id} stands twice");
        }
        let labelled: HashSet<&str> = self.all("label").filter_map(|label| label.get("for")).collect();
        for (at, element) in self.elements.iter().enumerate() {
            for attribute in element.attributes.keys() {
                assert!(!attribute.starts_with("on") && attribute != "style", "{attribute} at <{}>", element.name);
            }
            self.assert_named(at, element, &labelled);
            match element.name.as_str() {
                "script" => assert!(element.text.trim().is_empty() && element.get("src").is_some_and(|src| src.starts_with("/static/"))),
                "form" if element.get("action").is_some() => {
                    assert!(element.get("action").is_some_and(|action| action.starts_with('/')), "{:?}", element.get("action"));
                }
                _ => {}
            }
            for attribute in ["href", "src", "action", "formaction"] {
                if let Some(target) = element.get(attribute) {
                    let is_ours = target.starts_with('/') && !target.starts_with("//") || target.starts_with('#') || target == "data:,";
                    let is_contact = element.name == "a" && (target.starts_with("mailto:") || target.starts_with("tel:"));
                    assert!(is_ours || is_contact, "{attribute}={target}");
                }
            }
            if let Some(described) = element.get("aria-describedby") {
                assert!(described.split(' ').all(|id| self.by_id(id).is_some()), "nothing is {described}");
            }
        }
        for target in self.links().into_iter().filter_map(|href| href.strip_prefix('#')).filter(|id| !id.is_empty()) {
            assert!(ids.contains(target), "#{target} leads nowhere: {html}");
        }
    }

    #[track_caller]
    fn assert_named(&self, at: usize, element: &Element, labelled: &HashSet<&str>) {
        let is_field =
            matches!(element.name.as_str(), "input" | "select" | "textarea") && !matches!(element.get("type"), Some("hidden" | "submit"));
        if is_field {
            let is_inside = self.elements.iter().enumerate().any(|(label, outer)| outer.name == "label" && self.is_in(at, label));
            let is_labelled = element.get("id").is_some_and(|id| labelled.contains(id)) || element.get("aria-label").is_some();
            assert!(
                is_inside || is_labelled || element.get("aria-labelledby").is_some(),
                "<{} name={:?}> has no label",
                element.name,
                element.get("name")
            );
        }
        if matches!(element.name.as_str(), "button" | "a") {
            assert!(!element.text.trim().is_empty() || element.get("aria-label").is_some(), "a <{}> without a word", element.name);
        }
    }
}
