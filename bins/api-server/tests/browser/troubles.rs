//! What goes otherwise than planned, as a person meets it: on a monitor, and on a telephone without scripts.

use followup_testkit::rigs::browser::{Browser, Chromium, Window};
use followup_testkit::rigs::sink::{Act, Sink, Stage};
use serde_json::json;

use crate::post::Post;
use crate::site::sign_in;
use crate::support::{Deployment, Server, header};

const WINDOWS: [(&str, Window); 2] = [("A.A.", Window::DESKTOP), ("B.B.", Window::PHONE.without_scripts())];

/// A service that writes nothing by itself, and whoever works with it.
struct Unit {
    deployment: Deployment,
    server: Server,
    chromium: Chromium,
}

impl Unit {
    fn start(deployment: Deployment) -> Self {
        let deployment = deployment.with("AUTO_FOLLOWUP_ENABLED", "false");
        let server = deployment.serve();
        Self { deployment, server, chromium: Chromium::start() }
    }

    fn window(&self, window: Window) -> Browser {
        let browser = self.chromium.open(window);
        sign_in(&browser, self.server.url(), "admin", &self.deployment.admin_password());
        browser
    }

    /// A case with gaps; where its pages are.
    fn case(&self, initials: &str, reporter: &str) -> String {
        let case = json!({"reportante_contacto": reporter, "producto_sospechoso": "Metamizol", "paciente_iniciales": initials, "gravedad": "Grave"});
        let (status, case) = self.server.post("/api/v1/icsr", &case);
        assert_eq!(status, 201, "{case}");
        format!("{}/casos/{}", self.server.url(), case["id"])
    }

    fn open(&self, browser: &Browser, path: &str) {
        browser.open(&format!("{}{path}", self.server.url()));
    }
}

/// Writes to the reporter of a case what is proposed.
fn ask(browser: &Browser, case: &str) {
    browser.open(&format!("{case}/pedir"));
    browser.press("Enviar");
    says(browser, "Deshacer");
}

#[track_caller]
fn says(browser: &Browser, words: &str) {
    browser.wait(words, |browser| browser.text().contains(words).then_some(()));
}

/// Puts a moment into a field that takes its parts one by one, each browser and language in its own order.
fn set(browser: &Browser, css: &str, value: &str) {
    browser.find(css);
    browser.script("document.querySelector(arguments[0]).value = arguments[1]", &[json!(css), json!(value)]);
}

