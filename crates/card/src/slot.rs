//! What a virtual reader (`vpcd` of vsmartcard) asks of the card in it. Its messages have a length of two
//! bytes before them; one of a single byte is about power, every other one is a command (APDU).

use crate::inserted::{Answered, Inserted};
use crate::random::Random;
use std::time::Duration;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked<'a> {
    /// The power goes.
    PowerOff,
    /// The power comes.
    PowerOn,
    /// A warm reset.
    Reset,
    /// The answer to reset is told; asked several times a second, to see whether a card is there.
    AnswerToReset,
    /// A command.
    Command(&'a [u8]),
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing is sent back.
    Nothing,
    /// This is sent back.
    Bytes(Answered),
    /// The card was taken away.
    Gone,
}

impl Asked<'_> {
    /// What a message asks, its length left out; `None` where it asks nothing that is known.
    pub fn parse(message: &[u8]) -> Option<Asked<'_>> {
        match message {
            [] => None,
            [0x00] => Some(Asked::PowerOff),
            [0x01] => Some(Asked::PowerOn),
            [0x02] => Some(Asked::Reset),
            [0x04] => Some(Asked::AnswerToReset),
            [_] => None,
            command => Some(Asked::Command(command)),
        }
    }
}

impl Inserted {
    /// Answers a virtual reader.
    pub fn answer(&mut self, asked: Asked<'_>, random: &mut Random) -> Answer {
        if !self.is_there() {
            self.card_mut().power_off();
            return Answer::Gone;
        }
        match asked {
            Asked::PowerOff | Asked::PowerOn => self.card_mut().power_off(),
            Asked::Reset => self.card_mut().reset(),
            Asked::AnswerToReset => {
                return Answer::Bytes(Answered {
                    bytes: self.card().answer_to_reset().to_vec(),
                    after: Duration::ZERO,
                });
            }
            Asked::Command(command) => {
                let answered = self.transmit(command, random);
                return answered.map_or(Answer::Gone, Answer::Bytes);
            }
        }
        Answer::Nothing
    }
}
