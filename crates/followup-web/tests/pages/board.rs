//! The board.

use chrono::Duration;
use followup_domain::user::Role;

use crate::support::{Answer, Unit};

const BOARD: &str = "/tablero";

/// So many cases are written to now, and so many of them answer two days later; then twelve days pass.
fn asked(unit: &Unit, cases: usize, answers: usize) {
    let ids: Vec<_> = (0..cases).map(|_| unit.case(&[("gravedad", "Grave")])).collect();
    unit.deliver();
    unit.clock.advance(Duration::days(2));
    for id in ids.into_iter().take(answers) {
        unit.answer(id, "Pesa 70 kg.");
    }
    unit.clock.advance(Duration::days(12));
}

/// The titles of its plots.
fn plots(answer: &Answer) -> Vec<String> {
    answer.page().all("title").filter(|title| title.get("id").is_some()).map(|title| title.text.clone()).collect()
}

#[test]
fn a_unit_that_asked_nobody_is_told_what_to_do() {
    let unit = Unit::start();
    let shown = unit.signed_in(Role::Qf).get(BOARD);
    let text = shown.page().text();
    assert!(text.contains("No salió ninguna solicitud en este período") && text.contains("Ahora ningún caso espera respuesta"), "{text}");
    assert!(shown.page().links().contains(&"/casos") && plots(&shown).is_empty());
}

#[test]
fn every_plot_says_of_how_many_and_between_which_limits_and_lists_and_gives_its_numbers() {
    let unit = Unit::start();
    asked(&unit, 12, 6);
    let mut browser = unit.signed_in(Role::Qf);
    let shown = browser.get(BOARD);
    let (page, plots) = (shown.page(), plots(&shown));
    let text = page.text();
    assert_eq!(plots.len(), 7, "{plots:?}");
    assert!(plots[0].contains("50 % (25–75) en 30 días"), "{plots:?}");
    assert!(plots[1].contains("Por canal: Correo 50 % (25–75) · n 12"), "{plots:?}");
    assert!(plots[6].contains("De 8 a 15 días 6, 6 graves"), "{plots:?}");
    assert!(text.contains("del 16 mar 2023 al 15 mar 2024") && text.contains("La mitad respondió en3 días"), "{text}");
    assert_eq!(page.all("table").count(), 7);
    let files: Vec<&str> = page.links().into_iter().filter(|href| href.contains("format=csv")).collect();
    assert_eq!(files.len(), 8, "one for each plot, and one for all: {files:?}");
    let file = files.iter().find(|href| href.contains("plot=channel")).unwrap().replace("&amp;", "&");
    let file = browser.get(&file);
    assert!(file.status == 200 && file.text.contains("\"Correo\";30;12;6;6;50;25;75;3"), "{}", file.text);
    assert!(!text.contains("pocos"), "{text}");
}

#[test]
fn fewer_than_ten_are_grey_and_said_to_be_few() {
    let unit = Unit::start();
    asked(&unit, 9, 1);
    let shown = unit.signed_in(Role::Qf).get(BOARD);
    let text = shown.page().text();
    assert!(text.contains("n 9 (pocos), de ellos 1 con respuesta") && text.contains("no conviene sacar conclusiones"), "{text}");
    assert_eq!(shown.page().elements.iter().filter(|element| element.get("class") == Some("few")).count(), 6);
    assert!(text.contains("aún no respondió la mitad"), "{text}");
}

#[test]
fn a_period_is_chosen_kept_in_the_address_and_refused_in_words() {
    let unit = Unit::start();
    asked(&unit, 2, 1);
    let mut browser = unit.signed_in(Role::Qf);
    for (query, is_there) in [
        ("dias=30", true),
        ("dias=5", false),
        ("desde=2024-03-01&hasta=2024-03-01", true),
        ("desde=2024-03-02", false),
        ("hasta=2024-02-29", false),
    ] {
        let text = browser.get(&format!("{BOARD}?{query}")).page().text();
        assert_eq!(text.contains("Casos con su primera solicitud2"), is_there, "{query}: {text}");
    }
    for (query, said) in [
        ("desde=2024-03-02&hasta=2024-03-01", "El último día debe ser el primero o uno posterior"),
        ("desde=2010-01-01&hasta=2024-03-01", "cinco años como máximo"),
        ("desde=ayer", "Escriba un día"),
    ] {
        let answer = browser.get(&format!("{BOARD}?{query}"));
        assert_eq!(answer.status, 422, "{query}");
        let text = answer.page().text();
        assert!(text.contains(said), "{query}: {text}");
    }
    assert!(browser.get(&format!("{BOARD}?desde=2024-03-02&hasta=2024-03-01")).text.contains("value=\"2024-03-02\""));
}

#[test]
fn a_board_with_every_group_stays_small() {
    let unit = Unit::start();
    for hour in 0..30 {
        asked(&unit, 2, 1);
        unit.clock.advance(Duration::hours(hour % 5 + 20));
    }
    let shown = unit.signed_in(Role::Qf).get(BOARD);
    shown.page();
    assert!(shown.text.len() < 100 * 1024, "{}", shown.text.len());
}

#[test]
fn it_stands_in_the_navigation_of_whoever_reads_cases() {
    let unit = Unit::start();
    for (role, may) in [(Role::Qf, true), (Role::Legal, true), (Role::Soporte, false)] {
        let mut browser = unit.signed_in(role);
        assert_eq!(browser.get("/ajustes").page().links().contains(&BOARD), may, "{role}");
        assert_eq!(browser.get(BOARD).status, if may { 200 } else { 403 }, "{role}");
    }
}
