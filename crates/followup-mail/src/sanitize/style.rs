//! Styles of single elements: what changes how text looks, and nothing that loads, moves or covers anything.

/// Properties that come out; those that end with a dash with everything that begins so.
const PROPERTIES: &[&str] = &[
    "background-color",
    "border",
    "border-",
    "color",
    "direction",
    "font",
    "font-",
    "height",
    "line-height",
    "list-style-type",
    "margin",
    "margin-",
    "max-width",
    "padding",
    "padding-",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "vertical-align",
    "white-space",
    "width",
];
/// More declarations of one style are not read.
const MOST: usize = 100;

/// The declarations that come out.
pub(super) fn kept(style: &str) -> String {
    let declarations = style.split(';').take(MOST).filter_map(|declaration| declaration.split_once(':'));
    let kept = declarations.filter_map(|(property, value)| {
        let (property, value) = (property.trim().to_ascii_lowercase(), value.trim());
        (is_known(&property) && is_plain(value) && !hides(&property, value)).then(|| format!("{property}: {value}"))
    });
    kept.collect::<Vec<_>>().join("; ")
}

/// Whether a browser would load something for it.
pub(super) fn loads(style: &str) -> bool {
    style.to_ascii_lowercase().contains("url(")
}

fn is_known(property: &str) -> bool {
    PROPERTIES.iter().any(|known| *known == property || known.ends_with('-') && property.starts_with(known)) && !property.contains("image")
}

/// Words, numbers, colours: no escapes, comments or functions but those of colours.
fn is_plain(value: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '#' | '%' | '.' | ',' | ' ' | '-' | '+' | '_' | '!' | '"' | '\'' | '(' | ')');
    let functions = value.to_ascii_lowercase();
    let colours = functions.replace("rgba(", "").replace("rgb(", "").replace("hsla(", "").replace("hsl(", "");
    !value.is_empty() && value.chars().all(plain) && !colours.contains('(')
}

/// What the sender wrote must stay to be seen; negative margins lay one text over another.
fn hides(property: &str, value: &str) -> bool {
    let moves = property.starts_with("margin") || property == "text-indent";
    let vanishes = matches!(property, "font" | "font-size" | "height" | "width" | "max-width" | "line-height");
    let is_nothing =
        |word: &str| word.trim_end_matches(|c: char| c.is_alphabetic() || c == '%').parse::<f64>().is_ok_and(|number| number == 0.0);
    moves && value.contains('-') || vanishes && value.split(' ').any(is_nothing)
}
