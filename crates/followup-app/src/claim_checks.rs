//! What is looked at again when a queued automatic letter is claimed, and the letter itself, written from the case as it is now.

use chrono::{DateTime, Duration, Utc};
use followup_domain::asking::missing::MissingItem;
use followup_domain::asking::plan::AttemptStatus;
use followup_domain::asking::request::{LetterKind, compose_request};
use followup_domain::case::{Case, FollowupStatus};
use followup_domain::contact::EmailAddress;
use followup_domain::ids::MessageId;
use followup_domain::message::threading::thread_headers;
use followup_domain::message::{Message, MessageContent, MessageKind};
use followup_domain::ports::{Reserved, StoreError, Tx};

use crate::automatic_request::asked_paths;
use crate::service::Followup;
use crate::stop_reason::StopReason;

/// What to do with a claimed letter.
pub(crate) enum Decision {
    /// Send it: what it says, and what it asks for.
    Send {
        /// The letter.
        content: MessageContent,
        /// The items it asks for.
        asks: Vec<MissingItem>,
    },
    /// Not yet.
    PutOff {
        /// Until when (UTC).
        until: DateTime<Utc>,
        /// Why, in Spanish.
        reason: &'static str,
    },
    /// Not at all.
    Withdraw(Withdrawal),
}

/// Why a letter is not sent at all.
pub(crate) struct Withdrawal {
    /// Why, in Spanish, as it is kept.
    pub(crate) reason: String,
    /// Why.
    pub(crate) why: StopReason,
    /// What its attempt becomes.
    pub(crate) attempt: AttemptStatus,
    /// The message that counts in its place.
    pub(crate) counted: Option<MessageId>,
}

impl Withdrawal {
    pub(crate) fn new(reason: &str, attempt: AttemptStatus) -> Self {
        Self::because(StopReason::Other(reason.to_owned()), attempt)
    }

    fn because(why: StopReason, attempt: AttemptStatus) -> Self {
        Self { reason: why.to_string(), why, attempt, counted: None }
    }
}

/// Why a letter waits that another one preceded.
pub(crate) const WITHIN_THE_DELAY: &str = "plazo entre solicitudes";

/// Why a letter waits whose address had enough.
pub(crate) const ENOUGH_FOR_THE_DAY: &str = "tope diario de la dirección";

/// How long a letter waits when its address had enough for the day.
pub(crate) const CAP_RETRY: Duration = Duration::hours(1);

impl Followup {
    /// Rechecks a claimed automatic letter and writes it. The case is locked.
    pub(crate) fn decide(&self, tx: &mut dyn Tx, case: &Case, message: &Message, now: DateTime<Utc>) -> Result<Decision, StoreError> {
        if let Some(withdrawal) = self.why_stopped(tx, case, message)? {
            return Ok(Decision::Withdraw(withdrawal));
        }
        let withdraw = |why, attempt| Ok(Decision::Withdraw(Withdrawal::because(why, attempt)));
        let asks = match message.kind {
            MessageKind::AutomaticRequest => self.missing_and_not_asked(tx, case)?,
            _ => self.open_items(tx, case)?,
        };
        if asks.is_empty() {
            return withdraw(StopReason::AlreadyAsked, AttemptStatus::Skipped);
        }
        let Some(to) = self.channels(&case.record).email else {
            return withdraw(StopReason::NoEmail, AttemptStatus::Failed);
        };
        if let Some(decision) = self.held_by_limits(tx, case, message, &to, now)? {
            return Ok(decision);
        }
        match self.write_letter(tx, case, &asks, &to)? {
            Ok(content) => Ok(Decision::Send { content, asks }),
            Err(why) => withdraw(why, AttemptStatus::Failed),
        }
    }

