//! What waits for a person, and what does not go as it should.

use chrono::{DateTime, Utc};
use followup_app::Health;
use followup_domain::mail::mailbox_health::MailboxHealth;
use followup_domain::ports::{AuditHead, Badge};
use followup_domain::sending::breaker::{Breaker, BreakerState};
use followup_words::answers as texts;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::instant;

/// Lo que espera a una persona, en todos los casos, y cómo anda el correo.
#[derive(Serialize, ToSchema)]
#[schema(as = Badge)]
pub(crate) struct BadgeOutput {
    #[serde(flatten)]
    waiting: WaitingOutput,
    /// Mensajes en cola, que salen solos: los de `GET /followup/queue`.
    queued: i64,
    /// Cuándo se escribió el más antiguo.
    #[schema(format = DateTime)]
    oldest_queued_at: Option<String>,
    /// Intentos vencidos que esperan al despachador: los de `GET /followup/agenda?status=pending` hasta ahora que no son llamadas.
    due_attempts: i64,
    /// Desde cuándo está vencido el más antiguo.
    #[schema(format = DateTime)]
    oldest_due_at: Option<String>,
    /// Llamadas programadas que ya tocan y nadie registró: las de la bandeja `calls_due`.
    due_calls: i64,
    /// Desde cuándo toca la más antigua.
    #[schema(format = DateTime)]
    oldest_call_due_at: Option<String>,
    /// Buzones que necesitan a una persona.
    alarms: usize,
    /// Los buzones que alguna vez se leyeron.
    mailboxes: Vec<MailboxOutput>,
    /// Los servidores de correo que alguna vez fallaron.
    breakers: Vec<BreakerOutput>,
    /// El último registro de la cadena de auditoría del sistema; null si no tiene ninguno.
    audit: Option<AuditHeadOutput>,
}

/// Los contadores de lo que espera a una persona. Cada uno es el de una bandeja de `GET /followup/worklist`; `bounced`, el de `GET /admin/followup/bounced-addresses?held=true`.
#[derive(Serialize, ToSchema)]
#[schema(as = Waiting)]
pub(crate) struct WaitingOutput {
    /// Casos con respuestas por atender que quien pregunta no leyó; en `/readyz`, que no pregunta por nadie, todos los que tienen alguna por atender.
    new_replies: i64,
    /// Casos con respuestas que quien pregunta leyó y que nadie atendió.
    read_replies: i64,
    /// Mensajes que fallaron y nadie reenvió ni resolvió.
    failed: i64,
    /// Mensajes de resultado incierto.
    uncertain: i64,
    /// Correos que no son de ningún caso conocido.
    unassigned: i64,
    /// Correos que no se pudieron leer.
    quarantined: i64,
    /// Respuestas de remitentes por confirmar.
    unconfirmed: i64,
    /// Casos a cuyo reportante no llega ningún medio configurado.
    unreachable: i64,
    /// Casos en los que falta algo y nada está previsto.
    stalled: i64,
    /// Llamadas que ya tocan y nadie registró.
    calls_due: i64,
    /// Casos cuyo plazo de notificación vence pronto, o venció.
    deadline_at_risk: i64,
    /// Seguimientos por cerrar.
    to_close: i64,
    /// Casos con advertencias que nadie apartó.
    warnings: i64,
    /// Direcciones a las que nada se escribe por sí solo, porque los mensajes volvieron.
    bounced: i64,
}

/// Cómo se lee un buzón.
#[derive(Serialize, ToSchema)]
#[schema(as = MailboxState)]
struct MailboxOutput {
    /// La cuenta y la carpeta.
    mailbox: String,
    /// La etiqueta `mailbox` con que aparece en `/metrics`.
    metrics_id: String,
    /// Cuándo se leyó por última vez hasta el final; null: nunca.
    #[schema(format = DateTime)]
    last_success_at: Option<String>,
    /// No se leyó hasta el final en la última hora.
    stale: bool,
    /// Desde cuándo necesita a una persona.
    #[schema(format = DateTime)]
    alarm_since: Option<String>,
    /// Por qué no se puede leer ahora; `set_back` si se lee, pero volvió a un estado anterior y nadie lo dio por visto.
    trouble: Option<&'static str>,
    /// Qué hacer.
    advice: Option<&'static str>,
    /// Correos que tenía en la última comparación.
    in_mailbox: Option<u64>,
    /// Cuántos de ellos estaban guardados.
    stored: Option<u64>,
}

