//! Stand-ins for the outside: a clock that tests move, identifiers and salts in sequence, a transport that records and obeys.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration as Budget;

use chrono::{DateTime, Duration, TimeZone, Utc};
use followup_domain::audit::Salt;
use followup_domain::contact::{Failure, FailureReason, Permanence};
use followup_domain::ids::{LeaseToken, ProductId};
use followup_domain::message::Channel;
use followup_domain::message::threading::InternetMessageId;
use followup_domain::ports::{Clock, IdGen, Prepared, Salts, Sender};
use followup_domain::proposal::{
    AnswerReader, AnswerReading, AnswerToRead, Conflict, FieldTarget, NewProposal, Precision, ProposalClass, SaidState,
};
use followup_domain::sending::{ExternalName, MailParcel, Parcel, Receipt, Refusal, SendError, SendStage};

/// A clock that stands still until a test moves it. Starts on 2024-03-01 at 10:15 UTC.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl Default for ManualClock {
    fn default() -> Self {
        Self::at(Utc.timestamp_opt(1_709_288_100, 0).single().unwrap_or_default())
    }
}

impl ManualClock {
    /// A clock at an instant.
    pub fn at(instant: DateTime<Utc>) -> Self {
        Self(AtomicI64::new(instant.timestamp_micros()))
    }

    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(by.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }

    /// Time passes at once.
    fn pause(&self, time: Budget) {
        self.advance(Duration::from_std(time).unwrap_or_default());
    }
}

/// Identifiers `<1@vigia.test>`, `<2@vigia.test>`, …
#[derive(Debug, Default)]
pub struct SequentialIds(AtomicU64);

impl IdGen for SequentialIds {
    fn message_id(&self) -> InternetMessageId {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        InternetMessageId::parse(&format!("<{number}@vigia.test>")).unwrap_or_else(|| unreachable!("digits and a domain are an id"))
    }

    fn lease_token(&self) -> LeaseToken {
        LeaseToken(format!("lease-{}", self.0.fetch_add(1, Ordering::SeqCst) + 1))
    }
}

/// Salts 1, 2, 3, …
#[derive(Debug, Default)]
pub struct SequentialSalts(AtomicU64);

impl Salts for SequentialSalts {
    fn draw(&self, count: usize) -> Vec<Salt> {
        let next = || Salt(u128::from(self.0.fetch_add(1, Ordering::SeqCst) + 1).to_be_bytes());
        std::iter::repeat_with(next).take(count).collect()
    }
}

/// Those of a store for a test.
pub fn salts() -> Arc<dyn Salts> {
    Arc::new(SequentialSalts::default())
}

/// What a [`RecordingSender`] does with the next message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Script {
    /// Fails before anything left.
    FailPrepare(SendError),
    /// Fails when the message is handed over.
    FailTransmit(SendError),
    /// Dies between "may have left" and the answer, like a killed process.
    PanicInTransmit,
}

/// A transport that accepts and records messages, unless a script says otherwise. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct RecordingSender {
    lane: (Channel, &'static str),
    state: Arc<Mutex<State>>,
    during_prepare: Arc<Mutex<Option<Action>>>,
    during_transmit: Arc<Mutex<Option<Action>>>,
}

impl Default for RecordingSender {
    /// One of e-mail.
    fn default() -> Self {
        let (state, during_prepare, during_transmit) = Default::default();
        Self { lane: (Channel::Email, "recording"), state, during_prepare, during_transmit }
    }
}

type Action = Box<dyn FnMut() + Send>;

#[derive(Default)]
struct State {
    accepted: Vec<Parcel>,
    script: VecDeque<Script>,
    always: Option<Script>,
    by_recipient: Option<(&'static str, Script)>,
    answer: Option<String>,
    goes_on_as: Option<ExternalName>,
}

impl RecordingSender {
    /// One of another channel, under the name of its provider.
    pub fn of(channel: Channel, provider: &'static str) -> Self {
        Self { lane: (channel, provider), ..Self::default() }
    }

    /// The mails accepted so far.
    pub fn accepted(&self) -> Vec<MailParcel> {
        let mail = |parcel| if let Parcel::Mail(mail) = parcel { Some(mail) } else { None };
        self.handed_over().into_iter().filter_map(mail).collect()
    }

    /// Everything accepted so far.
    pub fn handed_over(&self) -> Vec<Parcel> {
        lock(&self.state).accepted.clone()
    }

    /// The next message meets this.
    pub fn next(&self, script: Script) {
        lock(&self.state).script.push_back(script);
    }

    /// Messages are accepted from now on with the word that they go on under another id.
    pub fn answer_with_id(&self, words: &str, id: &InternetMessageId) {
        let mut state = lock(&self.state);
        state.answer = Some(words.to_owned());
        state.goes_on_as = Some(ExternalName::new(ExternalName::RFC5322, id.as_str()));
    }

    /// Every message meets this, until `None`.
    pub fn always(&self, script: Option<Script>) {
        lock(&self.state).always = script;
    }

    /// Every message to this recipient meets this.
    pub fn refuses_to(&self, recipient: &'static str, script: Script) {
        lock(&self.state).by_recipient = Some((recipient, script));
    }

    /// Something that happens once, while the next message is prepared: after it was claimed, before it may leave.
    pub fn during_prepare(&self, action: impl FnMut() + Send + 'static) {
        *lock(&self.during_prepare) = Some(Box::new(action));
    }

