//! Files to be saved.

use followup_domain::message::Attachment;
use followup_domain::message::enclosure::Upload;
use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::instant;
use crate::input::{Fields, Input, Text, query};

/// A file system knows no longer name; in characters.
const LONGEST_SENT_NAME: usize = 255;

/// The bytes of a file, as the OpenAPI document describes them.
pub(crate) struct FileContent;

impl PartialSchema for FileContent {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary))).into()
    }
}

impl ToSchema for FileContent {}

/// The name of a file that is uploaded.
pub(crate) struct UploadInput;

impl Input for UploadInput {
    type Value = String;
    const NAME: &'static str = "Upload";
    const ABOUT: &'static str = "Un archivo que se sube.";

    fn read(fields: &mut Fields) -> Option<String> {
        let about = "Nombre del archivo, con su extensión; se limpia de rutas y de caracteres que engañan, y se acorta a 120";
        fields.required("name", Text::of(LONGEST_SENT_NAME), about)
    }
}

query!(UploadInput);

/// Un archivo que espera a ser enviado con un mensaje.
#[derive(Serialize, ToSchema)]
#[schema(as = Upload)]
pub(crate) struct UploadOutput {
    /// Su número: se da en `attachments` al enviar.
    id: i64,
    /// Nombre con el que se envía.
    name: Option<String>,
    /// Tipo, según su contenido.
    content_type: String,
    /// Tamaño en bytes.
    size: u64,
    /// SHA-256 en hexadecimal.
    sha256: String,
    /// Cuándo se subió, la última vez.
    #[schema(format = DateTime)]
    uploaded_at: String,
}

impl From<Upload> for UploadOutput {
    fn from(Upload { id, file, at, .. }: Upload) -> Self {
        let Attachment { name, content_type, size, sha256, .. } = file;
        Self { id: id.0, name, content_type, size, sha256, uploaded_at: instant(at) }
    }
}

/// Los archivos de un caso que esperan.
#[derive(Serialize, ToSchema)]
#[schema(as = Uploads)]
pub(crate) struct UploadsOutput {
    /// Los archivos.
    items: Vec<UploadOutput>,
    /// Cuántos son.
    total: usize,
}

impl From<Vec<Upload>> for UploadsOutput {
    fn from(uploads: Vec<Upload>) -> Self {
        Self { total: uploads.len(), items: uploads.into_iter().map(UploadOutput::from).collect() }
    }
}