/// Si se le pide algo a un servidor de correo.
#[derive(Serialize, ToSchema)]
#[schema(as = BreakerState)]
struct BreakerOutput {
    /// El servidor.
    provider: String,
    /// `closed` (sí), `open` (no), `half_open` (una carta prueba si volvió) o `recovering` (pocas por minuto).
    state: &'static str,
    /// Desde cuándo no se le pide nada.
    #[schema(format = DateTime)]
    since: Option<String>,
    /// Cuándo se vuelve a probar.
    #[schema(format = DateTime)]
    retry_at: Option<String>,
    /// Hasta dónde llegó el último fallo.
    stage: Option<&'static str>,
    /// Qué hacer, mientras no se le pide todo lo que hay.
    advice: Option<&'static str>,
}

/// El final de una cadena de auditoría.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditHead)]
pub(crate) struct AuditHeadOutput {
    /// Cuántos registros tiene.
    rows: i64,
    /// La huella del último (SHA-256 en hexadecimal).
    hash: String,
}

/// By which `/metrics` names a mailbox, whose own name holds an address: the first 8 hexadecimal digits of its SHA-256.
pub(crate) fn metrics_id(mailbox: &str) -> String {
    Sha256::digest(mailbox.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

impl From<Badge> for WaitingOutput {
    fn from(badge: Badge) -> Self {
        Self {
            new_replies: badge.new_replies,
            read_replies: badge.read_replies,
            failed: badge.failed,
            uncertain: badge.uncertain,
            unassigned: badge.unassigned,
            quarantined: badge.quarantined,
            unconfirmed: badge.unconfirmed,
            unreachable: badge.unreachable,
            stalled: badge.stalled,
            calls_due: badge.calls_due,
            deadline_at_risk: badge.deadline_at_risk,
            to_close: badge.to_close,
            warnings: badge.warnings,
            bounced: badge.bounced,
        }
    }
}

impl From<AuditHead> for AuditHeadOutput {
    fn from(head: AuditHead) -> Self {
        Self { rows: head.seq, hash: head.hash }
    }
}

impl From<Health> for BadgeOutput {
    fn from(health: Health) -> Self {
        let ((due_attempts, oldest_due), (due_calls, oldest_call)) = (health.due_letters(), health.due_calls());
        Self {
            queued: health.queue.queued,
            oldest_queued_at: health.queue.oldest_at.map(instant),
            due_attempts,
            oldest_due_at: oldest_due.map(instant),
            due_calls,
            oldest_call_due_at: oldest_call.map(instant),
            alarms: health.alarms(),
            mailboxes: health.mailboxes.iter().map(|mailbox| mailbox_output(mailbox, health.at)).collect(),
            breakers: health.breakers.iter().map(|breaker| breaker_output(breaker, health.at)).collect(),
            waiting: health.waiting.into(),
            audit: health.audit.map(Into::into),
        }
    }
}

fn mailbox_output(health: &MailboxHealth, now: DateTime<Utc>) -> MailboxOutput {
    let trouble = health.trouble();
    MailboxOutput {
        mailbox: health.mailbox.clone(),
        metrics_id: metrics_id(&health.mailbox),
        last_success_at: health.last_success_at.map(instant),
        stale: health.is_stale(now),
        alarm_since: health.alarm_since.map(instant),
        trouble: trouble.map(|trouble| trouble.as_str()),
        advice: trouble.map(texts::mailbox_advice),
        in_mailbox: health.reconciliation.map(|found| found.in_mailbox),
        stored: health.reconciliation.map(|found| found.stored),
    }
}

fn breaker_output(breaker: &Breaker, now: DateTime<Utc>) -> BreakerOutput {
    BreakerOutput {
        provider: breaker.provider.clone(),
        state: breaker.state(now).as_str(),
        since: breaker.opened_at.map(instant),
        retry_at: breaker.retry_at.map(instant),
        stage: breaker.stage.map(|stage| stage.as_str()),
        advice: breaker.stage.filter(|_| breaker.state(now) != BreakerState::Closed).map(texts::provider_advice),
    }
}
