//! The card while it has power: what is selected, what was presented, and the commands.

use crate::apdu::Command;
use crate::command;
use crate::memory::{Access, Application, Condition, File, Memory};
use crate::profile::Profile;
use crate::random::Random;
use crate::status::{Status, response};
use std::collections::BTreeSet;

/// A card in a reader.
#[derive(Debug)]
pub struct Card {
    pub(crate) memory: Memory,
    pub(crate) session: Session,
}

/// What holds until the power goes.
#[derive(Debug, Default)]
pub(crate) struct Session {
    /// The selected application, by its place.
    pub(crate) application: Option<usize>,
    /// The current file.
    pub(crate) file: Option<u16>,
    /// What was presented in this application.
    pub(crate) shown: BTreeSet<Condition>,
    /// The last challenge that the card gave, until it is used.
    pub(crate) challenge: Option<Vec<u8>>,
    /// The key of the terminal that showed a certificate.
    pub(crate) terminal: Option<Vec<u8>>,
    /// The holder has unlocked the phone.
    pub(crate) unlocked: bool,
}

impl Card {
    /// A card without power.
    pub fn new(memory: Memory) -> Card {
        Card {
            memory,
            session: Session::default(),
        }
    }

    /// What the card holds now, with its counters as they are.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Gives the card back.
    pub fn into_memory(self) -> Memory {
        self.memory
    }

    /// Which kind of card it is.
    pub fn profile(&self) -> Profile {
        self.memory.profile
    }

    /// The answer to reset.
    pub fn answer_to_reset(&self) -> &'static [u8] {
        self.memory.profile.answer_to_reset()
    }

    /// The power goes, and with it what was selected and presented.
    pub fn power_off(&mut self) {
        let unlocked = self.session.unlocked;
        self.session = Session {
            unlocked,
            ..Session::default()
        };
    }

    /// A warm reset. What was selected and presented stays, as was measured on real cards.
    pub fn reset(&mut self) {
        self.session.challenge = None;
    }

    /// The holder unlocks a phone, by face or finger, or locks it. Without effect on a card.
    pub fn hold(&mut self, unlocked: bool) {
        self.session.unlocked = unlocked;
    }

    /// Carries a command out. The answer always ends in a status word, whatever was sent. `random`
    /// is drawn from for challenges and for the salt of PSS.
    pub fn transmit(&mut self, apdu: &[u8], random: &mut Random) -> Vec<u8> {
        response(self.run(apdu, random))
    }

    fn run(&mut self, apdu: &[u8], random: &mut Random) -> Result<Vec<u8>, Status> {
        let command = Command::parse(apdu)?;
        match command.class {
            0x00 | 0x80 => {}
            0xB0 => return command::terminal::run(self, &command),
            // Secure messaging: the real 券面事項入力補助AP has it, nobody here needs it.
            0x08 | 0x0C | 0x88 | 0x8C => return Err(Status::NO_SECURE_SESSION),
            _ => return Err(Status::CLASS),
        }
        match (command.class, command.instruction) {
            (0x00, 0xA4) => command::select::select(self, &command),
            (0x00, 0x20) => command::verify::verify(self, &command),
            (0x00, 0x24) | (0x80, 0x32) => command::verify::change(self, &command),
            (0x00, 0xB0) => command::read::binary(self, &command),
            (0x00, 0xB2) => command::read::records(self, &command),
            (0x00, 0xCA) => command::read::object(self, &command),
            (0x00, 0x84) => command::sign::challenge(self, &command, random),
            (0x00, 0x88) => command::sign::internal_authenticate(self, &command),
            (0x80, 0x2A) => command::sign::compute(self, &command, random),
            (0x80, 0xAE) => Err(self.session_key_status()),
            // The terminal's certificate of the real 特定機関認証: its parameters are not public.
            (0x80, 0xA2) => Err(Status::P1_P2),
            _ => Err(Status::INSTRUCTION),
        }
    }

    /// SET SESSION KEY: refused, in the way in which each application refuses it.
    fn session_key_status(&self) -> Status {
        match self.application().map(|one| one.name.0.as_slice()) {
            Some(name) if name == crate::profile::COMMON || name == crate::profile::SURFACE => {
                Status::NO_SECURE_ENVIRONMENT
            }
            _ => Status::NOT_VERIFIED,
        }
    }

    pub(crate) fn application(&self) -> Option<&Application> {
        self.memory.applications.get(self.session.application?)
    }

    /// A file of the selected application.
    pub(crate) fn file(&self, file: u16) -> Option<&File> {
        self.application()?.files.get(&file)
    }

    pub(crate) fn file_mut(&mut self, file: u16) -> Option<&mut File> {
        let at = self.session.application?;
        self.memory.applications.get_mut(at)?.files.get_mut(&file)
    }

    /// The file that P2 means: the current one (`80`), or one by its short identifier (`80 | n`).
    pub(crate) fn meant(&self, p2: u8) -> Result<u16, Status> {
        match p2 {
            0x80 => self.session.file.ok_or(Status::NO_CURRENT_FILE),
            0x81..=0x9E => {
                let file = u16::from(p2 & 0x1F);
                self.file(file).map(|_| file).ok_or(Status::NOT_FOUND)
            }
            _ => Err(Status::P1_P2),
        }
    }

    /// Whether what is needed was presented.
    pub(crate) fn allows(&self, access: &Access) -> Result<(), Status> {
        let met = match access {
            Access::Free => true,
            Access::Never => false,
            Access::Any(conditions) => conditions.iter().any(|condition| match condition {
                Condition::Holder => self.session.unlocked,
                shown => self.session.shown.contains(shown),
            }),
        };
        met.then_some(()).ok_or(Status::NOT_VERIFIED)
    }
}
