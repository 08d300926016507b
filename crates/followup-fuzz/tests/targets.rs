//! Every fuzz target holds on generated inputs and on mutations of mails as servers and people write them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use followup_fuzz::TARGETS;
use proptest::prelude::*;

/// Mails, texts and contacts of our own; `fuzz/` begins with them too (`cargo xtask fuzz`).
const SEEDS: &[&[u8]] = &[
    include_bytes!("../seeds/bounce.eml"),
    include_bytes!("../seeds/bounce-in-prose.eml"),
    include_bytes!("../seeds/out-of-office.eml"),
    include_bytes!("../seeds/reply.eml"),
    include_bytes!("../seeds/html.eml"),
    include_bytes!("../seeds/contact.txt"),
    include_bytes!("../seeds/letter.txt"),
    include_bytes!("../seeds/answers.txt"),
];

/// Replaces, inserts, cuts, repeats and splices.
fn mutated(seed: &[u8], other: &[u8], changes: &[(prop::sample::Index, u8, usize)]) -> Vec<u8> {
    let mut data = seed.to_vec();
    for (place, byte, kind) in changes {
        if data.is_empty() {
            break;
        }
        let place = place.index(data.len());
        let end = (place + usize::from(*byte)).min(data.len());
        match kind {
            0 => data[place] = *byte,
            1 => data.insert(place, *byte),
            2 => drop(data.drain(place..end)),
            3 => data.extend_from_within(place..end),
            4 => data.extend_from_slice(&other[..other.len().min(usize::from(*byte) * 4)]),
            _ => data.truncate(place.max(20)),
        }
    }
    data
}

#[test]
fn every_seed_passes_every_target() {
    for (name, target) in TARGETS {
        for seed in SEEDS.iter().copied().chain([b"".as_slice(), b"\xff\xfe\x00", b"\r\n\r\n"]) {
            target(seed);
            followup_fuzz::run(name, seed);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes_pass_every_target(data in prop::collection::vec(any::<u8>(), 0..600)) {
        TARGETS.iter().for_each(|(_, target)| target(&data));
    }

    #[test]
    fn arbitrary_text_passes_every_target(data in any::<String>()) {
        TARGETS.iter().for_each(|(_, target)| target(data.as_bytes()));
    }

    #[test]
    fn mutated_mails_pass_every_target(
        seed in 0..SEEDS.len(),
        other in 0..SEEDS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_usize..6), 1..12),
    ) {
        let data = mutated(SEEDS[seed], SEEDS[other], &changes);
        TARGETS.iter().for_each(|(_, target)| target(&data));
    }
}
