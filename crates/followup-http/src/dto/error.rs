//! Errors.

use followup_domain::case::FieldError;
use followup_words::answers::shortened;
use serde::Serialize;
use utoipa::ToSchema;

/// Un error.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub(crate) struct ErrorBody {
    /// Qué pasó, en español.
    pub(crate) detail: String,
    /// Con 422: cada campo rechazado; 50 a lo sumo.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) errors: Option<Vec<FieldErrorBody>>,
    /// Al cerrar un seguimiento: cada control que no se cumple.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) checks: Option<Vec<String>>,
    /// Con 500: el identificador con que el registro del servicio nombra el error.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) id: Option<String>,
}

/// Un campo rechazado.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldError)]
pub(crate) struct FieldErrorBody {
    /// El campo como lo nombró la petición, por ejemplo `productos[0].dosis`.
    pub(crate) field: String,
    /// Qué tiene de malo.
    pub(crate) message: String,
}

impl From<&FieldError> for FieldErrorBody {
    fn from(error: &FieldError) -> Self {
        Self { field: shortened(&error.field), message: error.message.clone() }
    }
}
