//! Files that another party's address names: fetched from the servers on which their owner keeps them, and from no other.

use std::fmt;
use std::time::Instant;

use ureq::http::Uri;
use ureq::http::uri::{Authority, Scheme};

use crate::address;
use crate::answer::Answer;
use crate::client::{Client, ClientError};
use crate::failure::{Cause, Failure};
use crate::request::Limits;

/// So many servers hand on to another one, at most.
const MOST_HOPS: usize = 4;

/// A server on which files lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileHost {
    /// Its name, or, from a dot on, the end of its name: `.example.com`.
    pub name: &'static str,
    /// Whether it is shown who asks.
    pub signs_in: bool,
}

/// Who asks.
#[derive(Clone)]
pub enum Login {
    /// With a token (RFC 6750).
    Bearer(String),
    /// With a user and a password (RFC 7617).
    Basic(String, String),
}

/// Where an owner keeps files.
#[derive(Clone)]
pub struct Files {
    /// As the settings name it: whatever its address is.
    own: Uri,
    hosts: &'static [FileHost],
    ca_pem: Option<Vec<u8>>,
    login: Login,
}

/// Why a file was not had. No text names its address.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FileError {
    /// Its address is none of those it may be fetched from. Nobody was asked.
    #[error("the address of the file is none of its owner's")]
    Foreign,
    /// One of its owner's servers hands on to an address that is none of those. Nobody was asked there: the owner may have moved its store.
    #[error("a server hands on to an address that is none of the file's owner's")]
    HandedOn,
    /// One server hands on to the next.
    #[error("the servers hand on to one another")]
    Circle,
    /// It was not had.
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl FileError {
    /// Whether the server said that it does not have it.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Failed(Failure::Answered(answer)) if matches!(answer.status, 404 | 410))
    }

    /// Whether it is larger than the limit.
    pub fn is_too_large(&self) -> bool {
        matches!(self, Self::Failed(failure) if failure.cause() == Some(Cause::TooLarge))
    }
}

impl Files {
    /// Of the server of this address, and of further hosts, over `https` and at public addresses only.
    ///
    /// # Errors
    /// The address cannot work.
    pub fn new(own_url: &str, hosts: &'static [FileHost], login: Login, ca_pem: Option<Vec<u8>>) -> Result<Self, ClientError> {
        // That its authorities can be used is found out now.
        Client::new(own_url, ca_pem.as_deref())?;
        Ok(Self { own: address::server(own_url)?, hosts, ca_pem, login })
    }

    /// Fetches a file, through at most three servers that hand on to another one; `limits` are those of all together. Blocks.
    ///
    /// # Errors
    /// [`FileError`]; an answer that does not tell success is [`Failure::Answered`].
    pub fn get(&self, url: &str, limits: Limits) -> Result<Answer, FileError> {
        let deadline = Instant::now() + limits.within;
        let mut place: Uri = url.parse().map_err(|_| FileError::Foreign)?;
        for hop in 0..MOST_HOPS {
            let foreign = if hop == 0 { FileError::Foreign } else { FileError::HandedOn };
            let (client, signs_in) = self.client_for(&place).ok_or(foreign)?;
            let path = place.path_and_query().map_or("/", |path| path.as_str());
            let request = client.get().at(path);
            let request = match &self.login {
                Login::Bearer(token) if signs_in => request.bearer(token),
                Login::Basic(user, password) if signs_in => request.basic(user, password),
                _ => request,
            };
            let answer = request.send(Limits { within: deadline.saturating_duration_since(Instant::now()), ..limits })?;
            if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
                return Ok(answer.success()?);
            }
            place = answer.header("location").and_then(|next| handed_on(&place, next)).ok_or(FileError::HandedOn)?;
        }
        Err(FileError::Circle)
    }

    /// Who may be asked at this address, and whether it is shown who asks.
    fn client_for(&self, place: &Uri) -> Option<(Client, bool)> {
        let ca_pem = self.ca_pem.as_deref();
        let is_own = place.scheme() == self.own.scheme() && same_server(place, &self.own);
        if is_own {
            return Client::new(&place.to_string(), ca_pem).ok().map(|client| (client, true));
        }
        let authority = place.authority().filter(|authority| is_plain(authority))?;
        let host = self.hosts.iter().find(|host| is_of(authority.host(), host.name))?;
        Client::outside(&place.to_string(), ca_pem).ok().map(|client| (client, host.signs_in))
    }
}

