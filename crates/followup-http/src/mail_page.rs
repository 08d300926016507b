//! The page on which the HTML of a mail is looked at.

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder};
use followup_domain::mail::inbound::ShownHtml;

/// Nothing runs, loads, is sent or framed elsewhere, whatever the sanitiser may have let through.
const POLICY: &str =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";
/// How the page looks by itself: the note, and wide tables and images within the window.
const STYLE: &str = "body{font-family:sans-serif;margin:1rem;overflow-wrap:anywhere}img,table{max-width:100%}\
    .nota{border:1px solid #b8860b;background:#fff8dc;color:#3b2f00;padding:.5rem .75rem;margin:0 0 1rem;font-size:.9rem}";

/// The page of a mail's HTML, with a note of the images that are not shown.
pub(crate) fn mail_page(shown: &ShownHtml) -> Vec<u8> {
    let notes = notes(shown).into_iter().map(|note| format!("<p class=\"nota\">{note}</p>")).collect::<String>();
    format!(
        "<!doctype html><html lang=\"es\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Correo recibido</title><style>{STYLE}</style></head><body>{notes}<div>{}</div></body></html>",
        shown.body
    )
    .into_bytes()
}

/// The head of its answer.
pub(crate) fn mail_page_head() -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8")).insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
    response
}

fn notes(shown: &ShownHtml) -> Vec<String> {
    let blocked = match shown.blocked_images {
        0 => None,
        1 => Some("No se muestra 1 imagen externa: al cargarla, el remitente sabría que se leyó el correo.".to_owned()),
        count => Some(format!("No se muestran {count} imágenes externas: al cargarlas, el remitente sabría que se leyó el correo.")),
    };
    let omitted = match shown.omitted_images {
        0 => None,
        1 => Some("No se muestra 1 imagen del propio correo (falta, es muy grande o de un tipo no admitido); vea los adjuntos.".to_owned()),
        count => Some(format!(
            "No se muestran {count} imágenes del propio correo (faltan, son muy grandes o de un tipo no admitido); vea los adjuntos."
        )),
    };
    blocked.into_iter().chain(omitted).collect()
}
