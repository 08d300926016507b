//! Regular expressions of the document (ECMA-262, as JSON Schema asks for; nothing that Python or Rust read otherwise).

/// No NUL character, which no database keeps.
pub(crate) const NO_NUL: &str = r"^[^\u0000]*$";
/// And at least one character that is no blank, as Unicode's `White_Space` defines blanks.
pub(super) const NOT_BLANK: &str =
    r"^[^\u0000]*[^\u0000\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000][^\u0000]*$";

macro_rules! day_of {
    ($century:literal) => {
        concat!(
            "(?:",
            $century,
            "[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|",
            $century,
            "(?:0[48]|[2468][048]|[13579][26])-02-29|2000-02-29)"
        )
    };
}

/// A day that exists, of the years 1900 to 2199; or nothing.
pub(super) const DAY_OR_NOTHING: &str = concat!("^(?:", day_of!("(?:19|20|21)"), ")?$");
/// An RFC 3339 instant, of the years 1900 to 2199 as it is written.
pub(super) const INSTANT: &str = concat!(
    "^",
    day_of!("(?:19|20|21)"),
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+\-](?:[01][0-9]|2[0-3]):[0-5][0-9])$"
);
