//! The parameters in a page's address.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures::future::{Ready, ready};

use crate::problem::Problem;

/// The parameters, in the order in which they stand. One that a page does not know is passed over: addresses are typed, shortened and kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Those of a request.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let pairs = form_urlencoded::parse(request.query_string().as_bytes());
        // No value holds what no text holds.
        let sound = pairs.filter(|(_, value)| !value.contains('\0') && !value.contains('\u{fffd}'));
        Self(sound.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// A parameter that says something.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// What was just done, in words: an address can only choose among sentences of ours.
    pub(crate) fn notice(&self) -> Option<&'static str> {
        crate::show::notices::notice(self.get("hecho")?)
    }
}

impl FromRequest for Query {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}
