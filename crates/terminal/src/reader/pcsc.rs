//! A card reader of PC/SC: the first one that is connected, or the one that is named.

use std::time::{Duration, Instant};

use onshi_pcsc::{Connection, Context, Library, PcscError, ReaderState, Sharing};

use super::machine::CardGone;
use super::port::{CardNumber, Port};
use super::secret::Secret;

/// How often it is looked for a reader, or a service, that is not there.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A card reader of PC/SC. What can't be done now, since the service is away or the reader was pulled
/// out, is tried again: a reader may be plugged in at any time.
#[derive(Debug)]
pub struct PcscPort {
    library: Library,
    wanted: Option<String>,
    reader: Option<(Context, String)>,
    card: Option<Connection>,
    /// The last change of the reader that was seen with a card in it, and which card that was.
    seen: Option<(u16, CardNumber)>,
    number: CardNumber,
    looked: Option<Instant>,
    trouble: Option<PcscError>,
}

impl PcscPort {
    /// The reader whose name begins so, or the first one. Fails where PC/SC is not installed; all else
    /// may still come.
    pub fn open(wanted: Option<String>) -> Result<PcscPort, PcscError> {
        Ok(PcscPort {
            library: Library::load()?,
            wanted,
            reader: None,
            card: None,
            seen: None,
            number: 0,
            looked: None,
            trouble: None,
        })
    }

    /// The name of the reader, once there is one.
    pub fn reader(&self) -> Option<&str> {
        self.reader.as_ref().map(|(_, name)| name.as_str())
    }

    fn find(&mut self) -> Result<(), PcscError> {
        let context = self.library.context()?;
        let readers = context.readers()?;
        let mut fitting = readers.into_iter().filter(|name| match &self.wanted {
            Some(wanted) => name.starts_with(wanted),
            None => true,
        });
        let name = fitting.next().ok_or(PcscError::NoReaders)?;
        tracing::info!(reader = name, "a card reader is connected");
        self.reader = Some((context, name));
        Ok(())
    }

    fn state(&mut self) -> Result<ReaderState, PcscError> {
        if self.reader.is_none() {
            self.find()?;
        }
        match &self.reader {
            Some((context, name)) => context.state(name),
            None => Err(PcscError::NoReaders),
        }
    }

    /// Forgets the reader, and tells once why.
    fn lost(&mut self, why: PcscError) {
        self.card = None;
        self.reader = None;
        self.seen = None;
        if self.trouble.as_ref() != Some(&why) {
            tracing::warn!(why = %why, "there is no card reader");
            self.trouble = Some(why);
        }
    }

    fn say(&mut self, command: &Secret) -> Result<Secret, PcscError> {
        if self.card.is_none() {
            let (context, name) = self.reader.as_mut().ok_or(PcscError::NoReaders)?;
            self.card = Some(context.connect(name, Sharing::Exclusive)?);
        }
        let card = self.card.as_mut().ok_or(PcscError::NoCard)?;
        let mut answer = card.transmit(command.bytes())?;
        // Taken over, not copied: the place it lies in is cleared with the secret.
        Ok(Secret::new(std::mem::take(&mut *answer)))
    }
}

impl Port for PcscPort {
    fn card(&mut self) -> Option<CardNumber> {
        let waiting = self.looked.is_some_and(|at| at.elapsed() < LOOK_AGAIN);
        if self.reader.is_none() && waiting {
            return None;
        }
        self.looked = Some(Instant::now());
        match self.state() {
            Ok(state) => {
                self.trouble = None;
                if !state.present || state.mute {
                    self.card = None;
                    self.seen = None;
                    return None;
                }
                match self.seen {
                    Some((changes, number)) if changes == state.changes => Some(number),
                    _ => {
                        self.card = None;
                        self.number += 1;
                        self.seen = Some((state.changes, self.number));
                        Some(self.number)
                    }
                }
            }
            Err(why) => {
                self.lost(why);
                None
            }
        }
    }

    fn transmit(&mut self, command: &Secret) -> Result<Secret, CardGone> {
        self.say(command).map_err(|why| {
            // Of the command nothing is told: it may be a PIN.
            tracing::info!(why = %why, "the card did not answer");
            match why {
                PcscError::NoService => self.lost(why),
                // Most likely it was pulled out, which pcscd sees within half a second. A connection that ends
                // before makes pcscd 1.9.9 miss the next card, if that one comes as quickly: `card` ends it.
                PcscError::Other(_) | PcscError::Mute => {}
                _ => self.card = None,
            }
            CardGone
        })
    }

    fn release(&mut self) {
        // Its power goes with it, and what was shown to it.
        self.card = None;
    }

    fn printed(&mut self) -> Option<Secret> {
        // No camera looks at the card's face here.
        None
    }
}