    /// Something that happens while a message is handed over: after `transmitting` was committed, before the answer.
    pub fn during_transmit(&self, action: impl FnMut() + Send + 'static) {
        *lock(&self.during_transmit) = Some(Box::new(action));
    }
}

impl Script {
    /// The recipient does not exist.
    pub fn no_such_user() -> Self {
        let failure = Failure { permanence: Permanence::Hard, reason: FailureReason::UnknownUser, status: Some("5.1.1".into()) };
        Self::FailPrepare(SendError::Refused(Refusal::of_the_recipient("RCPT TO: 550 5.1.1 no such user", failure)))
    }

    /// It cannot be written for this transport, which is not asked.
    pub fn unwritable(why: &str) -> Self {
        Self::FailPrepare(SendError::Refused(Refusal::before_asking(why)))
    }

    /// The transport cannot be reached.
    pub fn is_down() -> Self {
        Self::FailPrepare(SendError::Unavailable { stage: SendStage::Connection, text: "Connection refused".into() })
    }
}

impl Sender for RecordingSender {
    fn provider(&self) -> &str {
        self.lane.1
    }

    fn prepare(&self, parcel: &Parcel, _budget: Budget) -> Result<Box<dyn Prepared>, SendError> {
        let script = {
            let mut state = lock(&self.state);
            let of_it = state.by_recipient.as_ref().filter(|(recipient, _)| *recipient == parcel.to()).map(|(_, script)| script.clone());
            of_it.or_else(|| state.script.pop_front()).or_else(|| state.always.clone())
        };
        let happens = lock(&self.during_prepare).take();
        if let Some(mut happens) = happens {
            happens();
        }
        if let Some(Script::FailPrepare(error)) = script {
            return Err(error);
        }
        if parcel.channel() != self.lane.0 {
            return Err(SendError::Refused(Refusal::before_asking("no es de este canal")));
        }
        let content = match parcel {
            Parcel::Mail(mail) => format!("To: {}\r\nSubject: {}\r\n\r\n{}", mail.to, mail.subject, mail.body),
            Parcel::Text(_) | Parcel::Whatsapp(_) => format!("{parcel:?}"),
        };
        Ok(Box::new(Recorded { sender: self.clone(), message: parcel.clone(), content: content.into_bytes(), script }))
    }
}

struct Recorded {
    sender: RecordingSender,
    message: Parcel,
    content: Vec<u8>,
    script: Option<Script>,
}

impl Prepared for Recorded {
    fn content(&self) -> &[u8] {
        &self.content
    }

    fn transmit(self: Box<Self>) -> Result<Receipt, SendError> {
        // Taken out while it happens: what happens may send too.
        let happens = lock(&self.sender.during_transmit).take();
        if let Some(mut action) = happens {
            action();
            lock(&self.sender.during_transmit).get_or_insert(action);
        }
        match self.script {
            Some(Script::FailTransmit(error)) => Err(error),
            Some(Script::PanicInTransmit) => panic!("the process dies here"),
            _ => {
                let mut state = lock(&self.sender.state);
                state.accepted.push(self.message);
                let words = state.answer.clone().unwrap_or_else(|| "250 2.0.0 Ok: queued".into());
                Ok(Receipt { provider_id: state.goes_on_as.clone(), ..Receipt::with_words(words) })
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Rules that read one thing a line: `paciente_peso=68`, `dosis=500 mg` of the only product, `dosis@7=500 mg` of the product 7; `?` is what
/// nobody knows and `!` what is not told, `paciente_peso,dosis=mañana` puts both off. Every other line is understood by nobody, and one that says `panic` breaks them.
#[derive(Debug, Clone)]
pub struct PlainAnswers(pub &'static str);

impl Default for PlainAnswers {
    fn default() -> Self {
        Self("plain/1")
    }
}

impl AnswerReader for PlainAnswers {
    fn version(&self) -> String {
        self.0.to_owned()
    }

    fn read(&self, answer: &AnswerToRead) -> AnswerReading {
        assert!(!answer.text.contains("panic"), "a rule that breaks");
        let (mut reading, mut start) = (AnswerReading::default(), 0);
        for line in answer.text.split_inclusive('\n') {
            let span = start..start + line.trim_end().len();
            start += line.len();
            let Some((name, value)) = line.trim_end().split_once('=') else {
                reading.unread.extend((!span.is_empty()).then_some(span));
                continue;
            };
            let names: Vec<&str> = if value == "mañana" { name.split(',').collect() } else { vec![name] };
            for name in names {
                let (field, product) = name.split_once('@').map_or((name, None), |(field, id)| (field, id.parse().ok().map(ProductId)));
                let target = FieldTarget { field: field.to_owned(), product };
                let only = answer.record.productos.first().and_then(|product| product.id).filter(|_| answer.record.productos.len() == 1);
                let target = if target.is_of_product() { FieldTarget { product: product.or(only), ..target } } else { target };
                let state = match value {
                    "mañana" => SaidState::Later,
                    "?" => SaidState::Unknown,
                    "!" => SaidState::Withheld,
                    _ => SaidState::Answered,
                };
                reading.proposals.push(NewProposal {
                    conflicts: if target.is_decided() { Vec::new() } else { vec![Conflict::WhichProduct] },
                    target,
                    state,
                    value: (state == SaidState::Answered).then(|| value.to_owned()),
                    unit: None,
                    precision: Precision::Exact,
                    computed: false,
                    words: line.trim_end().to_owned(),
                    span: span.clone(),
                    rule: "plain/1".to_owned(),
                    class: ProposalClass::Labelled,
                });
            }
        }
        reading
    }
}
