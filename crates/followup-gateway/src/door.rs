//! Whether it was the gateway that called.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use followup_domain::ports::{CallbackDoor, Clock, ProviderCall};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::call::Call;
use crate::{SCOPE, WEBHOOK};

/// Addresses that begin alike (RFC 4632): an address, and how many of its bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange {
    /// One of them.
    pub address: IpAddr,
    /// So many bits are the same in all: 32 or 128 at most.
    pub bits: u8,
}

impl AddressRange {
    /// Whether this address is one of them. One of IPv4 is the same written as one of IPv6 (`::ffff:10.0.0.1`).
    pub fn contains(&self, address: IpAddr) -> bool {
        let beyond = |width: u32| width.saturating_sub(u32::from(self.bits));
        match (self.address.to_canonical(), address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(other)) => (ours.to_bits() ^ other.to_bits()).checked_shr(beyond(32)).unwrap_or(0) == 0,
            (IpAddr::V6(ours), IpAddr::V6(other)) => (ours.to_bits() ^ other.to_bits()).checked_shr(beyond(128)).unwrap_or(0) == 0,
            _ => false,
        }
    }
}

/// Lets the gateway's calls in: gateways sign nothing, so a secret stands in the path, and the caller's address counts.
#[derive(Clone)]
pub struct GatewayDoor {
    secret: Vec<u8>,
    allowed: Vec<AddressRange>,
    clock: Arc<dyn Clock>,
}

impl GatewayDoor {
    /// `secret`: what stands in the path, of characters that an address takes as they are. `allowed`: who may call. `clock`: the minute of a
    /// message that has neither id nor time.
    pub fn new(secret: &str, allowed: Vec<AddressRange>, clock: Arc<dyn Clock>) -> Self {
        Self { secret: secret.as_bytes().to_vec(), allowed, clock }
    }

    /// In constant time, as far as the secret goes.
    fn knows(&self, given: &str) -> bool {
        let expected = mac(&self.secret).chain_update(&self.secret).finalize().into_bytes();
        mac(&self.secret).chain_update(given).verify_slice(&expected).is_ok()
    }
}

/// HMAC takes keys of any length.
#[allow(clippy::expect_used)]
fn mac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

impl CallbackDoor for GatewayDoor {
    fn scope(&self) -> &str {
        SCOPE
    }

    /// What was called behind the secret, what the headers tell of the message, and the body.
    fn admit(&self, call: &ProviderCall<'_>) -> Option<Vec<u8>> {
        let (secret, called) = call.path_and_query.strip_prefix(WEBHOOK)?.split_once('/')?;
        let peer = call.peer?;
        let is_allowed = self.allowed.iter().any(|range| range.contains(peer));
        (self.knows(secret) && is_allowed).then(|| Call::kept(called, call, self.clock.now()))
    }

    /// Nothing: Kannel would send a text to the telephone.
    fn answer(&self) -> (&'static str, &'static str) {
        ("text/plain; charset=utf-8", "")
    }
}

/// Not the secret.
impl fmt::Debug for GatewayDoor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("GatewayDoor").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(address: &str, bits: u8) -> AddressRange {
        AddressRange { address: address.parse().unwrap(), bits }
    }

    #[test]
    fn a_range_has_the_addresses_that_begin_alike() {
        for (range, address, is_in) in [
            (range("127.0.0.0", 8), "127.9.9.9", true),
            (range("127.0.0.0", 8), "128.0.0.1", false),
            (range("10.1.2.3", 32), "10.1.2.3", true),
            (range("10.1.2.3", 32), "10.1.2.2", false),
            (range("10.1.2.3", 24), "::ffff:10.1.2.200", true),
            (range("0.0.0.0", 0), "203.0.113.9", true),
            (range("0.0.0.0", 0), "2001:db8::1", false),
            (range("2001:db8::", 32), "2001:db8:1::1", true),
            (range("2001:db8::", 32), "2001:db9::1", false),
            (range("::1", 128), "::1", true),
            (range("::1", 128), "127.0.0.1", false),
            (range("::", 0), "2001:db8::1", true),
        ] {
            assert_eq!(range.contains(address.parse().unwrap()), is_in, "{range:?} {address}");
        }
    }
}
