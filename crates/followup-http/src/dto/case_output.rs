//! A case as a client sees it.

use std::borrow::Cow;

use chrono_tz::Tz;
use followup_app::{CaseView, ListedCase};
use followup_domain::case::{Case, CaseRecord, FollowupStatus, Scalar};
use followup_words::worklist::next as next_in_words;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::brief::StandingOutput;
use super::case_schema::{Use, with_fields, with_lists};
use super::scalar::{ItemOutput, NamedFields, ScalarOutput};
use super::warning::WarningOutput;
use super::{instant, yes_or_no};
use crate::csv::{Cell, Row};
use crate::input::nullable;

/// A case: its number, every field of the record in its order, the lists, and its life.
pub(crate) struct CaseOutput {
    case: Case,
    warnings: Vec<WarningOutput>,
}

impl From<CaseView> for CaseOutput {
    fn from(view: CaseView) -> Self {
        Self { case: view.case, warnings: view.warnings.into_iter().map(Into::into).collect() }
    }
}

impl Serialize for CaseOutput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { case, warnings } = self;
        let record = &case.record;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &case.id.0)?;
        for field in CaseRecord::FIELDS {
            let value = if *field == "gravedad" { record.shown_gravedad() } else { record.get(field).unwrap_or(Scalar::Null) };
            map.serialize_entry(field, &ScalarOutput(value))?;
        }
        map.serialize_entry("es_grave", &record.seriousness())?;
        map.serialize_entry("producto_sospechoso", &record.producto_sospechoso())?;
        map.serialize_entry("productos", &items(&record.productos))?;
        map.serialize_entry("concomitantes", &items(&record.concomitantes))?;
        map.serialize_entry("eventos", &items(&record.eventos))?;
        map.serialize_entry("warnings", warnings)?;
        map.serialize_entry("followup_status", case.followup_status.as_str())?;
        map.serialize_entry("version", &case.version)?;
        map.serialize_entry("created_at", &instant(case.created_at))?;
        map.serialize_entry("updated_at", &instant(case.updated_at))?;
        map.end()
    }
}

/// Un caso en una lista, y cómo está.
#[derive(Serialize, ToSchema)]
#[schema(as = ListedIcsr)]
pub(crate) struct ListedCaseOutput {
    #[serde(flatten)]
    case: CaseOutput,
    /// De las respuestas por atender, las que quien pregunta no leyó.
    unread: i64,
    #[serde(flatten)]
    standing: StandingOutput,
}

impl From<ListedCase> for ListedCaseOutput {
    fn from(listed: ListedCase) -> Self {
        Self {
            case: CaseView { case: listed.case, warnings: listed.warnings }.into(),
            unread: listed.unread,
            standing: listed.standing.into(),
        }
    }
}

/// The columns of listed cases as a file.
pub(crate) const COLUMNS: &[&str] = &[
    "Caso",
    "Número",
    "Código interno",
    "Recepción",
    "Estado",
    "Gravedad",
    "Iniciales",
    "Producto",
    "Seguimiento",
    "Sin leer",
    "Sin atender",
    "Faltan",
    "Advertencias",
    "Último movimiento",
    "Próxima fecha",
    "Lo próximo",
];

/// A listed case as a line of a file.
pub(crate) fn line(ListedCase { case, warnings, standing, unread, .. }: ListedCase, zone: Tz) -> Row {
    let open_warnings = warnings.iter().filter(|warning| warning.set_aside.is_none()).count();
    let field = |name: &str| match case.record.get(name) {
        Some(Scalar::Text(text)) => Cell::Text(text),
        Some(Scalar::Number(number)) => Cell::Text(number.to_string()),
        Some(Scalar::Bool(value)) => yes_or_no(value).into(),
        Some(Scalar::Null) | None => Cell::Empty,
    };
    let is_open = case.followup_status == FollowupStatus::Open;
    vec![
        case.id.0.into(),
        field("numero"),
        field("codigo_interno_lab"),
        Cell::Text(case.record.received_on(case.created_at, zone).to_string()),
        field("estado"),
        field("gravedad"),
        field("paciente_iniciales"),
        case.record.producto_sospechoso().into(),
        if is_open { "Abierto" } else { "Cerrado" }.into(),
        unread.into(),
        standing.unattended.into(),
        standing.missing.into(),
        i64::try_from(open_warnings).unwrap_or(i64::MAX).into(),
        Cell::at(standing.moved_at, zone),
        standing.next.map(|next| Cell::at(next.at, zone)).into(),
        standing.next.map(|next| next_in_words(next.kind)).into(),
    ]
}

fn items<T: NamedFields>(list: &[T]) -> Vec<ItemOutput<'_, T>> {
    list.iter().map(ItemOutput).collect()
}

impl PartialSchema for CaseOutput {
    fn schema() -> RefOr<Schema> {
        let of = |kind: Type| ObjectBuilder::new().schema_type(kind);
        let about = "Si el caso es grave para los plazos, las preguntas y el cierre: siempre que el paciente falleció, diga lo que diga `gravedad`; null mientras no se sabe";
        let serious = of(Type::Boolean).description(Some(about));
        let about =
            "Lo que se contradice en el caso, o no puede ser: se acepta y se dice. En una lista, lo que se sabía cuando el caso se guardó";
        let warnings = ArrayBuilder::new().items(Ref::from_schema_name(WarningOutput::name())).description(Some(about));
        let instant = || of(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
        let object = ObjectBuilder::new().description(Some("Un caso (ICSR).")).property("id", of(Type::Integer));
        let object = with_fields(object, CaseRecord::FIELDS, Use::Output);
        let object = with_lists(with_fields(object, &["producto_sospechoso"], Use::Output), Use::Output)
            .property("es_grave", nullable(serious.into()))
            .property("warnings", warnings)
            .property("followup_status", of(Type::String).enum_values(Some(["open", "closed"])))
            .property("version", of(Type::Integer).description(Some("Cuenta los cambios hechos por personas")))
            .property("created_at", instant())
            .property("updated_at", instant());
        let rest = ["id", "es_grave", "warnings", "followup_status", "version", "created_at", "updated_at"];
        rest.iter().fold(object, |object, field| object.required(*field)).into()
    }
}

impl ToSchema for CaseOutput {
    fn name() -> Cow<'static, str> {
        "Icsr".into()
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((WarningOutput::name().into(), WarningOutput::schema()));
        WarningOutput::schemas(schemas);
    }
}
