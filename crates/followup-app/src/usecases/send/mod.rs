//! Messages that go out: written by a person, sent again, sent now, drafted, delivered from the queue; files that go with them; and calls that a person made.

pub(crate) mod attempt_now;
pub(crate) mod call;
pub(crate) mod deliver;
pub(crate) mod draft;
pub(crate) mod drafting;
pub(crate) mod files;
pub(crate) mod manual;
pub(crate) mod resend;
pub(crate) mod undo;
