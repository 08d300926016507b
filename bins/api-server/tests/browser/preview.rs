//! How a letter reads follows what is typed, and is a button away where no script runs.

use followup_testkit::rigs::browser::{Chromium, Window};

use crate::site::sign_in;
use crate::support::Deployment;

#[test]
fn the_preview_of_a_letter_follows_what_is_typed() {
    let deployment = Deployment::embedded();
    let server = deployment.serve();
    let chromium = Chromium::start();
    for window in [Window::DESKTOP, Window::PHONE.without_scripts()] {
        let browser = chromium.open(window);
        sign_in(&browser, server.url(), "admin", &deployment.admin_password());
        browser.open(&format!("{}/ajustes/plantillas/solicitud.sms.txt", server.url()));
        browser.fill("texto", "Caso {{ caso }}, doctora: {{ faltan | first }}");
        if !window.has_scripts {
            browser.press("Ver cómo queda");
        }
        let text = browser.wait("the letter is shown", |browser| Some(browser.text()).filter(|text| text.contains("Caso 123, doctora: ")));
        assert!(text.contains("1 parte de 4 como máximo"), "{text}");
        let said: Vec<String> = browser.console().into_iter().filter(|line| !line.starts_with("DEBUG")).collect();
        assert_eq!(said, Vec::<String>::new(), "{window:?}");
    }
}
