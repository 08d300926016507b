//! What goes wrong, as a page that says what to do.

use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError};
use followup_answers::{Refusal, RequestId};
use followup_words::answers as texts;
use serde::Serialize;

use crate::door::Visitor;
use crate::render::{Section, Shell};
use crate::state::WebState;

/// After so many seconds whoever was told that the store is away may try again.
const RETRY_AFTER_SECONDS: u64 = 5;

/// Why there is no page.
#[derive(Debug, Clone)]
pub(crate) enum Problem {
    /// A use case, or the door, refused.
    Refused(Refusal),
    /// A form that none of our pages sent.
    ForeignForm,
    /// The page takes no such method.
    NoSuchMethod,
}

impl<E: Into<Refusal>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(formatter),
            Self::ForeignForm => formatter.write_str("a form of elsewhere"),
            Self::NoSuchMethod => formatter.write_str("no such method"),
        }
    }
}

/// The guard makes the page; this is what is left where there is none.
impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl Problem {
    fn status(&self) -> u16 {
        match self {
            Self::Refused(refusal) => refusal.status(),
            Self::ForeignForm => 403,
            Self::NoSuchMethod => 405,
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.detail().to_owned(),
            Self::ForeignForm => "El formulario no salió de una página de este servicio, o su navegador no lo dice".to_owned(),
            Self::NoSuchMethod => texts::METHOD_NOT_ALLOWED.to_owned(),
        }
    }

    /// A heading, and what to do.
    fn advice(&self) -> (&'static str, &'static str) {
        match self {
            Self::ForeignForm => ("No se aceptó el formulario", "Nada se guardó. Abra la página de nuevo y repita lo que hacía."),
            Self::NoSuchMethod => ("Aquí no hay nada que enviar", "Vuelva a la página anterior."),
            Self::Refused(refusal) => advice(refusal),
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Refused(Refusal::TooManyAttempts { retry_after_seconds }) => Some(*retry_after_seconds),
            Self::Refused(Refusal::StoreUnavailable(_)) => Some(RETRY_AFTER_SECONDS),
            _ => None,
        }
    }
}

fn advice(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::Unauthorized(_) => ("Inicie sesión", "Inicie sesión y repita lo que hacía."),
        Refusal::Forbidden => {
            ("Su rol no permite esto", "Pídalo a quien tenga el rol indicado, o a la persona que administra el servicio.")
        }
        Refusal::BadRequest(_) | Refusal::Invalid(_) | Refusal::UnsupportedMediaType(_) => {
            ("No se pudo leer lo enviado", "Nada se guardó. Vuelva atrás, corrija lo que se indica y envíelo otra vez.")
        }
        Refusal::NotFound(_) => ("No está aquí", "Compruebe la dirección, o búsquelo en la lista de casos."),
        Refusal::Conflict(_) | Refusal::Unmet(_) => {
            ("No se puede hacer así", "Nada cambió. Vuelva atrás: la página recargada dice cómo están las cosas ahora.")
        }
        Refusal::TooLarge => ("Es demasiado grande", "Nada se guardó. Acorte el texto o envíe un archivo más pequeño."),
        Refusal::TooManyAttempts { .. } => ("Espere un momento", "Hubo demasiados intentos fallidos; la espera protege la cuenta."),
        Refusal::BadGateway(_) => {
            ("El proveedor no lo aceptó", "El mensaje queda en la conversación del caso, con lo que dijo el proveedor.")
        }
        Refusal::NotConfigured => {
            ("Este canal no está configurado", "Elija otro canal, o pida a quien administra el servicio que lo configure.")
        }
        Refusal::NoLocalSignIn => ("Aquí no se inicia sesión", "Entre desde el sistema de su organización."),
        Refusal::StoreUnavailable(_) => (
            "El servicio no alcanza su base de datos",
            "Nada se guardó. Espere unos segundos y repita lo que hacía; los correos que lleguen entretanto no se pierden.",
        ),
        Refusal::Unconfirmed(_) => ("No se sabe si quedó guardado", "Mire primero cómo está el caso: repetirlo podría hacerlo dos veces."),
        Refusal::Internal(_) => (
            "Algo falló en el servicio",
            "Nada de lo que estaba guardado cambió. Si se repite, avise a quien administra el servicio y cite el número de abajo.",
        ),
    }
}

#[derive(Serialize)]
struct ProblemPage {
    status: u16,
    heading: &'static str,
    detail: String,
    advice: &'static str,
    /// Fields and sentences that were refused.
    items: Vec<String>,
    /// By which the log names the request.
    id: Option<String>,
    retry_after: Option<u64>,
    back: Option<String>,
}

/// The page that says what went wrong.
pub(crate) async fn page_of(state: &WebState, request: &HttpRequest, problem: &Problem) -> HttpResponse {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
    if let Problem::Refused(Refusal::Internal(cause) | Refusal::StoreUnavailable(cause) | Refusal::Unconfirmed(cause)) = problem {
        tracing::error!(request_id = id.as_deref(), %cause, "a page failed");
    }
    let visitor = request.extensions().get::<Visitor>().cloned();
    let (heading, advice) = problem.advice();
    let items = match problem {
        Problem::Refused(Refusal::Invalid(errors)) => errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect(),
        Problem::Refused(Refusal::Unmet(checks)) => checks.clone(),
        _ => Vec::new(),
    };
    let shows_id = problem.status() >= 500;
    let body = ProblemPage {
        status: problem.status(),
        heading,
        detail: problem.detail(),
        advice,
        items,
        id: id.filter(|_| shows_id),
        retry_after: problem.retry_after(),
        back: visitor.as_ref().map(|_| "/".to_owned()),
    };
    let shell = Shell::bare(state, visitor.as_ref(), heading, Section::None);
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = state.templates.answer(status, "problem.html", &shell, &body);
    if let Some(seconds) = problem.retry_after()
        && let Ok(value) = header::HeaderValue::from_str(&seconds.to_string())
    {
        answer.headers_mut().insert(header::RETRY_AFTER, value);
    }
    answer
}
