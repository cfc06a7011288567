//! The built-in reader of the demo: virtual cards on a tray, of which one lies on the reader.

mod picture;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use onshi_card::{Card, CardFile, DrawnFace, Handling, Inserted, Memory, Profile, Random, files};
use serde::Serialize;

use super::face::Picture;
use super::machine::CardGone;
use super::port::{CardNumber, Port};
use super::secret::Secret;

/// A virtual card of the tray.
#[derive(Debug, Clone)]
pub struct TrayCard {
    /// What it is called.
    pub name: String,
    /// Whose it is.
    pub holder: String,
    /// What is special, in Japanese.
    pub note: String,
    /// What it is.
    pub profile: Profile,
    /// The PIN, which the demo tells; none where it is of no use.
    pub pin: Option<String>,
    /// What is printed on it (照合番号B).
    pub printed: Option<Secret>,
    /// Who is on its photo, and stands before the camera when they are told to.
    pub face: Option<DrawnFace>,
    /// How it behaves on the reader.
    pub handling: Handling,
    /// What is in it.
    pub memory: Memory,
}

impl TrayCard {
    /// A card of a file, with what is special about it in Japanese.
    pub fn of(file: CardFile, note: String) -> TrayCard {
        let (printed, order) = (file.printed(), file.order);
        let is_card = order.profile.surface().is_some();
        TrayCard {
            name: file.name,
            holder: order.holder.name,
            note,
            profile: order.profile,
            // An iPhone is unlocked by its owner, and asks for no PIN.
            pin: (order.profile != Profile::Iphone).then_some(order.secrets.pin),
            printed: is_card.then(|| Secret::new(printed.into_bytes())),
            face: file.face,
            handling: file.handling,
            memory: file.memory,
        }
    }

    fn pin_left(&self, memory: &Memory) -> Option<u8> {
        memory.tries(self.profile.authentication(), files::PIN)
    }
}

/// Where the tray's cards are kept beyond the end of the program.
pub trait Keeping: Send {
    /// A card is about to lie on the reader: what is in it now. None where another reader has it.
    fn take(&mut self, name: &str) -> Option<Memory>;

    /// What a command has changed, before its answer is given. False where it can't be kept: then
    /// there is no answer.
    fn keep(&mut self, name: &str, memory: &Memory) -> bool;

    /// The card does not lie on the reader any more.
    fn give_back(&mut self, name: &str);
}

/// What the tray's page shows of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OnTray {
    name: String,
    holder: String,
    note: String,
    pin: Option<String>,
    pin_left: Option<u8>,
    has_face: bool,
    on_reader: bool,
}

impl OnTray {
    /// What the card is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose it is.
    pub fn holder(&self) -> &str {
        &self.holder
    }

    /// What is special, in Japanese.
    pub fn note(&self) -> &str {
        &self.note
    }
}

/// The tray, and the reader beside it.
#[derive(Clone)]
pub struct Tray(Arc<Mutex<State>>);

struct State {
    cards: Vec<TrayCard>,
    on: Option<(usize, Inserted)>,
    number: CardNumber,
    random: Random,
    keeping: Option<Box<dyn Keeping>>,
}

impl std::fmt::Debug for Tray {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tray")
    }
}

impl Tray {
    /// A tray of cards, whose counters end with the program.
    pub fn new(cards: Vec<TrayCard>, seed: [u8; 32]) -> Tray {
        Tray::with(cards, seed, None)
    }

    /// A tray of cards that are kept elsewhere.
    pub fn kept(cards: Vec<TrayCard>, seed: [u8; 32], keeping: Box<dyn Keeping>) -> Tray {
        Tray::with(cards, seed, Some(keeping))
    }

    fn with(cards: Vec<TrayCard>, seed: [u8; 32], keeping: Option<Box<dyn Keeping>>) -> Tray {
        Tray(Arc::new(Mutex::new(State {
            cards,
            on: None,
            number: 0,
            random: Random::from_seed(seed),
            keeping,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a card on the reader, in place of the one that lies there.
    pub fn put(&self, name: &str) -> Put {
        self.state().put(name)
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
    pub fn person(&self, name: &str) -> Option<Picture> {
        picture::before_the_camera(self.face(name)?)
    }

    /// The photo of the card at this place of the tray, as a browser shows it (BMP).
    pub fn photo(&self, place: usize) -> Option<Vec<u8>> {
        let face = self.state().cards.get(place)?.face?;
        Some(picture::bitmap(&picture::on_the_card(face)))
    }

    fn face(&self, name: &str) -> Option<DrawnFace> {
        let state = self.state();
        let mut cards = state.cards.iter();
        cards.find(|card| card.name == name)?.face
    }

    /// What is on the tray.
    pub fn list(&self) -> Vec<OnTray> {
        let state = self.state();
        let on = state.on.as_ref();
        let cards = state.cards.iter().enumerate();
        cards
            .map(|(place, card)| {
                let lies = on.filter(|(at, _)| *at == place);
                let memory = lies.map_or(&card.memory, |(_, lies)| lies.card().memory());
                OnTray {
                    name: card.name.clone(),
                    holder: card.holder.clone(),
                    note: card.note.clone(),
                    pin: card.pin.clone(),
                    pin_left: card.pin_left(memory),
                    has_face: card.face.is_some(),
                    on_reader: lies.is_some(),
                }
            })
            .collect()
    }
}

/// What came of putting a card on the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It lies there.
    Done,
    /// There is none of that name.
    None,
    /// It is in another reader.
    Elsewhere,
}

impl State {
    fn put(&mut self, name: &str) -> Put {
        self.take();
        let Some(place) = self.cards.iter().position(|card| card.name == name) else {
            return Put::None;
        };
        let Some(kept) = self.cards.get_mut(place) else {
            return Put::None;
        };
        if let Some(keeping) = &mut self.keeping {
            match keeping.take(name) {
                Some(memory) => kept.memory = memory,
                None => return Put::Elsewhere,
            }
        }
        let mut card = Card::new(kept.memory.clone());
        // The owner of a phone unlocks it before it is held to the reader.
        card.hold(true);
        self.on = Some((place, Inserted::new(card, kept.handling)));
        self.number += 1;
        Put::Done
    }

    /// Says something to the card; none where it is gone.
    fn say(&mut self, command: &[u8]) -> Option<onshi_card::Answered> {
        let (place, card) = self.on.as_mut()?;
        let Some(answered) = card.transmit(command, &mut self.random) else {
            self.take();
            return None;
        };
        if let Some(keeping) = &mut self.keeping
            && onshi_card::may_change(command)
        {
            let kept = self.cards.get(*place)?;
            if !keeping.keep(&kept.name, card.card().memory()) {
                self.take();
                return None;
            }
        }
        Some(answered)
    }

    /// Counters go back with the card.
    fn take(&mut self) {
        if let Some((place, card)) = self.on.take()
            && let Some(kept) = self.cards.get_mut(place)
        {
            kept.memory = card.into_card().into_memory();
            if let Some(keeping) = &mut self.keeping {
                keeping.give_back(&kept.name);
            }
        }
    }
}

impl Port for Tray {
    fn card(&mut self) -> Option<CardNumber> {
        let state = self.state();
        state.on.as_ref().map(|_| state.number)
    }

    fn transmit(&mut self, command: &Secret) -> Result<Secret, CardGone> {
        let answered = self.state().say(command.bytes()).ok_or(CardGone)?;
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
