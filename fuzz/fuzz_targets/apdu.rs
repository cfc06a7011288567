//! Any commands to a card, whatever is in them: a status word at the end of every answer, data only
//! with a good one, and no counter of tries grows, since nobody knows the secrets.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onshi_card::memory::{File, Memory};
use onshi_card::{
    Authority, Card, Date, Holder, Municipality, Order, Profile, Random, Secrets, make,
};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// One card of each kind.
static CARDS: LazyLock<Vec<Memory>> = LazyLock::new(|| {
    let today = Date::parse("20261126").unwrap();
    let mut authority = Authority::found(&[1; 32], today, "http://ocsp.jpki-sim.invalid").unwrap();
    let mut made = |profile| {
        let order = Order {
            profile,
            holder: Holder {
                name: "見本　花子".to_owned(),
                address: "東京都見本市１－１".to_owned(),
                born: Date::parse("19800217").unwrap(),
                sex: "2".to_owned(),
                municipality: Municipality::sample(),
            },
            secrets: Secrets::draw(&mut Random::from_seed([2; 32])),
            today,
            faults: BTreeSet::new(),
            photo: None,
        };
        make(&mut authority, None, &order, &[3; 32]).unwrap().memory
    };
    Profile::ALL.into_iter().map(&mut made).collect()
});

fn counters(memory: &Memory) -> Vec<u8> {
    let applications = memory.applications.iter();
    let files = applications.flat_map(|one| one.files.values());
    let secrets = files.filter_map(|file| match file {
        File::Secret(secret) => Some(secret.left()),
        _ => None,
    });
    secrets.collect()
}

// The first byte chooses the card; then come commands, each behind its length. Keys take their time, and
// are made before the clock of a run begins.
fuzz_target!(init: drop(LazyLock::force(&CARDS)), |bytes: &[u8]| {
    let Some((which, mut rest)) = bytes.split_first() else {
        return;
    };
    let memory = CARDS[usize::from(*which) % CARDS.len()].clone();
    let mut card = Card::new(memory);
    let mut random = Random::from_seed([8; 32]);
    let mut before = counters(card.memory());
    while let Some((length, more)) = rest.split_first() {
        let (command, after) = more.split_at(usize::from(*length).min(more.len()));
        rest = after;
        let answer = card.transmit(command, &mut random);
        assert!((2..=65_538).contains(&answer.len()));
        let good = answer.ends_with(&[0x90, 0x00]);
        assert!(good || answer.len() == 2);
        let now = counters(card.memory());
        assert!(before.iter().zip(&now).all(|(old, new)| new <= old));
        before = now;
    }
});
