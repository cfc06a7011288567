//! Whatever bytes come: a status word at the end, no panic, and tries go by VERIFY alone.

use crate::sample::{made, plain};
use onshi_card::memory::{File, Memory};
use onshi_card::{Card, Made, Profile, Random};
use proptest::prelude::*;
use std::sync::LazyLock;

static CARDS: LazyLock<Vec<Made>> = LazyLock::new(|| {
    vec![
        plain(),
        made(Profile::NextCard, &[]),
        made(Profile::Iphone, &[]),
    ]
});

/// Every counter of the card.
fn counters(memory: &Memory) -> Vec<u8> {
    let files = memory
        .applications
        .iter()
        .flat_map(|one| one.files.values());
    let secrets = files.filter_map(|file| match file {
        File::Secret(secret) => Some(secret.left()),
        _ => None,
    });
    secrets.collect()
}

/// Commands that lead somewhere, and bytes that do not.
fn apdu() -> impl Strategy<Value = Vec<u8>> {
    let names: Vec<Vec<u8>> = onshi_card::profile::all_names()
        .map(<[u8]>::to_vec)
        .collect();
    let select = proptest::sample::select(names).prop_map(|name| {
        let length = u8::try_from(name.len()).unwrap();
        [&[0, 0xA4, 4, 12, length][..], &name].concat()
    });
    let file = (0u8..0x20).prop_map(|low| vec![0, 0xA4, 2, 12, 2, 0, low]);
    let likely = (
        proptest::sample::select(vec![0u8, 0x80, 0xB0]),
        proptest::sample::select(vec![
            0x20u8, 0x24, 0x2A, 0x32, 0x82, 0x84, 0x88, 0xA2, 0xA4, 0xB0, 0xB2, 0xCA,
        ]),
        0u8..8,
        any::<u8>(),
        proptest::collection::vec(any::<u8>(), 0..40),
        any::<bool>(),
    );
    let likely = likely.prop_map(|(class, instruction, p1, p2, data, le)| {
        let mut bytes = vec![class, instruction, p1, p2];
        if !data.is_empty() {
            bytes.push(u8::try_from(data.len()).unwrap());
            bytes.extend(data);
        }
        bytes.extend(le.then_some(0));
        bytes
    });
    let any_bytes = proptest::collection::vec(any::<u8>(), 0..300);
    prop_oneof![3 => select, 3 => file, 8 => likely, 2 => any_bytes]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_sequence_of_commands(which in 0usize..3, commands in proptest::collection::vec(apdu(), 1..60)) {
        let mut card = Card::new(CARDS[which].memory.clone());
        let mut random = Random::from_seed([8; 32]);
        let mut before = counters(card.memory());
        for command in commands {
            let answer = card.transmit(&command, &mut random);
            prop_assert!((2..=65_538).contains(&answer.len()));
            let status = u16::from_be_bytes([answer[answer.len() - 2], answer[answer.len() - 1]]);
            prop_assert!(status == 0x9000 || (0x6300..0x7000).contains(&status), "{status:04X}");
            prop_assert!(status == 0x9000 || answer.len() == 2);
            let after = counters(card.memory());
            let presents = command.len() > 5 && command[..2] == [0, 0x20];
            for (old, new) in before.iter().zip(&after) {
                // Nobody knows the secrets, so no counter grows.
                prop_assert!(new <= old);
                prop_assert!(new == old || presents, "{command:02X?}");
            }
            let lost: u32 = before.iter().zip(&after).map(|(old, new)| u32::from(old - new)).sum();
            prop_assert!(lost <= 1);
            before = after;
        }
    }
}
