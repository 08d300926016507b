//! Digits that are no telephone number although a numbering plan might take them for one.

use std::{borrow::Cow, sync::LazyLock};

use regex::{Captures, Regex};

use super::readable::{SEPARATOR, constant};

/// The text with a separator in the place of dates, amounts of money, extensions, and the numbers of
/// documents, licences, cases and lots.
pub(super) fn mask(text: &str) -> String {
    let text = mask_dates(text);
    let text = DOCUMENT_SHAPE.replace_all(&text, SEPARATOR);
    let text = PERSON_DOCUMENT.replace_all(&text, SEPARATOR);
    let text = LABELLED_NUMBER.replace_all(&text, SEPARATOR);
    let text = EXTENSION.replace_all(&text, SEPARATOR);
    let text = MONEY_BEFORE.replace_all(&text, SEPARATOR);
    MONEY_AFTER.replace_all(&text, SEPARATOR).into_owned()
}

/// Between a label and its number: `DNI N° 123`, `mi DNI es 123`, `R.U.C.: 123`, `código nro. 123`.
const TO_NUMBER: &str = r"(?: es\b)?[ .:#=-]*(?:n[or°]*[ .:°-]+|n[uú]m(?:ero)?[ .:]+)?";

/// A document in the shape that only documents have: Argentine CUIT, Chilean RUT, DNI or cédula with a
/// check digit, a case code with its year (`PE-2024-000123`), a Mexican CURP or any other mix of letters and digits.
static DOCUMENT_SHAPE: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?x)
        \b(?:2[0347]|3[034])-[0-9]{8}-[0-9]\b
        | \b[0-9]{1,3}\.[0-9]{3}\.[0-9]{3}-[0-9kK]\b
        | \b[0-9]{7,8}-[0-9kK]\b
        | \b[A-Z]{2,5}-(?:[A-Z]{2,10}-)?(?:19|20)[0-9]{2}-[0-9]+\b
        | \b[A-Za-z]+[0-9]+[A-Za-z]+[0-9A-Za-z]*\b",
    )
});

/// A document of a person, which is also written in groups: `DNI 45 678 901`, `C.I. 1.712.345.678`.
static PERSON_DOCUMENT: LazyLock<Regex> = LazyLock::new(|| {
    constant(&format!(
        r"(?i)\b(?:d\.?n\.?i|r\.?u\.?[nt]|c\.?i|c[eé]dula|documento)\b(?: de (?:identidad|ciudadan[ií]a))?{TO_NUMBER}[0-9]{{1,2}}(?: [0-9]{{3}}){{2}}\b"
    ))
});

/// Any number that its label gives away.
static LABELLED_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    const LABELS: &str = "d\\.?n\\.?i|r\\.?u\\.?c|r\\.?u\\.?[nt]|c\\.?i|c\\.?c|c\\.?e|c\\.?m\\.?p|c\\.?o\\.?p|c\\.?q\\.?f\\.?p\
        |c\\.?e\\.?p|r\\.?n\\.?e|m\\.?[np]|cuit|cuil|curp|rfc|n\\.?i\\.?t|nss|c\\.?c\\.?i|h\\.?c(?:\\.?l)?|c\\.?p|i\\.?d\
        |c[eé]dula|documento|pasaporte|passport|carn[eé]t?|identidad|ciudadan[ií]a|extranjer[ií]a\
        |colegiatura|colegiad[oa]|licencia|matr[ií]cula|registro|historia|expediente|exp|caso|case|icsr|reporte\
        |ticket|folio|c[oó]digo|cod|postal|lote|lot|batch|serie|factura|orden|cuenta|cta|tarjeta|zip|fecha";
    constant(&format!(
        r"(?i)\b(?:{LABELS})\b(?: (?:cl[ií]nica|sanitario|m[eé]dic[oa]|profesional|postal|de caso|interno))?{TO_NUMBER}(?:[a-z]{{1,5}}-?)?[0-9]+(?:[./-][0-9]{{1,8}}\b)*(?:-k\b)?"
    ))
});

/// The extension after a number; SMS and WhatsApp cannot use it, and it is no number by itself.
static EXTENSION: LazyLock<Regex> =
    LazyLock::new(|| constant(&format!(r"(?i)\b(?:anexos?|anx|extensi[oó]n|ext|interno|int|opci[oó]n){TO_NUMBER}[0-9]{{1,6}}\b")));

const CURRENCY_BEFORE: &str = r"\bs/\.?|[$€£]|\b(?:us\$|usd|pen|mxn|clp|ars|eur)";
const CURRENCY_AFTER: &str = r"(?:soles|d[oó]lares|pesos|euros|usd|pen|mxn|clp|ars|eur)\b|[$€£]";

static MONEY_BEFORE: LazyLock<Regex> = LazyLock::new(|| constant(&format!(r"(?i)(?:{CURRENCY_BEFORE})[ ]*[0-9][0-9.,]*")));
static MONEY_AFTER: LazyLock<Regex> = LazyLock::new(|| constant(&format!(r"(?i)\b[0-9]+(?:[.,][0-9]+)*[ ]*(?:{CURRENCY_AFTER})")));

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"\b(?:(?:19|20)[0-9]{2}([-/.])([0-9]{1,2})[-/.]([0-9]{1,2})|([0-9]{1,2})([-/.])([0-9]{1,2})[-/.](?:19|20)[0-9]{2}|([0-9]{1,2})/([0-9]{1,2})/[0-9]{2})\b",
    )
});

/// Takes out calendar dates, but not groups of a number that look like one (`01.12.2045.67`).
fn mask_dates(text: &str) -> Cow<'_, str> {
    DATE.replace_all(text, |captures: &Captures<'_>| {
        let whole = captures.get_match();
        let is_part = text[..whole.start()].ends_with(['-', '/', '.', '+']) || begins_group(&text[whole.end()..]);
        let part = |index: usize| captures.get(index).and_then(|m| m.as_str().parse::<u8>().ok());
        let pair = [(2, 3), (4, 6), (7, 8)].iter().find_map(|&(a, b)| Some((part(a)?, part(b)?)));
        // Day and month in either order.
        let is_date = pair.is_some_and(|(a, b)| (1..=31).contains(&a.max(b)) && (1..=12).contains(&a.min(b)));
        if is_date && !is_part { SEPARATOR.to_owned() } else { whole.as_str().to_owned() }
    })
}

/// Whether a separator and a digit follow.
fn begins_group(rest: &str) -> bool {
    let mut characters = rest.chars();
    matches!(characters.next(), Some('-' | '/' | '.')) && characters.next().is_some_and(|c| c.is_ascii_digit())
}
