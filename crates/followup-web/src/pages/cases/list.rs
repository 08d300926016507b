//! The list of cases.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use followup_access::Permission;
use followup_answers::Refusal;
use followup_app::ListedCase;
use followup_domain::case::FollowupStatus;
use followup_domain::ports::PageRequest;
use followup_words::worklist::next as next_in_words;
use serde::Serialize;

use super::file::MOST_ROWS;
use super::filter::{Filter, FilterView};
use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::{Section, Shell};
use crate::show::brief::{followup_href, seriousness};
use crate::show::when::{Reading, When};
use crate::state::WebState;

/// A page of the list.
const PAGE: i64 = 25;

#[derive(Serialize)]
struct ListPage {
    filter: FilterView,
    rows: Vec<RowView>,
    total: i64,
    /// The places of the first and the last row.
    from: i64,
    to: i64,
    previous: Option<String>,
    next: Option<String>,
    /// The first page, where the one that was asked for lies behind the last.
    first: Option<String>,
    file: String,
    most_rows: usize,
    /// No case was ever registered.
    is_new: bool,
    may_edit: bool,
}

#[derive(Serialize)]
struct RowView {
    href: String,
    case_href: String,
    number: String,
    initials: Option<String>,
    product: Option<String>,
    more_products: usize,
    seriousness: &'static str,
    missing: i64,
    warnings: usize,
    unread: i64,
    unattended: i64,
    estado: Option<String>,
    is_closed: bool,
    moved: When,
    next: Option<NextView>,
    due: Option<When>,
}

#[derive(Serialize)]
struct NextView {
    what: &'static str,
    at: When,
}

/// The page.
pub(crate) async fn page(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    let filter = Filter::read(&query);
    let now = state.app.clock.now();
    let wanted = filter.query(&state.app.policy, now, &visitor.username);
    let request = PageRequest { offset: (filter.page - 1) * PAGE, limit: PAGE };
    let reader = visitor.username.clone();
    let (badge, found) = state.ask(move |app| Ok::<_, Refusal>((app.badge(&reader)?, app.cases(&wanted, request)?))).await?;
    let reading = Reading { zone: state.zone(), now };
    let shown = i64::try_from(found.items.len()).unwrap_or(PAGE);
    let body = ListPage {
        filter: filter.view(),
        total: found.total,
        from: request.offset + 1,
        to: request.offset + shown,
        previous: (filter.page > 1 && shown > 0).then(|| filter.href("/casos", filter.page - 1)),
        next: (request.offset + shown < found.total && shown > 0).then(|| filter.href("/casos", filter.page + 1)),
        first: (shown == 0 && found.total > 0).then(|| filter.href("/casos", 1)),
        file: filter.href("/casos.csv", 1),
        most_rows: MOST_ROWS,
        is_new: found.total == 0 && !filter.is_narrow(),
        may_edit: visitor.may(Permission::EditCases),
        rows: found.items.into_iter().map(|listed| row(listed, reading)).collect(),
    };
    let shell = Shell::new(&state, &visitor, "Casos", Section::Cases, &badge).with_notice(query.notice());
    Ok(state.templates.answer(StatusCode::OK, "cases.html", &shell, &body))
}

fn row(listed: ListedCase, reading: Reading) -> RowView {
    let ListedCase { case, warnings, standing, unread, report_due } = listed;
    let id = case.id.0;
    RowView {
        href: followup_href(id),
        case_href: format!("/casos/{id}"),
        number: case.record.numero.clone().unwrap_or_else(|| format!("Caso {id}")),
        initials: case.record.paciente_iniciales.clone(),
        product: case.record.producto_sospechoso().map(str::to_owned),
        more_products: case.record.productos.len().saturating_sub(1),
        seriousness: seriousness(case.record.seriousness()),
        missing: standing.missing,
        warnings: warnings.iter().filter(|warning| warning.set_aside.is_none()).count(),
        unread,
        unattended: standing.unattended,
        estado: super::text_of(case.record.get("estado")),
        is_closed: case.followup_status == FollowupStatus::Closed,
        moved: reading.when(standing.moved_at),
        next: standing.next.map(|next| NextView { what: next_in_words(next.kind), at: reading.when(next.at) }),
        due: report_due.map(|at| reading.when(at)),
    }
}
