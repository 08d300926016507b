//! The door: who is there, whether the form is ours, and what every page's answer carries.

mod cookie;
mod guard;
mod headers;
mod origin;
mod token;
mod visitor;

pub(crate) use cookie::{forget_session, session_cookie};
pub(crate) use guard::{guard, is_script};
pub(crate) use token::form_token;
pub(crate) use visitor::Visitor;