    /// What stops an automatic letter whatever it says: looked at when it is claimed, and once more, under the case's lock, when
    /// it is about to leave, since connecting takes its time.
    pub(crate) fn why_stopped(&self, tx: &mut dyn Tx, case: &Case, message: &Message) -> Result<Option<Withdrawal>, StoreError> {
        if case.followup_status == FollowupStatus::Closed {
            return Ok(Some(Withdrawal::because(StopReason::Closed, AttemptStatus::Cancelled)));
        }
        if self.open_items(tx, case)?.is_empty() {
            return Ok(Some(Withdrawal::because(StopReason::NothingMissing, AttemptStatus::Completed)));
        }
        if let Some(to) = self.channels(&case.record).email
            && tx.contacts().find_blocked(to.as_str())?.is_some()
        {
            return Ok(Some(Withdrawal::because(StopReason::Blocked, AttemptStatus::Skipped)));
        }
        // Of what a person sends it was looked at when he sent it.
        if matches!(message.kind, MessageKind::AutomaticRequest | MessageKind::PlanLetter)
            && let Some(held) = self.held_address(tx, case)?
        {
            return Ok(Some(Withdrawal::because(StopReason::bounced(&held), AttemptStatus::Cancelled)));
        }
        match message.kind {
            MessageKind::AutomaticRequest => {
                return Ok(self.why_not_by_itself(tx, case)?.map(|reason| Withdrawal::new(reason, AttemptStatus::Skipped)));
            }
            MessageKind::PlanLetter => {}
            _ => return Ok(None),
        }
        // A reply holds what was scheduled before it; this letter may have been on its way then.
        if tx.messages().has_human_reply_after(case.id, message.id)? {
            return Ok(Some(Withdrawal::new("respuesta recibida", AttemptStatus::Cancelled)));
        }
        // Somebody asked while the plan's first letter waited: that was the first attempt.
        if let Some(request) = self.request_in_place_of(tx, case, message)? {
            let counted = Withdrawal::new("solicitud ya enviada", AttemptStatus::Sent);
            return Ok(Some(Withdrawal { counted: Some(request), ..counted }));
        }
        Ok(None)
    }

    /// The send window, the daily cap of an address, and the delay between automatic letters of a case. A letter that a person sends
    /// now is held by none of them.
    fn held_by_limits(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        message: &Message,
        to: &EmailAddress,
        now: DateTime<Utc>,
    ) -> Result<Option<Decision>, StoreError> {
        if message.kind == MessageKind::SentNow {
            return Ok(None);
        }
        if let Some(window) = self.policy.window.as_ref().filter(|window| !window.is_open(now)) {
            return Ok(Some(Decision::PutOff { until: window.next_open(now), reason: "fuera del horario de envío" }));
        }
        if let Some(cap) = self.policy.daily_cap_per_address
            && self.had_enough(tx, to.as_str(), cap, now)?
        {
            return Ok(Some(Decision::PutOff { until: now + CAP_RETRY, reason: ENOUGH_FOR_THE_DAY }));
        }
        let delay = self.policy.automatic_delay;
        match tx.requests().reserve_automatic(case.id, message.id, now, delay)? {
            Reserved::Yes => Ok(None),
            Reserved::TakenAt(at) => Ok(Some(Decision::PutOff { until: (at + delay).max(now), reason: WITHIN_THE_DELAY })),
        }
    }

    /// Whether as many automatic letters as the cap allows went to an address in a day. Looked at when a letter is claimed, and again
    /// under the address's lock when it is about to leave: another process may have sent one meanwhile.
    pub(crate) fn had_enough(&self, tx: &mut dyn Tx, address: &str, cap: u32, now: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(tx.requests().count_automatic_to(address, now - Duration::days(1))? >= i64::from(cap))
    }

    /// The letter from the case as it is; an `Err` inside is a template that cannot be rendered.
    pub(crate) fn write_letter(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        asks: &[MissingItem],
        to: &EmailAddress,
    ) -> Result<Result<MessageContent, StopReason>, StoreError> {
        // Whether it is a first request or a reminder follows from what was already asked.
        let asked = asked_paths(tx, case)?;
        let kind = if asks.iter().any(|item| asked.contains(&item.path)) { LetterKind::Reminder } else { LetterKind::Request };
        let letter = compose_request(case.id, &case.record, asks, kind, &self.policy.letterhead);
        let laid_out = match self.letters.render(followup_domain::message::Channel::Email, &letter) {
            Ok(laid_out) => laid_out,
            Err(error) => return Ok(Err(StopReason::Template(error.to_string()))),
        };
        self.addressed(tx, case, laid_out.subject, laid_out.body, to).map(Ok)
    }

    /// An e-mail's content: to whom, from whom, and where in the thread.
    pub(crate) fn addressed(
        &self,
        tx: &mut dyn Tx,
        case: &Case,
        subject: String,
        body: String,
        to: &EmailAddress,
    ) -> Result<MessageContent, StoreError> {
        let headers = thread_headers(&tx.messages().thread_entries(case.id)?);
        let (to, body) = match &self.policy.redirect_to {
            None => (to.as_str().to_owned(), body),
            Some(redirect) => (redirect.as_str().to_owned(), redirection_note(to) + &body),
        };
        Ok(MessageContent {
            subject: Some(subject),
            body,
            body_quoted: None,
            from: Some(self.policy.sender.as_str().to_owned()),
            to: Some(to),
            in_reply_to: headers.in_reply_to.into_iter().collect(),
            references: headers.references,
        })
    }
}

/// What a letter of a staging system begins with.
pub(crate) fn redirection_note(to: &EmailAddress) -> String {
    format!("[Sistema de pruebas: este correo era para {to}]\n\n")
}
