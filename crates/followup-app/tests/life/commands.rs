//! What can happen, and random sequences of it.

use proptest::prelude::*;

/// One thing that happens.
#[derive(Debug, Clone)]
pub enum Command {
    Create {
        serious: bool,
    },
    /// The clock goes on; at times it is set back.
    Advance {
        minutes: i32,
    },
    Dispatch,
    Deliver,
    Transport(Transport),
    /// Happens when the next letter has been claimed and is about to leave.
    WhilePreparing(Box<Command>),
    /// Happens when the next letter has left and was not answered yet.
    WhileLeaving(Box<Command>),
    OnCase(u8, OnCase),
}

/// What the transport does with the next message.
#[derive(Debug, Clone, Copy)]
pub enum Transport {
    Refuses,
    IsDown,
    TurnsDown,
    SaysNothing,
    Dies,
}

/// What happens to one case.
#[derive(Debug, Clone)]
pub enum OnCase {
    Answer {
        field: u8,
        value: u8,
    },
    ApplyPlan {
        days_ago: u8,
    },
    Schedule {
        hours: i16,
        channel: u8,
    },
    Attempt {
        nth: u8,
        action: OnAttempt,
    },
    /// A person writes.
    Send(u8),
    /// A person says how far the work on the case is.
    Estado(u8),
    Mail {
        mail: Mail,
        to: u8,
        hours_late: u8,
    },
    Close {
        reason: u8,
        overriding: bool,
    },
    Reopen,
    MarkRead,
    /// A person says that nothing is to be done about the answers.
    Attend,
    /// What an answer held goes on.
    Resume {
        hours: i16,
    },
    Message {
        nth: u8,
        action: OnMessage,
    },
    Document {
        field: u8,
    },
    Undocument {
        field: u8,
    },
    Call {
        outcome: u8,
        hours_ago: u8,
    },
    Block(bool),
    /// A person says that the address works again.
    Clear,
    /// The reporter gives another address, or the first one again.
    Contact(u8),
}

/// What a person does with an attempt.
#[derive(Debug, Clone)]
pub enum OnAttempt {
    SendNow,
    Skip,
    Complete,
    Reschedule(i16),
    Reactivate(Option<i16>),
}

/// What a person does with a message.
#[derive(Debug, Clone)]
pub enum OnMessage {
    Confirm,
    Link(u8),
    Resolve(bool),
    Resend,
    Complete,
    Respond,
    Skip,
}

/// What comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mail {
    Reply,
    FromStranger,
    OutOfOffice,
    /// The letter came back: the address does not work.
    Bounce,
    /// The letter came back: the mailbox was full.
    SoftBounce,
    Delivered,
    Delayed,
    Complaint,
}

/// What a deployment may have decided.
#[derive(Debug, Clone, Copy)]
pub struct Deployment {
    pub window: bool,
    pub daily_cap: Option<u32>,
    pub close_by_itself: bool,
    pub escalates_to_somebody: bool,
    pub resumes_after_days: Option<i64>,
}

/// Any deployment.
pub fn deployment() -> impl Strategy<Value = Deployment> {
    let resumes = prop::option::weighted(0.4, 1_i64..20);
    (prop::bool::weighted(0.3), prop::option::weighted(0.3, 1_u32..3), any::<bool>(), any::<bool>(), resumes).prop_map(
        |(window, daily_cap, close_by_itself, escalates_to_somebody, resumes_after_days)| Deployment {
            window,
            daily_cap,
            close_by_itself,
            escalates_to_somebody,
            resumes_after_days,
        },
    )
}

/// A life of a few cases: some are there from the start.
pub fn life(longest: usize) -> impl Strategy<Value = Vec<Command>> {
    let births = prop::collection::vec(any::<bool>().prop_map(|serious| Command::Create { serious }), 1..4);
    (births, prop::collection::vec(command(), 1..longest)).prop_map(|(mut births, rest)| {
        births.extend(rest);
        births
    })
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        1 => any::<bool>().prop_map(|serious| Command::Create { serious }),
        6 => minutes().prop_map(|minutes| Command::Advance { minutes }),
        7 => Just(Command::Dispatch),
        3 => Just(Command::Deliver),
        4 => transport().prop_map(Command::Transport),
        6 => between().prop_map(|between| Command::WhilePreparing(Box::new(between))),
        2 => between().prop_map(|between| Command::WhileLeaving(Box::new(between))),
        22 => (any::<u8>(), on_case()).prop_map(|(case, on_case)| Command::OnCase(case, on_case)),
    ]
}

/// Minutes to months; one minute at least, as no two things happen at the same instant; or back by hours.
fn minutes() -> impl Strategy<Value = i32> {
    prop_oneof![3 => 1..55, 2 => 55..70, 2 => 70..3_000, 3 => 20_000..50_000, 1 => 50_000..150_000, 1 => -600..-1]
}

