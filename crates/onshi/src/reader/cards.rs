//! The tray of the built-in reader: the virtual cards of a folder, and the credential that lies beside them.

use crate::card::folder::{CREDENTIAL, Folder, Taken};
use crate::card::{fault_in, kind_in};
use crate::output::Failure;
use onshi_card::{CardFile, Memory, Profile, TerminalCredential};
use onshi_core::entropy::fresh_seed;
use onshi_language::{Language, say};
use onshi_terminal::reader::machine::ReaderCredential;
use onshi_terminal::reader::{Keeping, Tray, TrayCard};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What lets cards sign without their PIN.
pub type Credential = Option<Arc<dyn ReaderCredential>>;

/// The cards of a folder. Their counters are kept there, as `onshi card insert` keeps them.
pub fn tray(path: &Path) -> Result<Tray, Failure> {
    let folder = Folder::new(path);
    let cards = on_tray(&folder)?;
    let kept = Kept { folder, lies: None };
    Ok(Tray::kept(cards, fresh_seed(), Box::new(kept)))
}

/// The cards of a folder, which stays as it is: what is done with them ends with the program. They are there once,
/// however many readers there are for them.
#[derive(Clone)]
pub struct CardsForTrying {
    cards: Vec<TrayCard>,
    /// What is in those that lay on a reader, by their names; none while one does.
    memories: Arc<Mutex<BTreeMap<String, Option<Memory>>>>,
}

impl CardsForTrying {
    /// Reads them.
    pub fn of(path: &Path) -> Result<CardsForTrying, Failure> {
        let cards = on_tray(&Folder::new(path))?;
        let memory = |card: &TrayCard| (card.name.clone(), Some(card.memory.clone()));
        let memories = cards.iter().map(memory).collect();
        Ok(CardsForTrying {
            cards,
            memories: Arc::new(Mutex::new(memories)),
        })
    }

    /// A reader for them, with a tray.
    pub fn tray(&self) -> Tray {
        let keeping = InMemory {
            memories: self.memories.clone(),
            lies: None,
        };
        Tray::kept(self.cards.clone(), fresh_seed(), Box::new(keeping))
    }
}

fn on_tray(folder: &Folder) -> Result<Vec<TrayCard>, Failure> {
    let mut cards = folder.cards()?;
    // What is out of the ordinary comes behind.
    cards.sort_by_key(|card| !is_ordinary(card));
    if cards.is_empty() {
        return Err(Failure::usage(say!(
            "there are no cards in {}; `onshi card make` makes some",
            "{} にカードはありません。`onshi card make` で作ってください。",
            folder.path().display()
        )));
    }
    Ok(cards.into_iter().map(on_the_page).collect())
}

fn is_ordinary(card: &CardFile) -> bool {
    let registered = card.registration.is_some_and(|one| one.registered);
    card.order.profile == Profile::Card && card.order.faults.is_empty() && registered
}

/// A card with what is special about it, in the language of the kiosk's tray.
fn on_the_page(card: CardFile) -> TrayCard {
    let japanese = Language::Japanese;
    let mut words = vec![kind_in(japanese, card.order.profile)];
    let faults = card.order.faults.iter();
    words.extend(faults.map(|fault| fault_in(japanese, *fault)));
    match &card.registration {
        None => words.push("センターに登録なし"),
        Some(told) if !told.registered => words.push("保険証利用登録なし"),
        Some(_) => {}
    }
    let note = words.join("、");
    TrayCard::of(card, note)
}

/// The credential of a file, or the one that lies beside the cards.
pub fn credential(file: Option<&Path>, cards: Option<&Path>) -> Result<Credential, Failure> {
    let found = match (file, cards) {
        (Some(file), _) => {
            let text = crate::output::read_text(file)?;
            // What stands there is a key: nothing of it is told.
            let read = serde_json::from_str::<TerminalCredential>(&text).map_err(|_| {
                Failure::usage(say!(
                    "{} is no credential of a reader, as `onshi card make` writes it",
                    "{} は、`onshi card make` が書き出すリーダー用の認証情報ではありません。",
                    file.display()
                ))
            })?;
            Some(read)
        }
        (None, Some(cards)) => Folder::new(cards).read::<TerminalCredential>(CREDENTIAL)?,
        (None, None) => None,
    };
    Ok(found.map(|one| Arc::new(one) as Arc<dyn ReaderCredential>))
}

/// What is in cards that are kept in memory alone.
struct InMemory {
    memories: Arc<Mutex<BTreeMap<String, Option<Memory>>>>,
    /// What the card on this reader has in it.
    lies: Option<Memory>,
}

impl InMemory {
    fn memories(&self) -> MutexGuard<'_, BTreeMap<String, Option<Memory>>> {
        self.memories.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keeping for InMemory {
    fn take(&mut self, name: &str) -> Option<Memory> {
        let taken = self.memories().get_mut(name)?.take();
        self.lies.clone_from(&taken);
        taken
    }

    fn keep(&mut self, _: &str, memory: &Memory) -> bool {
        self.lies = Some(memory.clone());
        true
    }

    fn give_back(&mut self, name: &str) {
        let memory = self.lies.take();
        self.memories().insert(name.to_owned(), memory);
    }
}

/// The folder of the tray's cards, and the one that lies on the reader.
struct Kept {
    folder: Folder,
    lies: Option<(Taken, CardFile)>,
}

impl Kept {
    fn begin(&mut self, name: &str) -> Result<Memory, Failure> {
        // Read after it is taken: whoever had it before has written its counters.
        let taken = self.folder.take_from_tray(name)?;
        let card = self.folder.card(name)?;
        let memory = card.memory.clone();
        self.lies = Some((taken, card));
        Ok(memory)
    }
}

impl Keeping for Kept {
    fn take(&mut self, name: &str) -> Option<Memory> {
        match self.begin(name) {
            Ok(memory) => Some(memory),
            Err(failure) => {
                tracing::warn!(card = name, why = failure.text(), "the card can't be had");
                None
            }
        }
    }

    fn keep(&mut self, name: &str, memory: &Memory) -> bool {
        let Some((_, card)) = &mut self.lies else {
            return false;
        };
        card.memory = memory.clone();
        match self.folder.write(name, card) {
            Ok(()) => true,
            Err(failure) => {
                tracing::error!(card = name, why = failure.text(), "the card can't be kept");
                false
            }
        }
    }

    fn give_back(&mut self, _: &str) {
        self.lies = None;
    }
}
