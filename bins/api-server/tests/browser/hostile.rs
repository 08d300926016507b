//! A real browser before pages whose every field somebody filled with code.

use followup_testkit::hostile::vectors;
use followup_testkit::rigs::browser::{Chromium, Window};
use serde_json::{Value, json};

use crate::post::Post;
use crate::site::sign_in;
use crate::support::{Deployment, header};

const REPORTER: &str = "lrojas@hospital-santa-aurelia.example";
/// A case holds so many vectors at once, one below the other.
const OF_A_CASE: usize = 12;
const TEXTS: &[&str] = &["paciente_iniciales", "reportante_nombre", "reportante_ocupacion", "descripcion_evento", "pruebas_resultados"];
const PAGES: &[&str] =
    &["", "/seguimiento", "/seguimiento?vista=indice", "/propuestas", "/pedir", "/llamada", "/cerrar", "/editar", "/auditoria"];
const LISTS: &[&str] = &["/", "/casos", "/bandejas/sin-asignar", "/bandejas/fallidos", "/ajustes/rebotes"];

#[test]
fn what_somebody_wrote_into_a_case_or_a_mail_never_runs() {
    let deployment = Deployment::embedded().with("AUTO_FOLLOWUP_DELAY_HOURS", "0");
    let server = deployment.serve();
    let post = Post::of(&deployment);
    let chromium = Chromium::start();
    let browser = chromium.open(Window::DESKTOP);
    sign_in(&browser, server.url(), "admin", &deployment.admin_password());
    let mut paths: Vec<String> = Vec::new();
    for (number, some) in vectors("window.broken=1").chunks(OF_A_CASE).enumerate() {
        let words = some.join("\n");
        let before = post.letters();
        let mut case = json!({"reportante_contacto": REPORTER, "productos": [{"nombre_producto": words, "dosis": words}]});
        for field in TEXTS {
            case[*field] = Value::String(words.clone());
        }
        let (status, stored) = server.post("/api/v1/icsr", &case);
        assert_eq!(status, 201, "{stored}");
        let id = stored["id"].as_i64().unwrap();
        let letter = post.letter_after(&before);
        let answered = header(&letter, "Message-ID").unwrap();
        post.drop_mail(&format!("r{number}"), &mail(&format!("r{number}"), REPORTER, &format!("In-Reply-To: {answered}\r\n"), some));
        post.drop_mail(&format!("o{number}"), &mail(&format!("o{number}"), "otro@otra.example", "", some));
        server.wait_for_thread(id, |thread| thread.len() > 1);
        paths.extend(PAGES.iter().map(|rest| format!("/casos/{id}{rest}")));
    }
    paths.extend(LISTS.iter().map(|path| (*path).to_owned()));
    for path in paths {
        browser.open(&format!("{}{path}", server.url()));
        assert_eq!(browser.script("return window.broken ?? null", &[]), Value::Null, "{path}");
        let said = browser.console();
        assert!(said.iter().all(|line| line.starts_with("DEBUG")), "{path}: {said:#?}");
    }
}

/// A mail with these words in its subject, its sender's name, its text and the name of its file.
fn mail(id: &str, from: &str, more: &str, words: &[String]) -> Vec<u8> {
    let line = |words: &str| words.split_whitespace().collect::<Vec<_>>().join(" ");
    let subject = line(&words[0]);
    let name = line(&words[words.len() - 1]).replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "From: \"{name}\" <{from}>\r\nTo: fv@unidad.example\r\nSubject: {subject}\r\nMessage-ID: <{id}@otra.example>\r\n{more}MIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"limit\"\r\n\r\n--limit\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nDice {}\r\n\
         --limit\r\nContent-Type: text/html; charset=utf-8; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n\
         <script>window.broken=1</script>\r\n--limit--\r\n",
        words.join("\r\n")
    )
    .into_bytes()
}