/// Neither a login nor another port than the usual one.
fn is_plain(authority: &Authority) -> bool {
    !authority.as_str().contains('@') && authority.port_u16().is_none_or(|port| port == 443)
}

fn is_of(host: &str, name: &str) -> bool {
    let host = host.to_ascii_lowercase();
    if name.starts_with('.') { host.ends_with(name) } else { host == name }
}

fn same_server(one: &Uri, other: &Uri) -> bool {
    let server = |uri: &Uri| {
        let usual = if uri.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
        uri.authority()
            .filter(|authority| !authority.as_str().contains('@'))
            .map(|authority| (authority.host().to_ascii_lowercase(), authority.port_u16().unwrap_or(usual)))
    };
    server(one).is_some() && server(one) == server(other)
}

/// Where `Location` leads (RFC 9110 §10.2.2), as far as it is an address or a path.
fn handed_on(from: &Uri, location: &str) -> Option<Uri> {
    if location.starts_with('/') && !location.starts_with("//") {
        let mut parts = from.clone().into_parts();
        parts.path_and_query = Some(location.parse().ok()?);
        return Uri::from_parts(parts).ok();
    }
    let next: Uri = location.parse().ok()?;
    next.scheme().is_some().then_some(next)
}

/// Neither secret nor address.
impl fmt::Debug for Files {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Files").finish_non_exhaustive()
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Login")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTS: &[FileHost] = &[FileHost { name: ".files.example", signs_in: false }, FileHost { name: "api.example", signs_in: true }];

    fn files() -> Files {
        Files::new("http://127.0.0.1:9", HOSTS, Login::Bearer("secret".into()), None).unwrap()
    }

    fn asked(url: &str) -> Option<bool> {
        url.parse().ok().and_then(|place| files().client_for(&place)).map(|(_, signs_in)| signs_in)
    }

    #[test]
    fn only_the_owners_servers_are_asked_and_only_those_that_need_it_are_shown_who_asks() {
        assert_eq!(asked("http://127.0.0.1:9/v1/x?y=1"), Some(true));
        assert_eq!(asked("https://api.example/x"), Some(true));
        assert_eq!(asked("https://API.example:443/x"), Some(true));
        assert_eq!(asked("https://a.b.files.example/x"), Some(false));
        for foreign in [
            "http://api.example/x",
            "https://api.example:8443/x",
            "https://user@api.example/x",
            "https://api.example.evil.example/x",
            "https://xfiles.example/x",
            "https://files.example/x",
            "https://evil.example/.files.example",
            "https://127.0.0.1:9/x",
            "http://127.0.0.1:10/x",
            "http://x@127.0.0.1:9/x",
            "http://localhost:9/x",
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "/x",
            "",
        ] {
            assert_eq!(asked(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_server_hands_on_to_a_path_of_its_own_or_to_an_address() {
        let from: Uri = "https://api.example/a?b=1".parse().unwrap();
        let next = |location: &str| handed_on(&from, location).map(|next| next.to_string());
        assert_eq!(next("/c?d=2").as_deref(), Some("https://api.example/c?d=2"));
        assert_eq!(next("https://x.files.example/c").as_deref(), Some("https://x.files.example/c"));
        for odd in ["//evil.example/c", "c", "", "evil.example", "?d=2"] {
            assert_eq!(next(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_name_that_leads_to_this_machine_is_asked_nothing() {
        let client = Client::outside("https://localhost/x", None).unwrap();
        let limits = Limits { within: std::time::Duration::from_secs(5), largest_answer: 10 };
        let failure = client.get().send(limits).unwrap_err();
        assert!(failure.certainly_not_sent(), "{failure}");
        assert_eq!(failure.cause(), Some(crate::Cause::UnknownName));
        assert!(Client::outside("http://127.0.0.1/x", None).is_err());
    }

    #[test]
    fn neither_secret_nor_address_is_shown() {
        let shown = format!("{:?} {:?} {}", files(), Login::Basic("u".into(), "secret".into()), FileError::Foreign);
        assert!(!shown.contains("secret") && !shown.contains("127.0.0.1"), "{shown}");
    }
}
