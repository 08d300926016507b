//! How reporters answer.

use chrono::NaiveDate;
use followup_domain::board::{Board, By, Curve, FEW, Group, HORIZON_DAYS, Share, Step, Waiting};
use followup_words::board as words;
use serde::Serialize;
use utoipa::ToSchema;

use super::yes_or_no;
use crate::csv::{Cell, Format, Row};
use crate::input::{Choice, Day, Fields, Input, query};

/// A part of the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plot {
    Cases,
    Requests(By),
    Waiting,
}

const PLOTS: &[(&str, Plot)] = &[
    ("cases", Plot::Cases),
    ("channel", Plot::Requests(By::Channel)),
    ("template", Plot::Requests(By::Template)),
    ("attempt", Plot::Requests(By::Attempt)),
    ("weekday", Plot::Requests(By::Weekday)),
    ("hour", Plot::Requests(By::Hour)),
    ("waiting", Plot::Waiting),
];

/// Of which days, and in which form.
pub(crate) struct BoardInput {
    pub(crate) from: Option<NaiveDate>,
    pub(crate) to: Option<NaiveDate>,
    pub(crate) plot: Option<Plot>,
    pub(crate) format: Format,
}

impl Input for BoardInput {
    type Value = Self;
    const NAME: &'static str = "Board";
    const ABOUT: &'static str = "De qué días.";

    fn read(fields: &mut Fields) -> Option<Self> {
        let from = fields.optional("from", Day, "Primer día en que salieron las solicitudes; si no se da, doce meses antes del último");
        let to = fields.optional("to", Day, "Último día; hoy si no se da. Un período tiene cinco años como máximo");
        let plot = fields.optional("plot", Choice(PLOTS), "Con `format=csv`, solo este gráfico");
        Some(Self { from, to, plot, format: Format::of(fields) })
    }
}

query!(BoardInput);

/// The columns of the board as a file.
pub(crate) const COLUMNS: &[&str] = &[
    "Gráfico",
    "Grupo",
    "En días",
    "n",
    "Respondidas",
    "Aún en plazo",
    "Proporción (%)",
    "Desde (%)",
    "Hasta (%)",
    "Mediana (días)",
    "De ellos graves",
    "Pocos datos",
];

/// The lines of a file: of one plot, or of all.
pub(crate) fn lines(board: &Board, plot: Option<Plot>) -> Vec<Row> {
    let wanted = PLOTS.iter().map(|(_, known)| *known).filter(|known| plot.is_none_or(|plot| plot == *known));
    wanted.flat_map(|plot| lines_of(board, plot)).collect()
}

fn lines_of(board: &Board, plot: Plot) -> Vec<Row> {
    match plot {
        Plot::Cases => board.cases.steps.iter().map(|step| of_step(&board.cases, step)).collect(),
        Plot::Requests(by) => board.by(by).iter().map(|group| of_group(by, group)).collect(),
        Plot::Waiting => board.waiting.iter().map(of_age).collect(),
    }
}

/// `n` is how many had waited until that day.
fn of_step(curve: &Curve, step: &Step) -> Row {
    let [share, low, high] = percentages(Some(step.share));
    let head = [words::CASES.into(), Cell::Empty, i64::from(step.within).into(), number(step.at_risk), number(step.answered), Cell::Empty];
    let tail = [curve.median().map(i64::from).into(), Cell::Empty, yes_or_no(curve.n < FEW).into()];
    head.into_iter().chain([share, low, high]).chain(tail).collect()
}

fn of_group(by: By, Group { key, curve }: &Group) -> Row {
    let head = [words::by(by).into(), words::group(by, key).into(), i64::from(HORIZON_DAYS).into()];
    let counts = [number(curve.n), number(curve.answered), number(curve.open)];
    let tail = [curve.median().map(i64::from).into(), Cell::Empty, yes_or_no(curve.n < FEW).into()];
    head.into_iter().chain(counts).chain(percentages(curve.last())).chain(tail).collect()
}

fn of_age(waiting: &Waiting) -> Row {
    let mut row = vec![words::WAITING.into(), words::age(waiting).into(), Cell::Empty, number(waiting.cases)];
    row.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, number(waiting.serious), Cell::Empty]);
    row
}

fn number(count: u64) -> Cell {
    i64::try_from(count).ok().into()
}

/// In whole percent.
fn percentages(share: Option<Share>) -> [Cell; 3] {
    let Some(Share { value, low, high }) = share else { return [Cell::Empty, Cell::Empty, Cell::Empty] };
    // Between 0 and 100.
    #[allow(clippy::cast_possible_truncation)]
    [value, low, high].map(|part| Cell::Number((part * 100.0).round() as i64))
}

/// Cómo responden los reportantes. Cada proporción lleva su intervalo de confianza del 95 %.
#[derive(Serialize, ToSchema)]
#[schema(as = Board)]
pub(crate) struct BoardOutput {
    /// El primer día del período.
    #[schema(format = Date)]
    from: String,
    /// El último día.
    #[schema(format = Date)]
    to: String,
    cases: CasesOutput,
    requests: RequestsOutput,
    /// Los casos abiertos que esperan respuesta ahora, por antigüedad, sea cual sea el período.
    waiting: Vec<WaitingCasesOutput>,
}

/// Los casos cuya primera solicitud salió en el período: los días hasta la primera respuesta confirmada, o llamada en que se habló con el reportante (Kaplan-Meier, de 180 días; lo que
/// aún no tiene respuesta cuenta mientras ha esperado).
#[derive(Serialize, ToSchema)]
#[schema(as = AnsweredCases)]
struct CasesOutput {
    #[serde(flatten)]
    totals: TotalsOutput,
    /// Los días en que llegaron respuestas.
    curve: Vec<StepOutput>,
}

