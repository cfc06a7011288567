//! PC/SC, the usual way to card readers: which readers there are, whether a card is in one, and
//! commands to it. The library (`libpcsclite.so.1`) is loaded when it is asked for, so that nothing of
//! it has to be there to build the program or to run it without a reader.
//!
//! ```no_run
//! use onshi_pcsc::{Library, Sharing};
//! use std::time::Duration;
//!
//! let mut context = Library::load()?.context()?;
//! let reader = context.readers()?.remove(0);
//! if context.state(&reader)?.present {
//!     let mut card = context.connect(&reader, Sharing::Exclusive)?;
//!     let answer = card.transmit(&[0x00, 0xA4, 0x04, 0x0C])?;
//!     assert!(answer.len() >= 2);
//! }
//! # Ok::<(), onshi_pcsc::PcscError>(())
//! ```

mod error;
mod library;

pub use error::PcscError;
pub use library::Library;

use library::{Handle, Loaded};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The longest answer that PC/SC knows (`MAX_BUFFER_SIZE_EXTENDED`): 65,536 bytes, a status, what readers add.
const ANSWER_MAX: usize = 65_548;

/// How long a status word is.
const STATUS: usize = 2;

/// A connection with `pcscd`.
#[derive(Debug)]
pub struct Context(Arc<Established>);

/// It ends with the last card that one speaks with through it.
#[derive(Debug)]
struct Established {
    library: Arc<Loaded>,
    context: Handle,
}

/// What is in a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReaderState {
    /// A card is in it.
    pub present: bool,
    /// The card does not answer, such as one that lies on its wrong side.
    pub mute: bool,
    /// Counts on with every card that comes or goes. It begins again after 65,535.
    pub changes: u16,
}

/// Who may speak with the card at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Nobody else, which is right wherever a PIN is shown: it stays shown for whoever comes next.
    Exclusive,
    /// Others too.
    Shared,
}

/// A card that one speaks with. Dropping it takes its power, and with it what was shown to it.
#[derive(Debug)]
pub struct Connection {
    through: Arc<Established>,
    card: Handle,
    protocol: library::Protocol,
}

impl Library {
    /// Connects with `pcscd`.
    pub fn context(&self) -> Result<Context, PcscError> {
        let context = self.0.establish()?;
        Ok(Context(Arc::new(Established {
            library: self.0.clone(),
            context,
        })))
    }
}

impl Context {
    /// The names of the readers; none is no fault.
    pub fn readers(&self) -> Result<Vec<String>, PcscError> {
        match self.0.library.readers(self.0.context) {
            Err(PcscError::NoReaders) => Ok(Vec::new()),
            answer => answer,
        }
    }

    /// What is in a reader now.
    pub fn state(&self, reader: &str) -> Result<ReaderState, PcscError> {
        let state = self.0.library.state(self.0.context, reader)?;
        Ok(ReaderState {
            present: state & library::PRESENT != 0,
            mute: state & library::MUTE != 0,
            changes: u16::try_from(state >> 16 & 0xFFFF).unwrap_or(0),
        })
    }

    /// Gives the card power, where it has none, and speaks with it.
    pub fn connect(&mut self, reader: &str, sharing: Sharing) -> Result<Connection, PcscError> {
        let exclusive = sharing == Sharing::Exclusive;
        let (card, protocol) = self.0.library.connect(self.0.context, reader, exclusive)?;
        Ok(Connection {
            through: self.0.clone(),
            card,
            protocol,
        })
    }
}

impl Drop for Established {
    fn drop(&mut self) {
        self.library.release(self.context);
    }
}

impl Connection {
    /// Says a command to the card. The answer ends in the status word, and is cleared when it is
    /// dropped.
    pub fn transmit(&mut self, command: &[u8]) -> Result<Zeroizing<Vec<u8>>, PcscError> {
        let mut answer = Zeroizing::new(vec![0; ANSWER_MAX]);
        let length =
            self.through
                .library
                .transmit(self.card, self.protocol, command, &mut answer)?;
        answer.truncate(length);
        // Every answer ends in a status; a driver may say that all went well when the card is gone.
        if length < STATUS {
            return Err(PcscError::Mute);
        }
        Ok(answer)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.through.library.unpower(self.card);
    }
}
