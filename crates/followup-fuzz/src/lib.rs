//! What fuzzing calls: one function per target, which reads arbitrary bytes and panics when a promise is broken.
//!
//! `fuzz/` runs them with libFuzzer (`cargo xtask fuzz`); the tests of this crate run them on generated and mutated inputs, so that no
//! target rots between two runs of the fuzzer.

mod contact;
mod extraction;
mod mail;
mod outbound;

/// A target: bytes in, a panic when something is wrong.
pub type Target = fn(&[u8]);

/// Every target by its name, as in `fuzz/fuzz_targets`.
pub const TARGETS: &[(&str, Target)] = &[
    ("parse", mail::parse),
    ("classify", mail::classify),
    ("report", mail::report),
    ("absence", mail::absence),
    ("html", mail::html),
    ("trim", mail::trim),
    ("contact", contact::contact),
    ("address", contact::address),
    ("compose", outbound::compose),
    ("extract", extraction::extract),
];

/// Runs the target of that name; nothing if there is none.
pub fn run(name: &str, data: &[u8]) {
    if let Some((_, target)) = TARGETS.iter().find(|(known, _)| *known == name) {
        target(data);
    }
}

/// Arbitrary bytes as text.
fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}
