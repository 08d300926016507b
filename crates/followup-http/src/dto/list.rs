//! Lists and pages: every list of the API has this form.

use std::borrow::Cow;

use followup_domain::ports::Page;
use serde::Serialize;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::attempt::AttemptOutput;
use super::audit::AuditRowOutput;
use super::case_output::ListedCaseOutput;
use super::channel::ChannelOutput;
use super::contact::BlockedOutput;
use super::deadline::DeadlineOutput;
use super::inbox::{QuarantinedOutput, UnassignedOutput};
use super::letter_text::LetterTextOutput;
use super::proposal::FailedAddressOutput;
use super::template::TemplateOutput;
use super::whatsapp::WhatsappTemplateOutput;
use crate::query::PageNumber;

/// A whole list.
#[derive(Serialize)]
pub(crate) struct ListOutput<T> {
    items: Vec<T>,
    total: usize,
}

/// A page of a list.
#[derive(Serialize)]
pub(crate) struct PageOutput<T> {
    items: Vec<T>,
    total: i64,
    page: i64,
    page_size: i64,
}

// The names under which the document's macros take them for what they are.
pub(crate) type AttemptList = ListOutput<AttemptOutput>;
pub(crate) type ChannelList = ListOutput<ChannelOutput>;
pub(crate) type DeadlineList = ListOutput<DeadlineOutput>;
pub(crate) type LetterTextList = ListOutput<LetterTextOutput>;
pub(crate) type TemplateList = ListOutput<TemplateOutput>;
pub(crate) type WhatsappTemplateList = ListOutput<WhatsappTemplateOutput>;
pub(crate) type AuditPage = PageOutput<AuditRowOutput>;
pub(crate) type BlockedPage = PageOutput<BlockedOutput>;
pub(crate) type FailedAddressPage = PageOutput<FailedAddressOutput>;
pub(crate) type CasePage = PageOutput<ListedCaseOutput>;
pub(crate) type QuarantinePage = PageOutput<QuarantinedOutput>;
pub(crate) type UnassignedPage = PageOutput<UnassignedOutput>;

impl<T> ListOutput<T> {
    pub(crate) fn of<D>(items: Vec<D>, output: impl FnMut(D) -> T) -> Self {
        let items: Vec<T> = items.into_iter().map(output).collect();
        Self { total: items.len(), items }
    }
}

impl<T> PageOutput<T> {
    pub(crate) fn of<D>(page: Page<D>, number: PageNumber, output: impl FnMut(D) -> T) -> Self {
        Self { items: page.items.into_iter().map(output).collect(), total: page.total, page: number.page, page_size: number.size }
    }
}

// By hand: derived, each list would repeat the whole schema of its items.

impl<T: ToSchema> PartialSchema for ListOutput<T> {
    fn schema() -> RefOr<Schema> {
        with_items::<T>("Los elementos, en su orden.", "Cuántos son.").into()
    }
}

impl<T: ToSchema> ToSchema for ListOutput<T> {
    fn name() -> Cow<'static, str> {
        format!("{}List", T::name()).into()
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        add_item::<T>(schemas);
    }
}

impl<T: ToSchema> PartialSchema for PageOutput<T> {
    fn schema() -> RefOr<Schema> {
        let object = with_items::<T>("Los elementos de esta página, en su orden.", "Cuántos hay en todas las páginas.");
        let object = object.property("page", number("Esta página, desde 1.")).required("page");
        object.property("page_size", number("Elementos por página.")).required("page_size").into()
    }
}

impl<T: ToSchema> ToSchema for PageOutput<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        add_item::<T>(schemas);
    }
}

fn with_items<T: ToSchema>(items: &str, total: &str) -> ObjectBuilder {
    let items = ArrayBuilder::new().items(Ref::from_schema_name(T::name())).description(Some(items));
    ObjectBuilder::new().property("items", items).required("items").property("total", number(total)).required("total")
}

fn number(text: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).description(Some(text)).minimum(Some(0))
}

fn add_item<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    schemas.push((T::name().into(), T::schema()));
    T::schemas(schemas);
}
