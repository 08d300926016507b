//! What may happen to a case.

use followup_domain::asking::field_state::FieldState;
use followup_domain::case::ClosureReason;
use followup_domain::ids::TemplateId;
use followup_domain::message::{CallOutcome, Channel};

use crate::transport::Trouble;

/// Names of fields, as the case publishes them.
pub(crate) type Fields = &'static [&'static str];

/// Something that somebody does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Deed {
    /// The reporter answers the last letter with what is known of these.
    Answers(Fields),
    /// The same as HTML, with signature and logo.
    AnswersInHtml(Fields),
    /// The same, with the laboratory's report.
    AnswersWithReport(Fields),
    /// Somebody of another address answers it.
    AnotherAnswers(Fields),
    /// The reporter answers in these words.
    Says(&'static str),
    /// The reporter copies a whole clinical history into a mail.
    PastesTheHistory,
    /// Words that are said and answered, one after another, hours apart.
    Talk(&'static [&'static str]),
    /// The reporter's mailbox says that its owner is away.
    IsAway,
    /// A mail server says that nobody is there.
    Bounces,
    /// A mail server says that the mailbox is full.
    IsFull,
    /// A mail server says that it arrived.
    Arrives,
    /// The reporter answers by text message or WhatsApp.
    Texts(Channel, &'static str),
    /// What the transport makes of the next letter to the reporter.
    Meets(Trouble),
    /// The unit writes.
    Writes(Channel, &'static str),
    /// The unit sends the letter that the service proposes.
    Asks,
    /// The unit sends the last letter again.
    Reminds,
    /// The unit calls.
    Calls(CallOutcome, &'static str),
    /// The unit takes what is known of these into the case.
    Learns(Fields),
    /// The unit changes this of the case.
    Sets(&'static [(&'static str, &'static str)]),
    /// Everybody reads the thread.
    Read,
    /// Nothing more is to be done about the answers.
    Attends,
    /// The unit accepts the last answer's sender.
    Confirms,
    /// The unit found out that the last letter was sent.
    Settles(&'static str),
    /// The unit says why a field cannot be had.
    Documents(&'static str, FieldState, &'static str),
    /// The unit says of all that is missing that the reporter does not know it.
    DocumentsTheRest(&'static str),
    /// The unit applies a plan.
    Plans(TemplateId),
    /// What is done with the next contact of the plan.
    Contact(OnContact, &'static str),
    /// A call is planned, so many days from now.
    PlansCall(i64, &'static str),
    /// The follow-up is closed.
    Closes(ClosureReason, &'static str),
    /// The follow-up is opened again.
    Reopens(&'static str),
    /// The first open warning is set aside.
    SetsAside(&'static str),
    /// The reporter is to be written to no more.
    Blocks(&'static str),
}

/// What a person does with a planned contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnContact {
    /// It is passed over.
    Skip,
    /// It is put off by so many days.
    PutOff(i64),
    /// What it was for came in.
    Complete,
    /// The one that was passed over comes back.
    BringBack,
    /// It goes now.
    SendNow,
}
