//! The built-in reader of the demo: virtual cards on a tray, of which one lies on the reader.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use onshi_card::{Card, Handling, Inserted, Memory, Random};
use serde::Serialize;

use super::machine::CardGone;
use super::port::{CardNumber, Port};
use super::secret::Secret;

/// A virtual card of the tray.
#[derive(Debug, Clone)]
pub struct TrayCard {
    /// What it is called.
    pub name: String,
    /// Whose it is and what is special, in Japanese.
    pub note: String,
    /// The PIN, which the demo tells; none where it is of no use.
    pub pin: Option<String>,
    /// What is printed on it (照合番号B).
    pub printed: Option<Secret>,
    /// What stands before the camera when this person does: grey, [`FRAME`](super::face::Picture) wide.
    pub person: Option<super::face::Picture>,
    /// What is in it.
    pub memory: Memory,
}

/// What the tray's page shows of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OnTray {
    name: String,
    note: String,
    pin: Option<String>,
    has_face: bool,
    on_reader: bool,
}

/// The tray, and the reader beside it.
#[derive(Clone)]
pub struct Tray(Arc<Mutex<State>>);

struct State {
    cards: Vec<TrayCard>,
    on: Option<(usize, Inserted)>,
    number: CardNumber,
    latency_ms: u32,
    random: Random,
}

impl std::fmt::Debug for Tray {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tray")
    }
}

impl Tray {
    /// A tray of cards. Each takes so long for an answer.
    pub fn new(cards: Vec<TrayCard>, latency_ms: u32, seed: [u8; 32]) -> Tray {
        Tray(Arc::new(Mutex::new(State {
            cards,
            on: None,
            number: 0,
            latency_ms,
            random: Random::from_seed(seed),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a card on the reader, in place of the one that lies there; false where there is none of
    /// that name.
    pub fn put(&self, name: &str) -> bool {
        let mut state = self.state();
        let Some(place) = state.cards.iter().position(|card| card.name == name) else {
            return false;
        };
        state.take();
        let Some(card) = state.cards.get(place) else {
            return false;
        };
        let mut inserted = Card::new(card.memory.clone());
        // The owner of a phone unlocks it before it is held to the reader.
        inserted.hold(true);
        let handling = Handling {
            latency_ms: state.latency_ms,
            taken_away_after: None,
        };
        state.on = Some((place, Inserted::new(inserted, handling)));
        state.number += 1;
        true
    }

    /// Takes the card away.
    pub fn take(&self) {
        self.state().take();
    }

    /// How many commands the card on the reader was given.
    pub fn commands(&self) -> u32 {
        let state = self.state();
        state.on.as_ref().map_or(0, |(_, card)| card.commands())
    }

    /// The person of this card, as the camera sees them.
    pub fn person(&self, name: &str) -> Option<super::face::Picture> {
        let state = self.state();
        let card = state.cards.iter().find(|card| card.name == name)?;
        card.person.clone()
    }

    /// What is on the tray.
    pub fn list(&self) -> Vec<OnTray> {
        let state = self.state();
        let on = state.on.as_ref().map(|(place, _)| *place);
        let cards = state.cards.iter().enumerate();
        cards
            .map(|(place, card)| OnTray {
                name: card.name.clone(),
                note: card.note.clone(),
                pin: card.pin.clone(),
                has_face: card.person.is_some(),
                on_reader: on == Some(place),
            })
            .collect()
    }
}

impl State {
    /// Counters go back with the card.
    fn take(&mut self) {
        if let Some((place, card)) = self.on.take()
            && let Some(kept) = self.cards.get_mut(place)
        {
            kept.memory = card.into_card().into_memory();
        }
    }
}

impl Port for Tray {
    fn card(&mut self) -> Option<CardNumber> {
        let state = self.state();
        state.on.as_ref().map(|_| state.number)
    }

    fn transmit(&mut self, command: &Secret) -> Result<Secret, CardGone> {
        let answered = {
            let mut state = self.state();
            let State { on, random, .. } = &mut *state;
            let (_, card) = on.as_mut().ok_or(CardGone)?;
            card.transmit(command.bytes(), random).ok_or(CardGone)?
        };
        std::thread::sleep(answered.after);
        Ok(Secret::new(answered.bytes))
    }

    fn release(&mut self) {
        if let Some((_, card)) = &mut self.state().on {
            card.card_mut().power_off();
        }
    }

    fn printed(&mut self) -> Option<Secret> {
        let state = self.state();
        let (place, _) = state.on.as_ref()?;
        state.cards.get(*place)?.printed.clone()
    }
}