#[track_caller]
fn is_quiet(browser: &Browser) {
    // A page that was refused or met a conflict is told with its number.
    let said = browser.console().into_iter().filter(|line| !line.starts_with("DEBUG") && !line.contains("409 (Conflict)"));
    assert_eq!(said.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn a_letter_comes_back_and_its_address_is_used_again_by_a_persons_word() {
    let unit = Unit::start(Deployment::embedded());
    let post = Post::of(&unit.deployment);
    for (initials, window) in WINDOWS {
        let reporter = format!("{}@hospital-cerrado.example", initials.replace('.', "").to_lowercase());
        let (browser, case, before) = (unit.window(window), unit.case(initials, &reporter), post.letters());
        ask(&browser, &case);
        let letter = post.letter_after(&before);
        post.drop_mail(&reporter, &bounce(&header(&letter, "Message-ID").unwrap(), &reporter));
        browser.open(&format!("{case}/seguimiento"));
        browser.reload_until("the letter came back", |browser| browser.text().contains("la dirección no existe"));
        browser.open(&format!("{case}/pedir"));
        says(&browser, "falla");
        unit.open(&browser, "/bandejas/fallidos");
        says(&browser, &reporter);
        unit.open(&browser, "/ajustes/rebotes");
        browser.press(&format!("Ya sirve: {reporter}"));
        browser.fill("motivo", "La doctora confirmó su dirección por teléfono");
        browser.press("Escribirle de nuevo");
        browser.wait("it is lifted", |browser| (!browser.text().contains(&format!("{reporter} "))).then_some(()));
        let before = post.letters();
        ask(&browser, &case);
        assert_eq!(header(&post.letter_after(&before), "To").unwrap(), reporter);
        is_quiet(&browser);
    }
}

fn bounce(message_id: &str, recipient: &str) -> Vec<u8> {
    format!(
        "From: Mail Delivery Subsystem <mailer-daemon@hospital-cerrado.example>\r\nTo: fv@unidad.example\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <{recipient}.bounce@hospital-cerrado.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; hospital-cerrado.example\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nTo: {recipient}\r\n\r\n--b--\r\n"
    )
    .into_bytes()
}

#[test]
fn a_letter_of_which_nobody_knows_whether_it_left_is_settled() {
    let sink = Sink::start(&[(Stage::Accepted, Act::HangUp)]);
    let port = sink.port().to_string();
    let settings = [("SMTP_HOST", "127.0.0.1"), ("SMTP_PORT", &port), ("SMTP_TLS", "none"), ("SMTP_FROM", "fv@unidad.example")];
    let deployment = Deployment::on_database("sqlite:followup.db").without("MAIL_OUTBOX_DIR");
    let unit = Unit::start(settings.into_iter().fold(deployment, |deployment, (name, value)| deployment.with(name, value)));
    for (initials, window) in WINDOWS {
        let (browser, case) = (unit.window(window), unit.case(initials, "lrojas@hospital-santa-aurelia.example"));
        ask(&browser, &case);
        browser.open(&format!("{case}/seguimiento"));
        browser.reload_until("it is uncertain", |browser| browser.text().contains("Incierto: no se sabe si salió"));
        unit.open(&browser, "/bandejas/inciertos");
        browser.press("Decir qué pasó");
        browser.fill("motivo", "La doctora lo recibió");
        browser.press("Sí salió");
        says(&browser, "De todos los mensajes se sabe si salieron");
        browser.open(&format!("{case}/seguimiento"));
        browser.wait("no doubt is left", |browser| (!browser.text().contains("Incierto")).then_some(()));
        is_quiet(&browser);
    }
    assert_eq!(sink.accepted().len(), WINDOWS.len(), "nothing was sent twice");
}

#[test]
fn a_mail_without_a_case_is_given_to_the_right_one() {
    let unit = Unit::start(Deployment::embedded());
    let post = Post::of(&unit.deployment);
    for (initials, window) in WINDOWS {
        let (browser, case) = (unit.window(window), unit.case(initials, "lrojas@hospital-santa-aurelia.example"));
        let own = initials.replace('.', "");
        post.drop_mail(
            &own,
            format!(
                "From: Farmacia Central <farmacia-{own}@otra.example>\r\nTo: fv@unidad.example\r\nSubject: Consulta {own}\r\n\
                 Message-ID: <{own}@otra.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
                 El paciente {own} pesa 71 kg.\r\n"
            )
            .as_bytes(),
        );
        unit.open(&browser, "/bandejas/sin-asignar");
        browser.reload_until("the mail waits", |browser| browser.text().contains(&format!("Consulta {own}")));
        browser.press(&format!("Leer entero «Consulta {own}»"));
        browser.fill("buscar", initials);
        browser.press("Buscar");
        browser.press("Asignar a");
        browser.press("Abrir la conversación de ese caso");
        says(&browser, &format!("El paciente {own} pesa 71 kg."));
        assert!(browser.url().starts_with(&case), "{}", browser.url());
        unit.open(&browser, "/bandejas/sin-asignar");
        says(&browser, "No hay correos sin asignar");
        is_quiet(&browser);
    }
}

#[test]
fn a_plan_is_applied_and_put_off_and_a_call_is_kept() {
    let unit = Unit::start(Deployment::embedded());
    for (initials, window) in WINDOWS {
        let (browser, case) = (unit.window(window), unit.case(initials, "Dra. Rojas, lrojas@hospital-santa-aurelia.example, 987 654 321"));
        browser.open(&format!("{case}/seguimiento"));
        set(&browser, "#desde", "2099-03-01T09:00");
        browser.find(&format!("form[action$=\"{}/plan\"] button", case.rsplit_once("/casos").map_or("", |(_, id)| id))).click();
        says(&browser, "1 mar 2099");
        browser.press("Cambiar");
        set(&browser, "details[open] input[name=fecha]", "2099-04-17T11:30");
        browser.fill("motivo", "Está de vacaciones");
        browser.press("Reprogramar");
        says(&browser, "17 abr 2099, 11:30");
        browser.press("Registrar llamada");
        browser.choose("resultado", "no_answer");
        browser.fill("notas", "Sonó ocho veces");
        browser.press("Guardar la llamada");
        says(&browser, "Sonó ocho veces");
        is_quiet(&browser);
    }
}

#[test]
fn two_people_who_change_one_case_lose_nothing() {
    let unit = Unit::start(Deployment::embedded());
    let admin = unit.window(Window::DESKTOP);
    unit.open(&admin, "/ajustes/usuarios/nuevo");
    admin.fill("usuario", "qf-turno-tarde");
    admin.choose("roles", "qf");
    admin.fill("clave", "correcto-caballo-bateria");
    admin.fill("clave2", "correcto-caballo-bateria");
    admin.press("Crear la cuenta");
    says(&admin, "qf-turno-tarde");
    for (initials, window) in WINDOWS {
        let case = unit.case(initials, "lrojas@hospital-santa-aurelia.example");
        let other = unit.chromium.open(window);
        sign_in(&other, unit.server.url(), "qf-turno-tarde", "correcto-caballo-bateria");
        other.open(&format!("{case}/editar"));
        other.find("[name=paciente_peso]");
        admin.open(&format!("{case}/editar"));
        admin.fill("paciente_peso", "68");
        admin.press("Guardar");
        admin.wait("it is saved", |browser| (!browser.url().contains("editar")).then_some(()));
        other.fill("paciente_peso", "86");
        other.fill("reportante_nombre", "Luz Rojas");
        other.press("Guardar");
        says(&other, "Otra persona cambió");
        let conflict = other.text();
        assert!(conflict.contains("68") && conflict.contains("86") && conflict.contains("Luz Rojas"), "{conflict}");
        other.press("Revisarlos en el formulario");
        other.fill("paciente_peso", "68");
        other.press("Guardar");
        other.wait("it is saved", |browser| (!browser.url().contains("editar")).then_some(()));
        let id = case.rsplit('/').next().unwrap();
        let (_, stored) = unit.server.get(&format!("/api/v1/icsr/{id}"));
        assert_eq!((&stored["paciente_peso"], &stored["reportante_nombre"]), (&json!(68), &json!("Luz Rojas")), "{stored}");
        is_quiet(&other);
    }
    is_quiet(&admin);
}
