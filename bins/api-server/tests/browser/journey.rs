//! The main job, as a person does it: a case with gaps, a letter, its answer, and the end; on a monitor and on a telephone, with and without scripts.

use followup_testkit::rigs::browser::{Browser, Chromium, Window};

use crate::post::Post;
use crate::site::sign_in;
use crate::support::{Deployment, header, reply_to};

const REPORTER: &str = "lrojas@hospital-santa-aurelia.example";

/// Whoever works: one window, one case.
struct Work<'b> {
    browser: &'b Browser,
    url: String,
    post: Post,
    initials: &'static str,
}

#[test]
fn a_case_is_asked_about_answered_and_closed() {
    let deployment = Deployment::embedded().with("AUTO_FOLLOWUP_ENABLED", "false");
    let server = deployment.serve();
    let chromium = Chromium::start();
    let windows = [
        ("A.A.", Window::DESKTOP),
        ("B.B.", Window::DESKTOP.without_scripts()),
        ("C.C.", Window::PHONE),
        ("D.D.", Window::PHONE.without_scripts()),
    ];
    for (initials, window) in windows {
        let browser = chromium.open(window);
        sign_in(&browser, server.url(), "admin", &deployment.admin_password());
        let work = Work { browser: &browser, url: server.url().to_owned(), post: Post::of(&deployment), initials };
        work.report_a_case();
        let letter = work.ask();
        work.is_answered(&letter);
        work.reads_and_attends();
        work.takes_it_over();
        work.closes();
        let said: Vec<String> = browser.console().into_iter().filter(|line| !line.starts_with("DEBUG")).collect();
        assert_eq!(said, Vec::<String>::new(), "{window:?}");
    }
}

impl Work<'_> {
    fn report_a_case(&self) {
        self.browser.open(&format!("{}/casos", self.url));
        self.browser.press("Nuevo caso");
        self.browser.fill("paciente_iniciales", self.initials);
        self.browser.fill("productos[0].nombre_producto", "Amoxicilina");
        self.browser.fill("descripcion_evento", "Erupción cutánea en tronco y brazos");
        self.browser.choose("gravedad", "No grave");
        self.browser.fill("reportante_contacto", REPORTER);
        self.browser.press("Registrar el caso");
        let heading = self.browser.wait("the case is registered", |browser| {
            let path = browser.url();
            (path.contains("/casos/") && !path.contains("nuevo")).then(|| browser.text())
        });
        assert!(heading.contains("Amoxicilina") && heading.contains("Información faltante"), "{heading}");
    }

    /// Sends the letter as it is proposed, but for a word; the file that left.
    fn ask(&self) -> Vec<u8> {
        let before = self.post.letters();
        self.browser.press("Pedir datos");
        self.browser.find("#texto");
        let text = self.browser.script("return document.querySelector('#texto').value", &[]).to_string();
        assert!(text.contains("Peso aproximado") && text.contains("Dosis"), "what is missing is asked: {text}");
        self.browser.press("Enviar");
        self.browser.wait("the letter is on its way", |browser| browser.text().contains("Deshacer").then_some(()));
        self.post.letter_after(&before)
    }

    /// The reporter's mail arrives, and somebody who looks at their work sees it.
    fn is_answered(&self, letter: &[u8]) {
        let (id, from) = (header(letter, "Message-ID").unwrap(), header(letter, "From").unwrap());
        let unit = from.rsplit(['<', ' ']).next().unwrap().trim_end_matches('>').to_owned();
        let mail = reply_to(&id, REPORTER, &unit, &format!("Pesa 68 kg. Soy la doctora de {}", self.initials.repeat(self.initials.len())));
        self.post.drop_mail(&self.initials.replace('.', ""), &mail);
        self.browser.open(&format!("{}/", self.url));
        let waits = "return [...document.querySelectorAll('[data-counter=new_replies]')].some((count) => !count.hidden && count.textContent === '1')";
        self.browser.reload_until("the answer waits", |browser| browser.script(waits, &[]) == true);
    }

    fn reads_and_attends(&self) {
        self.browser.press("Leer");
        self.browser.wait("the answer is there", |browser| browser.text().contains("Pesa 68 kg").then_some(()));
        self.browser.press("Leído hasta aquí");
        self.browser.wait("it is read", |browser| (!browser.text().contains("sin leer")).then_some(()));
        self.browser.press("Dar por atendido");
        self.browser.wait("it is attended", |browser| (!browser.text().contains("por atender")).then_some(()));
    }

    fn takes_it_over(&self) {
        self.browser.press("Editar el caso");
        self.browser.fill("paciente_peso", "68");
        self.browser.press("Guardar");
        self.browser.wait("the weight stands in the case", |browser| browser.text().contains("68").then_some(()));
    }

    fn closes(&self) {
        self.browser.press("Seguimiento");
        self.browser.press("Cerrar");
        self.browser.choose("motivo", "max_attempts");
        self.browser.fill("notas", "No se espera más información.");
        self.browser.press("Cerrar el seguimiento");
        self.browser.wait("the follow-up is closed", |browser| browser.text().contains("Seguimiento cerrado").then_some(()));
    }
}
