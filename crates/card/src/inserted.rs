//! A card on a reader: it takes its time, and may be taken away.

use crate::card::Card;
use crate::fault::Handling;
use crate::random::Random;
use std::time::Duration;

/// VERIFY, CHANGE REFERENCE DATA, CHANGE KEY.
const CHANGES: [u8; 3] = [0x20, 0x24, 0x32];

/// Whether a command may change what is in a card: a counter, a secret. Who keeps cards keeps it after
/// such a command and before its answer, so that no try comes back by a kill.
pub fn may_change(apdu: &[u8]) -> bool {
    matches!(apdu, [_, instruction, ..] if CHANGES.contains(instruction))
}

/// A card on a reader. It neither waits nor looks at a clock: it says how long to wait.
pub struct Inserted {
    card: Card,
    handling: Handling,
    commands: u32,
}

/// An answer, and how long the card took for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Data and status word.
    pub bytes: Vec<u8>,
    /// How long to wait before it is given.
    pub after: Duration,
}

impl Inserted {
    /// Puts a card on the reader.
    pub fn new(card: Card, handling: Handling) -> Inserted {
        Inserted {
            card,
            handling,
            commands: 0,
        }
    }

    /// The card.
    pub fn card(&self) -> &Card {
        &self.card
    }

    /// The card, to give it power or to take it.
    pub fn card_mut(&mut self) -> &mut Card {
        &mut self.card
    }

    /// Takes the card off.
    pub fn into_card(self) -> Card {
        self.card
    }

    /// How many commands it has carried out.
    pub fn commands(&self) -> u32 {
        self.commands
    }

    /// Whether it is still there.
    pub fn is_there(&self) -> bool {
        let most = self.handling.taken_away_after.unwrap_or(u32::MAX);
        self.commands < most
    }

    /// Carries a command out; `None` if the card was taken away before it.
    pub fn transmit(&mut self, apdu: &[u8], random: &mut Random) -> Option<Answered> {
        if !self.is_there() {
            self.card.power_off();
            return None;
        }
        self.commands = self.commands.saturating_add(1);
        Some(Answered {
            bytes: self.card.transmit(apdu, random),
            after: Duration::from_millis(u64::from(self.handling.latency_ms)),
        })
    }
}
