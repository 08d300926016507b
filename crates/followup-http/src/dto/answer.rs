//! What answers say of fields.

use followup_app::{Acceptance, MOST_AT_ONCE, OpenProposal, Proposals};
use followup_domain::ids::{ProductId, ProposalId};
use followup_domain::proposal::Proposal;
use followup_words::{answers as texts, proposals as words};
use serde::Serialize;
use utoipa::ToSchema;

use super::instant;
use super::scalar::ScalarOutput;
use crate::input::{Fields, Input, TEXT_LENGTH, Text, Whole, json_body};

/// Lo que las respuestas dicen de los datos del caso.
#[derive(Serialize, ToSchema)]
#[schema(as = ProposalList)]
pub(crate) struct ProposalList {
    /// Las que esperan una decisión, en el orden en que se leyeron.
    items: Vec<ProposalOutput>,
    /// Las últimas decididas, la más reciente primero.
    decided: Vec<ProposalOutput>,
    /// Lo que el reportante escribió y ninguna regla entendió.
    not_understood: Vec<NotUnderstood>,
    /// La versión del caso, para aceptar solo lo que se vio.
    version: i64,
}

/// Lo que una respuesta dice de un dato.
#[derive(Serialize, ToSchema)]
#[schema(as = Proposal)]
pub(crate) struct ProposalOutput {
    /// Su número.
    id: i64,
    /// El mensaje que lo dice.
    message_id: i64,
    /// El dato, por ejemplo `productos[0].dosis`; sin lugar si no se sabe de qué producto es o el caso ya no lo tiene.
    field: String,
    /// El producto, por su `id`.
    product_id: Option<i64>,
    /// `answered`, `unknown` (no lo sabe), `withheld` (no lo da) o `later` (lo dará después).
    state: &'static str,
    /// El valor como lo toma el caso.
    value: Option<String>,
    /// La unidad en la que se leyó.
    unit: Option<String>,
    /// `exact`, `year`, `month`, `day` o `approximate`.
    precision: &'static str,
    /// Se calculó y no está escrito así.
    computed: bool,
    /// Las palabras que lo dicen.
    quote: String,
    /// Dónde empezaban, en bytes del texto del mensaje como se leyó.
    start: usize,
    /// Dónde terminaban.
    end: usize,
    /// La regla que lo leyó y su versión.
    rule: String,
    /// `A` (con rótulo), `B` (junto a nuestra pregunta), `C` (en una frase) o `Q` (en el cuestionario).
    class: &'static str,
    /// Por qué hay que mirarlo dos veces, en códigos.
    conflicts: Vec<&'static str>,
    /// Lo mismo en palabras.
    warnings: Vec<&'static str>,
    /// Otra propuesta abierta dice otra cosa del mismo dato.
    contested: bool,
    /// Lo que el caso dice ahora.
    #[schema(value_type = Option<String>)]
    current: Option<ScalarOutput>,
    /// `open`, `accepted`, `rejected` o `standing` (el caso ya lo decía).
    status: &'static str,
    /// Cuándo se leyó.
    #[schema(format = DateTime)]
    read_at: String,
    /// Quién lo decidió.
    decided_by: Option<String>,
    /// Cuándo.
    #[schema(format = DateTime)]
    decided_at: Option<String>,
    /// El valor que se puso en su lugar.
    decided_value: Option<String>,
    /// El motivo.
    reason: Option<String>,
}

/// Palabras de una respuesta que ninguna regla entendió.
#[derive(Serialize, ToSchema)]
pub(crate) struct NotUnderstood {
    /// El mensaje.
    message_id: i64,
    /// Las palabras, en el orden del texto.
    words: Vec<String>,
}

impl From<Proposals> for ProposalList {
    fn from(known: Proposals) -> Self {
        let open = known.open.iter().map(|open| opened(open, &known));
        let decided = known.decided.iter().map(|proposal| output(proposal, &known));
        let not_understood = known.unread.iter().filter_map(|(id, spans)| {
            let body = &known.answers.get(id)?.content.body;
            let words = spans.iter().filter_map(|span| body.get(span.clone())).map(|words| words.trim().to_owned());
            Some(NotUnderstood { message_id: id.0, words: words.filter(|words| !words.is_empty()).collect() })
        });
        Self { items: open.collect(), decided: decided.collect(), not_understood: not_understood.collect(), version: known.case.version }
    }
}