/// Cuántos hay, y cuántos se respondieron.
#[derive(Serialize, ToSchema)]
#[schema(as = AnsweredTotals)]
struct TotalsOutput {
    /// Cuántos hay.
    n: u64,
    /// Cuántos se respondieron en los días que se cuentan.
    answered: u64,
    /// Cuántos siguen sin respuesta y todavía no esperan tantos días.
    open: u64,
    /// Menos de 10: dicen poco.
    few: bool,
    /// La proporción respondida en los días que se cuentan; null si no hay ninguno.
    #[schema(required)]
    share: Option<ShareOutput>,
    /// En cuántos días se respondió la mitad; null mientras es menos.
    median_days: Option<u32>,
    /// Entre qué días puede estar la mediana; null donde no se sabe.
    median_low: Option<u32>,
    median_high: Option<u32>,
}

/// Una proporción, de 0 a 1, y su intervalo de confianza del 95 % (Wilson; de lo que está abierto, con el número efectivo de Rothman).
#[derive(Serialize, ToSchema)]
#[schema(as = Share)]
struct ShareOutput {
    value: f64,
    low: f64,
    high: f64,
}

/// Un día en que llegaron respuestas.
#[derive(Serialize, ToSchema)]
#[schema(as = AnsweredDay)]
struct StepOutput {
    /// En cuántos días desde la primera solicitud: 1 son las primeras 24 horas.
    days: u32,
    /// Cuántos casos esperaban al empezar ese día.
    at_risk: u64,
    /// Cuántos se respondieron en él.
    answered: u64,
    /// La proporción respondida hasta entonces.
    share: ShareOutput,
}

/// Las solicitudes que salieron en el período, cada una respondida si llegó una respuesta antes de la solicitud siguiente del caso, por cualquier canal.
#[derive(Serialize, ToSchema)]
#[schema(as = AnsweredRequests)]
struct RequestsOutput {
    /// Cuántas salieron.
    n: u64,
    /// En cuántos días se comparan.
    horizon_days: u32,
    /// Por canal.
    channel: Vec<GroupOutput>,
    /// Por texto: `request` (primera del servicio), `reminder`, `written` (por una persona) o `whatsapp:` y el nombre de la plantilla.
    template: Vec<GroupOutput>,
    /// Por intento: la primera del caso, la segunda…; 5 son la quinta y las siguientes.
    attempt: Vec<GroupOutput>,
    /// Por día de la semana en que salió; 1 es lunes.
    weekday: Vec<GroupOutput>,
    /// Por hora en que salió, en la zona de la organización.
    hour: Vec<GroupOutput>,
}

/// Solicitudes que tienen algo en común.
#[derive(Serialize, ToSchema)]
#[schema(as = AnsweredGroup)]
struct GroupOutput {
    /// Qué.
    key: String,
    /// Lo mismo en palabras.
    name: String,
    #[serde(flatten)]
    totals: TotalsOutput,
}

/// Casos que esperan respuesta desde hace más o menos lo mismo.
#[derive(Serialize, ToSchema)]
#[schema(as = WaitingCases)]
struct WaitingCasesOutput {
    /// Más de tantos días enteros (del primer grupo, desde 0).
    more_than_days: u32,
    /// Y no más de tantos; null en el último.
    up_to_days: Option<u32>,
    /// Cuántos.
    cases: u64,
    /// Cuántos de ellos son graves.
    serious: u64,
}

impl From<Board> for BoardOutput {
    fn from(board: Board) -> Self {
        let groups = |by| board.by(by).iter().map(|group| GroupOutput::of(by, group)).collect();
        Self {
            from: board.period.from().to_string(),
            to: board.period.to().to_string(),
            requests: RequestsOutput {
                n: board.requests(),
                horizon_days: HORIZON_DAYS,
                channel: groups(By::Channel),
                template: groups(By::Template),
                attempt: groups(By::Attempt),
                weekday: groups(By::Weekday),
                hour: groups(By::Hour),
            },
            cases: CasesOutput { totals: (&board.cases).into(), curve: board.cases.steps.iter().map(StepOutput::from).collect() },
            waiting: board.waiting.iter().map(WaitingCasesOutput::from).collect(),
        }
    }
}

impl From<&Curve> for TotalsOutput {
    fn from(curve: &Curve) -> Self {
        let (median_low, median_high) = curve.median_limits();
        Self {
            n: curve.n,
            answered: curve.answered,
            open: curve.open,
            few: curve.n < FEW,
            share: curve.last().map(Into::into),
            median_days: curve.median(),
            median_low,
            median_high,
        }
    }
}

impl GroupOutput {
    fn of(by: By, Group { key, curve }: &Group) -> Self {
        Self { key: key.clone(), name: words::group(by, key), totals: curve.into() }
    }
}

impl From<&Step> for StepOutput {
    fn from(step: &Step) -> Self {
        Self { days: step.within, at_risk: step.at_risk, answered: step.answered, share: step.share.into() }
    }
}

impl From<Share> for ShareOutput {
    fn from(share: Share) -> Self {
        let [value, low, high] = [share.value, share.low, share.high].map(|part| (part * 10_000.0).round() / 10_000.0);
        Self { value, low, high }
    }
}

impl From<&Waiting> for WaitingCasesOutput {
    fn from(waiting: &Waiting) -> Self {
        Self { more_than_days: waiting.more_than, up_to_days: waiting.up_to, cases: waiting.cases, serious: waiting.serious }
    }
}
