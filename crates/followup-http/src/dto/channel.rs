//! The channels: who carries each, with which settings, and how it does.

use followup_app::ChannelState;
use followup_domain::message::Channel;
use followup_domain::sending::breaker::BreakerState;
use followup_runtime::settings::Shown;
use serde::Serialize;
use utoipa::ToSchema;

/// Un canal por el que se escribe.
#[derive(Serialize, ToSchema)]
#[schema(as = Channel)]
pub(crate) struct ChannelOutput {
    /// `email`, `sms` o `whatsapp`.
    channel: &'static str,
    /// Si alguien lo transporta.
    configured: bool,
    /// `configurado` o `no configurado`.
    status: &'static str,
    /// Quién lo transporta, como lo nombran el cortacircuitos y las métricas.
    provider: Option<String>,
    /// Si se sabrá después qué fue de un mensaje.
    tells_delivery: bool,
    /// Si por él llegan respuestas.
    takes_replies: bool,
    /// `closed`: se le pide todo; `open`: nada por ahora; `half_open`: un mensaje prueba; `recovering`: poco a poco.
    breaker: &'static str,
    /// Fallos seguidos.
    failures: u32,
    /// Cuándo se prueba de nuevo (UTC), si está abierto.
    retry_at: Option<String>,
    /// Mensajes en cola.
    queued: i64,
    /// Cuándo aceptó el último (UTC); null si no aceptó ninguno en siete días.
    last_accepted_at: Option<String>,
    /// Mensajes que aceptó hoy, en el día de la organización.
    messages_today: i64,
    /// Partes de SMS de hoy, hasta donde se sabe: lo que se paga.
    parts_today: i64,
    /// Los ajustes que lo deciden.
    settings: Vec<SettingOutput>,
}

/// Un ajuste. De un secreto se dice solo si está puesto: `••••`, nunca una parte.
#[derive(Serialize, ToSchema)]
#[schema(as = ChannelSetting)]
struct SettingOutput {
    /// La variable.
    name: &'static str,
    /// Su valor; null si no está puesta.
    value: Option<String>,
    /// Si es un secreto.
    secret: bool,
}

impl ChannelOutput {
    /// With its settings.
    pub(crate) fn of(state: ChannelState, settings: &[(Channel, Vec<Shown>)]) -> Self {
        let shown = settings.iter().find(|(channel, _)| *channel == state.channel).map(|(_, shown)| shown.as_slice());
        let instant = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let breaker = state.breaker.as_ref();
        let configured = state.provider.is_some();
        Self {
            channel: state.channel.as_str(),
            configured,
            status: if configured { "configurado" } else { "no configurado" },
            provider: state.provider,
            tells_delivery: state.tells_delivery,
            takes_replies: state.takes_replies,
            breaker: breaker.map_or(BreakerState::Closed, |breaker| breaker.state(state.at)).as_str(),
            failures: breaker.map_or(0, |breaker| breaker.failures),
            retry_at: breaker.and_then(|breaker| breaker.retry_at).map(instant),
            queued: state.queued,
            last_accepted_at: state.last_accepted_at.map(instant),
            messages_today: state.today.messages,
            parts_today: state.today.parts,
            settings: shown.unwrap_or_default().iter().map(SettingOutput::of).collect(),
        }
    }
}

impl SettingOutput {
    fn of(shown: &Shown) -> Self {
        Self { name: shown.name, value: shown.value.clone(), secret: shown.is_secret }
    }
}
