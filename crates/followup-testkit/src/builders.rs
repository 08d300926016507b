//! Domain values for tests: sensible wholes, whose members a test then sets as it needs.
#![allow(clippy::expect_used, clippy::missing_panics_doc)] // For tests: a value that cannot be built is a failed test.

use chrono::{DateTime, Duration, TimeZone, Utc};
use followup_domain::asking::missing::RequiredFields;
use followup_domain::asking::request::Letterhead;
use followup_domain::audit::{Actor, AuditChain, AuditEntry, facts};
use followup_domain::case::ClosureReason;
use followup_domain::case::{CasePatch, CaseRecord, Closure, Scalar};
use followup_domain::contact::{Country, EmailAddress};
use followup_domain::ids::{CaseId, LeaseToken, RawId};
use followup_domain::mail::inbound::{MailboxPosition, NewInboundMail};
use followup_domain::message::threading::InternetMessageId;
use followup_domain::message::{CallOutcome, CaseMatch, Channel, Classification, MatchKind, MessageContent, MessageKind};
use followup_domain::policy::{CHANNEL_ORDER, FollowupPolicy};
use followup_domain::ports::{Lease, NewCall, NewCase, NewInboundMessage, NewOutboundMessage, NewOutboundTiming, NewUser};
use followup_domain::sending::{SmsRules, WhatsappRules};
use followup_domain::user::Role;

/// So many seconds after Monday, 5 January 2026, 14:00 UTC (9:00 in Lima).
pub fn at(seconds: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 1, 5, 14, 0, 0).single().expect("a date of the calendar") + Duration::seconds(seconds)
}

/// What a unit in Lima decides that decides nothing else: automatic requests an hour apart, no further limits, the standard set of fields.
pub fn policy(sender: &str) -> FollowupPolicy {
    FollowupPolicy {
        automatic_requests: true,
        automatic_delay: Duration::hours(1),
        daily_cap_per_address: None,
        required: RequiredFields::default(),
        letterhead: Letterhead {
            unit_name: "Departamento de Farmacovigilancia".into(),
            subject_prefix: "[VIGIA]".into(),
            ..Letterhead::default()
        },
        country: Country::default(),
        redirect_to: None,
        sender: EmailAddress::parse(sender).expect("an address"),
        sender_name: None,
        reply_addresses: None,
        zone: chrono_tz::America::Lima,
        window: None,
        notify_to: None,
        escalation: None,
        propose_closing_after_days: 120,
        close_by_itself: false,
        resume_after: None,
        channel_order: CHANNEL_ORDER.to_vec(),
        sms: SmsRules::default(),
        whatsapp: WhatsappRules::default(),
    }
}

/// A Message-ID below `example.org`.
pub fn message_id(name: &str) -> InternetMessageId {
    InternetMessageId::parse(&format!("<{name}@example.org>")).expect("a Message-ID")
}

/// A case record from flat fields, each read as a request's would be.
pub fn record(fields: &[(&str, &str)]) -> CaseRecord {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), Scalar::Text((*value).to_owned()))).collect();
    let mut record = CaseRecord::default();
    CasePatch { fields, ..CasePatch::default() }.apply(&mut record).expect("fields that the record accepts");
    record
}

/// A case as it often arrives: a product, an event and a way to reach the reporter, and gaps.
pub fn incomplete_record() -> CaseRecord {
    record(&[
        ("numero", "EA-2026-001"),
        ("producto_sospechoso", "Paracetamol"),
        ("descripcion_evento", "Erupción cutánea"),
        ("paciente_iniciales", "J.P."),
        ("reportante_nombre", "Dra. Rojas"),
        ("reportante_contacto", "rojas@example.org, cel. 999 888 777"),
    ])
}

/// [`incomplete_record`] as a case created at [`at`]`(0)`.
pub fn new_case() -> NewCase {
    NewCase { record: incomplete_record(), received_on: at(0).date_naive(), created_at: at(0) }
}

