//! What a provider is told of a mail that it posted.

use serde::Serialize;
use utoipa::ToSchema;

/// El correo está guardado.
#[derive(Serialize, ToSchema)]
#[schema(as = AcceptedMail)]
pub(crate) struct AcceptedOutput {
    /// Su número entre los correos recibidos.
    pub(crate) id: i64,
    /// Ya estaba guardado: son los mismos bytes.
    pub(crate) duplicate: bool,
}
