//! Whether the process can serve, and what is not as it should be.

use chrono::{DateTime, Utc};
use followup_app::{Health, NotReady};
use followup_words::answers as texts;
use serde::Serialize;
use utoipa::ToSchema;

use super::badge::{AuditHeadOutput, WaitingOutput};

/// El estado de una parte del servicio.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = HealthStatus)]
pub(crate) enum StatusOutput {
    /// Como debe estar.
    Ok,
    /// Algo anda mal y el proceso puede atender igual.
    Degraded,
    /// No se puede atender.
    Unavailable,
    /// No se sabe, porque la base de datos no responde.
    Unknown,
}

impl StatusOutput {
    fn of(is_well: bool) -> Self {
        if is_well { Self::Ok } else { Self::Degraded }
    }
}

/// Si el proceso puede atender, y lo que no está como debe. La forma es siempre la misma; lo que no se sabe es null.
#[derive(Serialize, ToSchema)]
#[schema(as = Readiness)]
pub(crate) struct ReadinessOutput {
    /// `ok`, `degraded` (puede atender, pero algo anda mal) o `unavailable` (503).
    status: StatusOutput,
    /// Con 503: qué pasa.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'static str>,
    /// Parte por parte.
    checks: ChecksOutput,
    /// Lo que espera a una persona.
    waiting: Option<WaitingOutput>,
    /// El último registro de la cadena de auditoría del sistema.
    audit: Option<AuditHeadOutput>,
}

/// Las partes del servicio.
#[derive(Serialize, ToSchema)]
#[schema(as = ReadinessChecks)]
struct ChecksOutput {
    store: StoreCheck,
    schema: SchemaCheck,
    mail_in: MailInCheck,
    mail_out: MailOutCheck,
    plans: PlansCheck,
}

/// La base de datos responde, y lo que guarda sobrevive a un relevo del servidor.
#[derive(Serialize, ToSchema)]
struct StoreCheck {
    status: StatusOutput,
    /// Sus réplicas: `none`; `synchronous`: lo guardado está también en una; `asynchronous`: puede faltar en la que tome el relevo.
    standbys: Option<&'static str>,
    /// `unnoticed`: la base de datos no dice en qué línea de historia está, y el ascenso de una réplica no se notaría mientras el primario
    /// anterior responda. Ausente si se nota, o si no hay réplicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    promotions: Option<&'static str>,
}

/// Su esquema es el que este programa conoce.
#[derive(Serialize, ToSchema)]
struct SchemaCheck {
    status: StatusOutput,
    /// La última migración aplicada.
    version: Option<String>,
}

/// Los buzones se leen.
#[derive(Serialize, ToSchema)]
struct MailInCheck {
    status: StatusOutput,
    /// Buzones que alguna vez se leyeron.
    mailboxes: Option<usize>,
    /// Los que no se leyeron hasta el final en la última hora.
    stale: Option<usize>,
    /// Los que necesitan a una persona.
    alarms: Option<usize>,
    /// Correos que están en un buzón y no en la base de datos, según la última comparación.
    missing_mails: Option<u64>,
    /// Segundos desde que se leyó el buzón que hace más tiempo no se lee; null si no hay, o si uno no se leyó nunca.
    last_poll_age_seconds: Option<i64>,
}

/// Lo que se debe enviar se envía.
#[derive(Serialize, ToSchema)]
struct MailOutCheck {
    status: StatusOutput,
    /// Servidores de correo a los que no se les pide nada por ahora.
    held_providers: Option<usize>,
    /// Mensajes en cola.
    queued: Option<i64>,
    /// Segundos desde que se escribió el más antiguo.
    oldest_queued_age_seconds: Option<i64>,
    /// Segundos desde que uno de ellos se puede enviar.
    due_age_seconds: Option<i64>,
    /// Los que no salen porque su canal no está configurado.
    unserved: Option<i64>,
}

/// Los intentos programados se atienden. Las llamadas no cuentan: esperan a una persona.
#[derive(Serialize, ToSchema)]
struct PlansCheck {
    status: StatusOutput,
    /// Intentos vencidos que esperan al despachador.
    due_attempts: Option<i64>,
    /// Segundos desde que venció el más antiguo.
    oldest_due_age_seconds: Option<i64>,
}

impl ReadinessOutput {
    /// Whether a load balancer may send requests.
    pub(crate) fn is_ready(&self) -> bool {
        self.status != StatusOutput::Unavailable
    }

    /// What a process says that cannot serve.
    pub(crate) fn not_ready(cause: &NotReady) -> Self {
        use StatusOutput::{Ok, Unavailable, Unknown};
        let (store, schema, detail) = match cause {
            NotReady::Store(_) => (Unavailable, Unknown, texts::STORE_UNAVAILABLE),
            NotReady::Schema(_) => (Ok, Unavailable, texts::OTHER_SCHEMA),
        };
        let checks = ChecksOutput {
            store: StoreCheck { status: store, standbys: None, promotions: None },
            schema: SchemaCheck { status: schema, version: None },
            mail_in: MailInCheck {
                status: Unknown,
                mailboxes: None,
                stale: None,
                alarms: None,
                missing_mails: None,
                last_poll_age_seconds: None,
            },
            mail_out: MailOutCheck {
                status: Unknown,
                held_providers: None,
                queued: None,
                oldest_queued_age_seconds: None,
                due_age_seconds: None,
                unserved: None,
            },
            plans: PlansCheck { status: Unknown, due_attempts: None, oldest_due_age_seconds: None },
        };
        Self { status: Unavailable, detail: Some(detail), checks, waiting: None, audit: None }
    }
}

impl From<Health> for ReadinessOutput {
    fn from(health: Health) -> Self {
        let age = |since: Option<DateTime<Utc>>| since.map(|since| (health.at - since).num_seconds().max(0));
        let (due_attempts, oldest_due) = health.due_letters();
        let checks = ChecksOutput {
            store: StoreCheck {
                status: StatusOutput::of(health.survives_failover()),
                standbys: Some(health.standbys.as_str()),
                promotions: health.misses_promotions().then_some("unnoticed"),
            },
            mail_in: MailInCheck {
                status: StatusOutput::of(health.receives()),
                mailboxes: Some(health.mailboxes.len()),
                stale: Some(health.stale_mailboxes()),
                alarms: Some(health.alarms()),
                missing_mails: Some(health.missing_mails()),
                last_poll_age_seconds: age(health.last_poll_at()),
            },
            mail_out: MailOutCheck {
                status: StatusOutput::of(health.sends()),
                held_providers: Some(health.held_providers()),
                queued: Some(health.queue.queued),
                oldest_queued_age_seconds: age(health.queue.oldest_at),
                due_age_seconds: age(health.queue.due_since),
                unserved: Some(health.unserved.values().sum()),
            },
            plans: PlansCheck {
                status: StatusOutput::of(health.dispatches()),
                due_attempts: Some(due_attempts),
                oldest_due_age_seconds: age(oldest_due),
            },
            schema: SchemaCheck { status: StatusOutput::Ok, version: Some(health.schema_version) },
        };
        let parts = [checks.store.status, checks.mail_in.status, checks.mail_out.status, checks.plans.status];
        let status = StatusOutput::of(parts.iter().all(|part| *part == StatusOutput::Ok));
        Self { status, detail: None, checks, waiting: Some(health.waiting.into()), audit: health.audit.map(Into::into) }
    }
}
