use super::*;
use crate::rigs::lifeline::is_running;

const PAGE: &str = "data:text/html;charset=utf-8,<!doctype html><title>t</title><style>body{margin:0;background:white}\
@media(prefers-color-scheme:dark){body{background:black}}</style><h1>¿Qué pasó?</h1><p id=said>callado</p><form><input name=peso value=1>\
<select name=sexo><option value=F>Femenino<option value=M>Masculino</select><input type=checkbox name=tos value=si></form>\
<details><summary>Ver más</summary><p id=more>Más</p></details><p style=height:3000px></p>\
<script>said.textContent='habla';console.error('ay')</script>";

const BACKGROUND: &str = "return getComputedStyle(document.body).backgroundColor";

#[test]
fn a_page_is_seen_as_the_window_says() {
    let chromium = Chromium::start();
    let browser = chromium.open(Window::DESKTOP);
    browser.open(PAGE);
    assert_eq!((browser.find("#said").text().as_str(), browser.script(BACKGROUND, &[])), ("habla", json!("rgb(255, 255, 255)")));
    let said = browser.console();
    assert!(said.len() == 1 && said[0].starts_with("SEVERE") && said[0].contains("ay"), "{said:?}");
    assert_eq!(browser.console(), Vec::<String>::new(), "what was said is said once");

    browser.show(Window::NARROW.dark().without_scripts());
    browser.open(PAGE);
    assert_eq!((browser.find("#said").text().as_str(), browser.script(BACKGROUND, &[])), ("callado", json!("rgb(0, 0, 0)")));
    assert_eq!(browser.script("return Promise.resolve([innerWidth, arguments[0]])", &[json!("ñ")]), json!([320, "ñ"]));
    // A PNG says how large it is behind its first 16 bytes.
    let picture = browser.screenshot();
    let number = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().unwrap());
    assert!(number(16) == 320 && number(20) > 3000, "{} × {}", number(16), number(20));
}

#[test]
fn a_form_is_filled_in_as_a_person_does_with_and_without_scripts() {
    let chromium = Chromium::start();
    let browser = chromium.open(Window::PHONE);
    for window in [Window::PHONE, Window::DESKTOP.without_scripts()] {
        browser.show(window);
        browser.open(PAGE);
        browser.fill("peso", "70 kg");
        browser.choose("sexo", "M");
        browser.choose("tos", "si");
        browser.choose("tos", "si");
        let value = |css: &str| browser.script("return document.querySelector(arguments[0]).value", &[json!(css)]);
        assert_eq!((value("[name=peso]"), value("[name=sexo]")), (json!("70 kg"), json!("M")));
        assert!(browser.find("[name=tos]").is_selected() && !browser.find("#more").is_displayed());
        browser.press("Ver más");
        assert!(browser.find("#more").is_displayed() && browser.text().contains("¿Qué pasó?"));
    }
}

#[test]
fn barriers_are_found_where_there_are_some() {
    let chromium = Chromium::start();
    let browser = chromium.open(Window::DESKTOP);
    browser.open("data:text/html,<!doctype html><html lang=es><title>t</title><main><h1>Uno</h1><p>Dos</p></main></html>");
    assert_eq!(browser.barriers(), Vec::<String>::new());
    let bad = "<p style=color:silver>pale</p><input name=unnamed><button style=height:9px;font-size:6px>1</button><button style=height:9px;font-size:6px>2</button>";
    browser.open(&format!("data:text/html,<!doctype html><title>t</title><main><h1>Uno</h1>{bad}</main>"));
    let found = browser.barriers();
    let rules: std::collections::BTreeSet<&str> = found.iter().filter_map(|line| line.split_once(':')).map(|(rule, _)| rule).collect();
    assert_eq!(Vec::from_iter(rules), ["color-contrast", "html-has-lang", "label", "target-size"], "{found:#?}");
}

#[test]
fn chromium_ends_with_its_browser_and_with_its_driver() {
    let chromium = Chromium::start();
    let (first, second) = (chromium.open(Window::DESKTOP), chromium.open(Window::DESKTOP));
    let (first_id, second_id) = (first.process_id(), second.process_id());
    assert!(is_running(first_id) && is_running(second_id));
    drop(first);
    assert!(!is_running(first_id) && is_running(second_id));
    drop(chromium);
    wait_until("Chromium has ended", LIMIT, || Ok((!is_running(second_id)).then_some(()))).unwrap();
}
