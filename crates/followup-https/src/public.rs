//! Which addresses stand on the Internet (IANA's special-purpose registries: <https://www.iana.org/assignments/iana-ipv4-special-registry>,
//! <https://www.iana.org/assignments/iana-ipv6-special-registry>).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks of IPv4 that lead to no public server: first address, bits of the prefix.
const PRIVATE: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 3),
];

/// Whether a server at this address is one of the Internet.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let within = |(first, bits): &([u8; 4], u32)| {
        let mask = u32::MAX << (32 - bits);
        address.to_bits() & mask == u32::from_be_bytes(*first) & mask
    };
    !PRIVATE.iter().any(within)
}

/// Only 2000::/3 is given out; what holds an address of IPv4 leads there.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, third, ..] = address.segments();
    let [.., a, b, c, d] = address.octets();
    match (first, second) {
        _ if address.to_ipv4_mapped().is_some() => is_public_v4(Ipv4Addr::new(a, b, c, d)),
        // NAT64 (RFC 6052); its prefix for networks of one's own (64:ff9b:1::/48, RFC 8215) is none.
        (0x64, 0xff9b) if address.segments()[2..6] == [0; 4] => is_public_v4(Ipv4Addr::new(a, b, c, d)),
        // 6to4 (RFC 3056).
        (0x2002, _) => is_public_v4(Ipv4Addr::from_bits(u32::from(second) << 16 | u32::from(third))),
        // Teredo and what else is no place; documentation.
        (0x2001, 0..=0x1ff | 0xdb8) | (0x3fff, 0..=0xfff) => false,
        _ => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_on_the_internet_is_public() {
        for outside in
            ["8.8.8.8", "157.240.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2a03:2880:f10d::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
        {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::8.8.8.8",
            "64:ff9b:1:ffff::8.8.8.8",
            "64:ff9b:2::8.8.8.8",
            "64:ff9b:0:1::8.8.8.8",
            "64:ff9b::1:0:8.8.8.8",
            "2002:7f00:1::",
            "2001:db8::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
    }
}