fn transport() -> impl Strategy<Value = Transport> {
    prop_oneof![
        2 => Just(Transport::Refuses),
        5 => Just(Transport::IsDown),
        1 => Just(Transport::TurnsDown),
        2 => Just(Transport::SaysNothing),
        1 => Just(Transport::Dies),
    ]
}

/// What another process may do while one sends: other dispatchers too.
fn between() -> impl Strategy<Value = Command> {
    let on_case = prop_oneof![
        4 => mail(),
        2 => close(),
        1 => Just(OnCase::Reopen),
        2 => answer(),
        1 => any::<u8>().prop_map(OnCase::Send),
        1 => any::<u8>().prop_map(OnCase::Estado),
        2 => (any::<u8>(), prop_oneof![Just(OnAttempt::Skip), Just(OnAttempt::Complete)])
            .prop_map(|(nth, action)| OnCase::Attempt { nth, action }),
        2 => (any::<u8>(), prop_oneof![Just(OnMessage::Skip), Just(OnMessage::Complete)])
            .prop_map(|(nth, action)| OnCase::Message { nth, action }),
    ];
    prop_oneof![
        6 => (any::<u8>(), on_case).prop_map(|(case, on_case)| Command::OnCase(case, on_case)),
        1 => (1..90).prop_map(|minutes| Command::Advance { minutes }),
        2 => Just(Command::Dispatch),
        1 => Just(Command::Deliver),
    ]
}

fn on_case() -> impl Strategy<Value = OnCase> {
    prop_oneof![
        3 => answer(),
        5 => prop_oneof![3 => Just(0_u8), 1 => 1_u8..40].prop_map(|days_ago| OnCase::ApplyPlan { days_ago }),
        2 => (-50_i16..800, any::<u8>()).prop_map(|(hours, channel)| OnCase::Schedule { hours, channel }),
        7 => (any::<u8>(), on_attempt()).prop_map(|(nth, action)| OnCase::Attempt { nth, action }),
        4 => any::<u8>().prop_map(OnCase::Send),
        2 => any::<u8>().prop_map(OnCase::Estado),
        6 => mail(),
        2 => close(),
        2 => Just(OnCase::Reopen),
        3 => Just(OnCase::MarkRead),
        2 => Just(OnCase::Attend),
        2 => (-50_i16..800).prop_map(|hours| OnCase::Resume { hours }),
        4 => (any::<u8>(), on_message()).prop_map(|(nth, action)| OnCase::Message { nth, action }),
        1 => any::<u8>().prop_map(|field| OnCase::Document { field }),
        1 => any::<u8>().prop_map(|field| OnCase::Undocument { field }),
        2 => (any::<u8>(), 0_u8..50).prop_map(|(outcome, hours_ago)| OnCase::Call { outcome, hours_ago }),
        1 => any::<bool>().prop_map(OnCase::Block),
        1 => Just(OnCase::Clear),
        1 => any::<u8>().prop_map(OnCase::Contact),
    ]
}

fn answer() -> impl Strategy<Value = OnCase> {
    (any::<u8>(), any::<u8>()).prop_map(|(field, value)| OnCase::Answer { field, value })
}

fn close() -> impl Strategy<Value = OnCase> {
    (any::<u8>(), any::<bool>()).prop_map(|(reason, overriding)| OnCase::Close { reason, overriding })
}

fn mail() -> impl Strategy<Value = OnCase> {
    let mail = prop_oneof![
        8 => Just(Mail::Reply),
        4 => Just(Mail::FromStranger),
        3 => Just(Mail::OutOfOffice),
        4 => Just(Mail::Bounce),
        4 => Just(Mail::SoftBounce),
        1 => Just(Mail::Delivered),
        1 => Just(Mail::Delayed),
        1 => Just(Mail::Complaint),
    ];
    let late = prop_oneof![3 => Just(0_u8), 1 => any::<u8>()];
    (mail, any::<u8>(), late).prop_map(|(mail, to, hours_late)| OnCase::Mail { mail, to, hours_late })
}

fn on_attempt() -> impl Strategy<Value = OnAttempt> {
    prop_oneof![
        2 => Just(OnAttempt::SendNow),
        2 => Just(OnAttempt::Skip),
        1 => Just(OnAttempt::Complete),
        2 => (-50_i16..800).prop_map(OnAttempt::Reschedule),
        4 => prop::option::of(-50_i16..800).prop_map(OnAttempt::Reactivate),
    ]
}

fn on_message() -> impl Strategy<Value = OnMessage> {
    prop_oneof![
        2 => Just(OnMessage::Confirm),
        1 => any::<u8>().prop_map(OnMessage::Link),
        2 => any::<bool>().prop_map(OnMessage::Resolve),
        2 => Just(OnMessage::Resend),
        1 => Just(OnMessage::Complete),
        1 => Just(OnMessage::Respond),
        2 => Just(OnMessage::Skip),
    ]
}
