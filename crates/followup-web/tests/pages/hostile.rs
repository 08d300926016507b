//! Whatever somebody writes into a case or a mail, a page holds the same elements as with harmless words.

use followup_domain::asking::missing::RequiredFields;
use followup_domain::case::{CasePatch, CaseRecord, Event, FieldKind, FieldList, Product, Scalar};
use followup_domain::ids::CaseId;
use followup_domain::user::Role;
use followup_testkit::hostile::vectors;

use crate::support::{Browser, REPORTER, Unit, operator};

/// Where the words of a case and of its mail are seen; `ID` is the case.
const OF_A_CASE: &[&str] =
    &["", "/seguimiento", "/seguimiento?vista=indice", "/propuestas", "/pedir", "/llamada", "/cerrar", "/editar", "/auditoria"];
/// Where those of all cases are.
const OF_ALL: &[&str] = &["/", "/casos", "/bandejas/sin-asignar", "/bandejas/sin-confirmar"];
/// So many vectors stand in one field, one below the other.
const OF_A_FIELD: usize = 4;
/// So many cases stand on one page of the lists.
const AT_ONCE: usize = 10;

/// What is written: the vectors, or as many harmless signs.
type Words<'w> = &'w dyn Fn(&str) -> String;

#[test]
fn no_words_of_a_case_or_a_mail_become_part_of_a_page() {
    let texts: Vec<String> = vectors("window.broken=1").chunks(OF_A_FIELD).map(|some| some.join("\n")).collect();
    for some in texts.chunks(AT_ONCE) {
        let hostile = outlines(some, &str::to_owned);
        let harmless = outlines(some, &tame);
        assert_eq!(hostile.len(), harmless.len());
        for ((path, hostile), (_, harmless)) in hostile.iter().zip(&harmless) {
            if let Some(first) = (0..hostile.len().max(harmless.len())).find(|at| hostile.get(*at) != harmless.get(*at)) {
                let near = |page: &[String]| page[first.saturating_sub(3).min(page.len())..(first + 3).min(page.len())].join("\n");
                panic!("{path}, with one of {some:#?}:\n{}\nand otherwise\n{}", near(hostile), near(harmless));
            }
        }
    }
}

/// As long as the text, and the same to whatever folds, cuts or counts it.
fn tame(text: &str) -> String {
    text.chars().map(|sign| if sign.is_alphanumeric() || sign.is_whitespace() || sign == '=' { sign } else { '·' }).collect()
}

/// The elements of every page, with the names of their attributes, where these words stand in every field.
fn outlines(texts: &[String], words: Words<'_>) -> Vec<(String, Vec<String>)> {
    let unit = Unit::start_with(|policy, _| {
        policy.required = RequiredFields::parse("paciente_peso").unwrap();
        policy.automatic_requests = true;
    });
    // Two texts that are the same when tame stay two.
    let numbered = texts.iter().zip(1..).map(|(text, number)| format!("{} {number}", words(text)));
    let cases: Vec<CaseId> = numbered.map(|words| written_everywhere(&unit, &words)).collect();
    let mut browser = unit.signed_in(Role::Admin);
    let mut pages: Vec<String> = OF_ALL.iter().map(|path| (*path).to_owned()).collect();
    for id in cases {
        pages.extend(OF_A_CASE.iter().map(|rest| format!("/casos/{}{rest}", id.0)));
    }
    pages.into_iter().map(|path| (path.clone(), outline(&mut browser, &path))).collect()
}

fn outline(browser: &mut Browser, path: &str) -> Vec<String> {
    let answer = browser.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    let page = answer.page();
    page.elements.iter().map(|element| format!("{} {:?}", element.name, element.names())).collect()
}

/// A case with these words in all that takes them, its letter, an answer with them, one of somebody unknown, and a mail without a case.
fn written_everywhere(unit: &Unit, words: &str) -> CaseId {
    let all = |names: &[&str], kind: fn(&str) -> Option<FieldKind>| -> FieldList {
        let texts = names.iter().filter(|name| matches!(kind(name), Some(FieldKind::Text)) && !name.starts_with("reportante_"));
        texts.map(|name| ((*name).to_owned(), Scalar::Text(words.to_owned()))).collect()
    };
    let mut patch = CasePatch {
        fields: all(CaseRecord::FIELDS, CaseRecord::kind),
        productos: Some(vec![all(Product::FIELDS, Product::kind)]),
        concomitantes: Some(vec![all(Product::FIELDS, Product::kind)]),
        eventos: Some(vec![all(Event::FIELDS, Event::kind)]),
    };
    for (name, value) in [("reportante_contacto", REPORTER), ("reportante_nombre", words), ("reportante_ocupacion", words)] {
        patch.fields.push((name.to_owned(), Scalar::Text(value.to_owned())));
    }
    patch.fields.retain(|(name, _)| name != "evaluador_email");
    let id = unit.app.register_case(&operator(), patch, None).unwrap().case.id;
    unit.clock.advance(chrono::Duration::hours(2));
    unit.deliver();
    unit.answer_raw(id, &mail_words(words));
    unit.app.read_answers(&|| false).unwrap();
    unit.clock.advance(chrono::Duration::minutes(1));
    unit.receive(&format!("From: {}\nTo: fv@vigia.test\n{}", format_args!("\"{}\" <otro@clinic.test>", quoted(words)), mail_words(words)));
    id
}

/// The headers below the addresses, and a body with a file, of a mail with these words in all of them.
fn mail_words(words: &str) -> String {
    let line: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = quoted(&line);
    format!(
        "Subject: {line}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"limit\"\n\n--limit\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 8bit\n\nDice {line}\n--limit\nContent-Type: text/plain; name=\"{name}.txt\"\n\
         Content-Disposition: attachment; filename=\"{name}.txt\"\n\nx\n--limit--\n"
    )
}

fn quoted(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ").replace('\\', "\\\\").replace('"', "\\\"")
}