fn opened(open: &OpenProposal, known: &Proposals) -> ProposalOutput {
    ProposalOutput { contested: open.is_contested, current: open.now.clone().map(ScalarOutput), ..output(&open.proposal, known) }
}

fn output(proposal: &Proposal, known: &Proposals) -> ProposalOutput {
    let (said, decision) = (&proposal.said, proposal.decision.clone());
    let (decided_by, decided_at) = decision.as_ref().map(|decision| (decision.actor.clone(), instant(decision.at))).unzip();
    let (decided_value, reason) = decision.map_or((None, None), |decision| (decision.value, decision.reason));
    ProposalOutput {
        id: proposal.id.0,
        message_id: proposal.message_id.0,
        field: said.target.path(&known.case.record).unwrap_or_else(|| said.target.field.clone()),
        product_id: said.target.product.map(|id| id.0),
        state: said.state.as_str(),
        value: said.case_value(),
        unit: said.unit.clone(),
        precision: said.precision.as_str(),
        computed: said.computed,
        quote: said.words.clone(),
        start: said.span.start,
        end: said.span.end,
        rule: said.rule.clone(),
        class: said.class.as_str(),
        conflicts: said.conflicts.iter().map(|conflict| conflict.as_str()).collect(),
        warnings: said.conflicts.iter().map(|conflict| words::conflict(*conflict)).collect(),
        contested: false,
        current: None,
        status: proposal.status.as_str(),
        read_at: instant(proposal.read_at),
        decided_by,
        decided_at,
        decided_value,
        reason,
    }
}

/// How one proposal is accepted.
pub(crate) struct AcceptInput;

impl Input for AcceptInput {
    /// The value in its place, the product that is meant, and the version of the case.
    type Value = (Option<String>, Option<ProductId>, Option<i64>);
    const NAME: &'static str = "AcceptProposalRequest";
    const ABOUT: &'static str = "Cómo se acepta lo que dice una respuesta.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        let value = fields.optional("value", Text::of(TEXT_LENGTH), "El valor que va en lugar del leído.");
        let about = "El `id` del producto del que se trata, si la respuesta no lo dice.";
        let product = fields.optional("product_id", Whole::within(ProductId::NAMED, texts::INTEGER_EXPECTED), about);
        Some((value, product.map(ProductId), version(fields)))
    }
}

/// Several proposals that are accepted together.
pub(crate) struct AcceptSeveralInput;

impl Input for AcceptSeveralInput {
    type Value = (Vec<Acceptance>, Option<i64>);
    const NAME: &'static str = "AcceptProposalsRequest";
    const ABOUT: &'static str = "Propuestas que se aceptan juntas: todas o ninguna.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        let is_there = fields.has("ids");
        let ids = fields.numbers("ids", MOST_AT_ONCE, "Sus números.");
        let version = version(fields);
        if !is_there {
            return fields.refuse("ids", texts::REQUIRED);
        }
        Some((ids?.into_iter().map(|id| Acceptance::of(ProposalId(id))).collect(), version))
    }
}

fn version(fields: &mut Fields) -> Option<i64> {
    fields.optional("version", Whole::ANY, "La versión del caso que se vio: si ya es otra, no se acepta nada (409).")
}

/// Why a proposal is refused.
pub(crate) struct RejectInput;

impl Input for RejectInput {
    type Value = Option<String>;
    const NAME: &'static str = "RejectProposalRequest";
    const ABOUT: &'static str = "Por qué no vale lo que se leyó.";

    fn read(fields: &mut Fields) -> Option<Self::Value> {
        Some(fields.optional("reason", Text::of(TEXT_LENGTH), "El motivo."))
    }
}

json_body!(AcceptInput, AcceptSeveralInput, RejectInput);
