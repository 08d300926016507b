//! The board: how reporters answer, in plots that the server draws, each with its numbers as a table and as a file.

mod bars;
mod curve;
mod scale;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use followup_answers::Refusal;
use followup_domain::board::{Board, By, HORIZON_DAYS, Period, PeriodError};
use followup_words::board as words;
use serde::Serialize;

use self::bars::Bars;
use self::curve::CurveView;
use self::scale::share_text;
use crate::door::Visitor;
use crate::problem::Problem;
use crate::query::Query;
use crate::render::{Section, Shell};
use crate::show::mistakes::Mistake;
use crate::show::when::Reading;
use crate::state::WebState;

/// Periods that are one click away, in days; the usual one needs none.
const PRESETS: &[(u32, &str)] = &[(30, "30 días"), (90, "90 días")];

#[derive(Serialize)]
struct BoardPage {
    from: String,
    to: String,
    days: String,
    presets: Vec<Preset>,
    mistakes: Vec<Mistake>,
    requests: u64,
    cases: u64,
    /// What of the cases answered within the days in which requests are compared.
    share: Option<String>,
    horizon: u32,
    median: Option<String>,
    curve: Option<CurveView>,
    plots: Vec<Bars>,
    waiting: Option<Bars>,
    file: String,
}

#[derive(Serialize)]
struct Preset {
    href: String,
    name: &'static str,
    is_current: bool,
}

/// What an address asks for.
struct Wanted {
    /// So many days that end today.
    days: Option<u32>,
    from: String,
    to: String,
}

impl Wanted {
    fn read(query: &Query) -> Self {
        let text = |name| query.get(name).unwrap_or_default().to_owned();
        Self { days: query.get("dias").and_then(|text| text.parse().ok()), from: text("desde"), to: text("hasta") }
    }

    /// The period; or what is wrong with it.
    fn period(&self, today: NaiveDate) -> Result<Period, Mistake> {
        if let Some(days) = self.days {
            return Ok(Period::last_days(today, days));
        }
        let day = |text: &str, (anchor, label): (&str, &str)| match text {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| Mistake::new(anchor, label, "Escriba un día, como 2026-01-31")),
        };
        let (from, to) = (day(&self.from, ("desde", "Desde"))?, day(&self.to, ("hasta", "Hasta"))?);
        let wrong = |error: PeriodError| Mistake::new("hasta", "Hasta", words::no_period(error));
        Period::of(from, to, today).map_err(wrong)
    }
}

/// The board of a period.
pub(crate) async fn page(state: web::Data<WebState>, visitor: Visitor, query: Query) -> Result<HttpResponse, Problem> {
    let (wanted, today) = (Wanted::read(&query), state.app.today());
    let (period, mistakes) = match wanted.period(today) {
        Ok(period) => (period, Vec::new()),
        Err(mistake) => (Period::last_year(today), vec![mistake]),
    };
    let reader = visitor.username.clone();
    let (badge, board) = state.ask(move |app| Ok::<_, Refusal>((app.badge(&reader)?, app.board(period)?))).await?;
    let status = if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shell = Shell::new(&state, &visitor, "Tablero", Section::Board, &badge);
    Ok(state.templates.answer(status, "board.html", &shell, &shown(&board, &wanted, mistakes)))
}

fn shown(board: &Board, wanted: &Wanted, mistakes: Vec<Mistake>) -> BoardPage {
    let period = board.period;
    let file = format!("/api/v1/followup/board?format=csv&from={}&to={}", period.from(), period.to());
    let usual = Preset {
        href: "/tablero".into(),
        name: "12 meses",
        is_current: wanted.days.is_none() && wanted.from.is_empty() && wanted.to.is_empty(),
    };
    let preset =
        |(days, name): &(u32, &'static str)| Preset { href: format!("/tablero?dias={days}"), name, is_current: wanted.days == Some(*days) };
    let typed = |text: &str, day: NaiveDate| if mistakes.is_empty() || text.is_empty() { day.to_string() } else { text.to_owned() };
    BoardPage {
        from: typed(&wanted.from, period.from()),
        to: typed(&wanted.to, period.to()),
        days: format!("del {} al {}", Reading::day(period.from()), Reading::day(period.to())),
        presets: PRESETS.iter().map(preset).chain([usual]).collect(),
        mistakes,
        requests: board.requests(),
        cases: board.cases.n,
        share: board.cases.at(HORIZON_DAYS).map(share_text),
        horizon: HORIZON_DAYS,
        median: median(board),
        curve: (board.cases.n > 0).then(|| CurveView::of(&board.cases, &file)),
        plots: By::ALL.iter().filter(|by| !board.by(**by).is_empty()).map(|by| Bars::of_groups(*by, board.by(*by), &file)).collect(),
        waiting: board.waiting.iter().any(|age| age.cases > 0).then(|| Bars::of_ages(&board.waiting, &file)),
        file,
    }
}

/// Within how many days half of the cases answered, and between which days that may lie.
fn median(board: &Board) -> Option<String> {
    let days = |days: u32| if days == 1 { "1 día".to_owned() } else { format!("{days} días") };
    let median = board.cases.median()?;
    Some(match board.cases.median_limits() {
        (Some(low), Some(high)) if low != high => format!("{} (entre {low} y {high})", days(median)),
        (Some(low), None) => format!("{} (al menos {low})", days(median)),
        _ => days(median),
    })
}
