//! What is forbidden between the rooms, as data.

/// Imports that are forbidden from one room to others.
pub(super) struct Arrow {
    pub(super) package: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static [&'static str],
    /// Single arrows that are allowed all the same.
    pub(super) except: &'static [(&'static str, &'static str)],
    pub(super) reason: &'static str,
}

pub(super) const APP: &str = "followup-app";
pub(super) const DOMAIN: &str = "followup-domain";

pub(super) const ARROWS: &[Arrow] = &[
    Arrow {
        package: APP,
        from: "usecases",
        to: &["usecases", "trail"],
        except: &[],
        reason: "no use case calls another: what they share is a fact, a move, a consequence or a run",
    },
    Arrow { package: APP, from: "runs", to: &["usecases", "trail"], except: &[], reason: "arrows point down" },
    Arrow {
        package: APP,
        from: "consequences",
        to: &["usecases", "runs", "trail", "transaction"],
        except: &[],
        reason: "arrows point down",
    },
    Arrow {
        package: APP,
        from: "moves",
        to: &["usecases", "runs", "consequences", "transaction"],
        except: &[],
        reason: "a move does not follow up on itself",
    },
    Arrow {
        package: APP,
        from: "moves",
        to: &["moves"],
        except: &[("moves/queue", "moves/attempt")],
        reason: "no move calls another, except that a letter taken out of the queue settles its attempt",
    },
    Arrow {
        package: APP,
        from: "facts",
        to: &["usecases", "runs", "consequences", "moves", "trail", "transaction"],
        except: &[],
        reason: "facts do not write",
    },
    Arrow {
        package: APP,
        from: "transaction",
        to: &["usecases", "runs", "moves", "facts", "trail"],
        except: &[],
        reason: "arrows point down",
    },
    Arrow {
        package: APP,
        from: "step",
        to: &["usecases", "runs", "consequences", "moves", "facts", "trail", "transaction"],
        except: &[],
        reason: "a step knows nothing of what is done in it",
    },
    Arrow {
        package: APP,
        from: "errors",
        to: &["usecases", "runs", "consequences", "moves", "facts", "trail", "step"],
        except: &[],
        reason: "errors are words for all floors",
    },
    Arrow {
        package: DOMAIN,
        from: "ids",
        to: &["asking", "audit", "case", "contact", "mail", "message", "policy", "ports", "sending", "user"],
        except: &[],
        reason: "numbers mean nothing by themselves",
    },
    Arrow {
        package: DOMAIN,
        from: "message",
        to: &["asking", "audit", "case", "contact", "mail", "policy", "ports", "sending", "user"],
        except: &[],
        reason: "a message knows nothing of what is asked, or of how it travels",
    },
    Arrow {
        package: DOMAIN,
        from: "case",
        to: &["asking", "audit", "contact", "mail", "message", "policy", "ports", "sending", "user"],
        except: &[],
        reason: "a case knows nothing of how it is followed up",
    },
    Arrow {
        package: DOMAIN,
        from: "contact",
        to: &["asking", "audit", "case", "mail", "policy", "ports", "sending", "user"],
        except: &[],
        reason: "an address knows nothing of what is written to it",
    },
    Arrow {
        package: DOMAIN,
        from: "mail",
        to: &["asking", "audit", "case", "policy", "ports", "sending", "user"],
        except: &[],
        reason: "a mail knows nothing of what is asked",
    },
    Arrow {
        package: DOMAIN,
        from: "asking",
        to: &["audit", "policy", "ports", "sending", "user"],
        except: &[],
        reason: "what is asked knows nothing of how it is sent or kept",
    },
    Arrow {
        package: DOMAIN,
        from: "sending",
        to: &["asking", "audit", "case", "policy", "user"],
        except: &[],
        reason: "sending knows nothing of what is asked",
    },
];

/// A crate in which no circle of imports may exist, seen so many folders deep.
pub(super) struct NoCircle {
    pub(super) package: &'static str,
    pub(super) depth: usize,
    /// The control: planting this import must close a circle.
    pub(super) planted: (&'static str, &'static str),
}

pub(super) const NO_CIRCLES: &[NoCircle] = &[
    NoCircle { package: APP, depth: 9, planted: ("facts/reach", "usecases/case/close") },
    NoCircle { package: DOMAIN, depth: 1, planted: ("ids", "asking") },
];

/// Port methods that write, by how they begin. Only moves call them.
pub(super) const WRITERS: &[&str] = &[
    "acknowledge_",
    "append",
    "archive",
    "assign",
    "begin",
    "block",
    "clear",
    "close",
    "complete",
    "confirm",
    "count_refusal",
    "discard",
    "document",
    "end",
    "forget_",
    "hold",
    "insert",
    "link",
    "mark",
    "name",
    "postpone",
    "record_",
    "release",
    "remove",
    "reopen",
    "request_",
    "requeue",
    "reserve",
    "set",
    "settle",
    "skip",
    "start_",
    "take_",
    "unblock",
    "update",
    "withdraw",
];
/// What begins like a writer and is none.
pub(super) const READERS: &[&str] = &["documented", "holds_lease"];

/// So many methods may a port have: it has one subject.
pub(super) const LARGEST_PORT: usize = 8;
/// The way to the ports, which has one method for each.
pub(super) const DOOR: &str = "Tx";