/// A manual e-mail to the reporter, created at [`at`]`(0)`, due at once. `key` is its unique key and names its Message-ID.
pub fn outbound(case_id: CaseId, key: &str) -> NewOutboundMessage {
    NewOutboundMessage {
        case_id,
        channel: Channel::Email,
        kind: MessageKind::Manual,
        content: MessageContent {
            subject: Some(format!("[VIGIA] Solicitud de información - ICSR #{case_id}")),
            body: "Estimada Dra. Rojas:".into(),
            from: Some("fv@example.net".into()),
            to: Some("rojas@example.org".into()),
            ..MessageContent::default()
        },
        external_id: message_id(key),
        unique_key: key.into(),
        attempt_id: None,
        resend_of: None,
        reminder_of: None,
        enclosures: Vec::new(),
        created_at: at(0),
        timing: NewOutboundTiming::NotBefore(at(0)),
    }
}

/// [`outbound`] as an automatic request, whose text is not made yet.
pub fn automatic(case_id: CaseId, key: &str) -> NewOutboundMessage {
    NewOutboundMessage { kind: MessageKind::AutomaticRequest, content: MessageContent::default(), ..outbound(case_id, key) }
}

/// [`outbound`] as a notification to the unit.
pub fn notification(case_id: CaseId, key: &str) -> NewOutboundMessage {
    let content = MessageContent {
        subject: Some(format!("[VIGIA] Respuesta recibida - ICSR #{case_id}")),
        body: "El reportante ha respondido.".into(),
        from: Some("fv@example.net".into()),
        to: Some("evaluadora@example.net".into()),
        ..MessageContent::default()
    };
    NewOutboundMessage { kind: MessageKind::Notification, content, ..outbound(case_id, key) }
}

/// A telephone call made at [`at`]`(30)`.
pub fn call(case_id: CaseId, outcome: CallOutcome) -> NewCall {
    let notes = "Confirma el lote por teléfono.".into();
    NewCall { case_id, to: Some("+51999888777".into()), notes, outcome, at: at(30), recorded_at: at(31) }
}

/// How a follow-up is closed at [`at`]`(10)`.
pub fn closure() -> Closure {
    Closure { reason: ClosureReason::MaxAttempts, notes: "Sin respuesta tras los intentos previstos.".into(), at: at(10) }
}

/// A person's reply to a case, matched and confirmed, that arrived at [`at`]`(60)`. `name` names its Message-ID.
pub fn reply(case_id: CaseId, raw_id: RawId, name: &str) -> NewInboundMessage {
    NewInboundMessage {
        case_id: Some(case_id),
        channel: Channel::Email,
        content: MessageContent {
            subject: Some("RE: [VIGIA] Solicitud de información".into()),
            body: "El lote es L-123.".into(),
            from: Some("rojas@example.org".into()),
            to: Some("fv@example.net".into()),
            ..MessageContent::default()
        },
        external_id: Some(message_id(name)),
        parent_id: None,
        duplicate_of: None,
        is_repeated: false,
        classification: Classification::Human,
        case_match: Some(CaseMatch { kind: MatchKind::InReplyTo, confirmed: true }),
        attachments: Vec::new(),
        has_html: false,
        raw_id,
        created_at: at(60),
        recorded_at: at(61),
    }
}

/// The right to send until an instant.
pub fn lease(token: &str, until: DateTime<Utc>) -> Lease {
    Lease { token: LeaseToken(token.into()), until }
}

/// A mail without a position, as a dropped `.eml` has none.
pub fn dropped_mail(raw: &[u8]) -> NewInboundMail {
    NewInboundMail {
        position: MailboxPosition { mailbox: "inbox".into(), uid: None },
        arrived_at: at(60),
        recorded_at: at(61),
        raw: raw.to_vec(),
    }
}

/// A mail of an IMAP mailbox.
pub fn imap_mail(uid_validity: u32, uid: u32, raw: &[u8]) -> NewInboundMail {
    let position = MailboxPosition { mailbox: "fv@example.net/INBOX".into(), uid: Some((uid_validity, uid)) };
    NewInboundMail { position, ..dropped_mail(raw) }
}

/// An audit entry about a case, at [`at`]`(0)`.
pub fn audit_entry(chain: AuditChain, action: &'static str) -> AuditEntry {
    AuditEntry {
        chain,
        at: at(0),
        actor: Actor::Service("api-server"),
        action,
        entity: "case",
        entity_id: 1,
        old: facts([("estado", "Pendiente".into())]),
        new: facts([("estado", "En progreso".into())]),
        reason: None,
    }
}

/// A user with one role.
pub fn new_user(username: &str) -> NewUser {
    NewUser {
        username: username.into(),
        email: Some(format!("{username}@example.net")),
        roles: vec![Role::Qf],
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".into(),
        created_at: at(0),
    }
}
