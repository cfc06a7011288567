//! A place where a card lies: the built-in one of the demo, or a reader of PC/SC.

use super::machine::CardGone;
use super::secret::Secret;

/// A place for a card. Its calls block, and are made by one thread alone.
pub trait Port: Send {
    /// Whether a card is there, told anew for each one that is put on.
    fn card(&mut self) -> Option<CardNumber>;

    /// Says something to the card, with nobody else in between. Gives power where it has none.
    fn transmit(&mut self, command: &Secret) -> Result<Secret, CardGone>;

    /// Powers the card off and lets others have it.
    fn release(&mut self);

    /// What is read by sight from the face of the card (照合番号B); none where it can't be.
    fn printed(&mut self) -> Option<Secret>;
}

/// The how-manieth card it is since the start: one that is taken and put on again is another one.
pub type CardNumber = u64;
