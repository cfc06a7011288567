//! Two cards, a centre, and the reader between them.

use super::super::*;
use crate::reader::apdu;

pub(super) const A: usize = 0;
pub(super) const B: usize = 1;
/// What is printed on either card (照合番号B).
pub(super) const PRINTED: &[u8] = b"55021720352285";

/// A card, as far as the reader can tell.
#[derive(Debug)]
pub(super) struct FakeCard {
    pub(super) pin_left: u8,
    /// Tries of 照合番号B that are left.
    pub(super) printed_left: u8,
    certificate: Vec<u8>,
    file: u16,
}

impl FakeCard {
    fn new(name: u8) -> FakeCard {
        // Long enough for three pieces, and told apart by what it ends with.
        let mut certificate = vec![0x30, 0x82, 0x02, 0x20];
        certificate.resize(0x224, name);
        FakeCard {
            pin_left: 3,
            printed_left: 10,
            certificate,
            file: 0,
        }
    }

    fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        const DONE: [u8; 2] = [0x90, 0x00];
        let left = |left: u8| vec![0x63, 0xC0 | left];
        match command {
            [0x00, 0xA4, 0x02, 0x0C, 2, high, low] => {
                self.file = u16::from_be_bytes([*high, *low]);
                DONE.to_vec()
            }
            [0x00, 0xB0, high, low, length] => {
                let face = face_file();
                let file = match self.file {
                    apdu::jpki::TOKEN => b"JPKIAPICCTOKEN2                 ".to_vec(),
                    apdu::surface::FACE => face,
                    _ => self.certificate.clone(),
                };
                let from = usize::from(u16::from_be_bytes([*high, *low]));
                let length = match *length {
                    0 => 256,
                    length => usize::from(length),
                };
                let to = (from + length).min(file.len());
                [&file[from..to], &DONE].concat()
            }
            [0x00, 0x20, 0x00, 0x80] if self.file == apdu::jpki::PIN => left(self.pin_left),
            [0x00, 0x20, 0x00, 0x80] => left(self.printed_left),
            [0x00, 0x20, 0x00, 0x80, 14, number @ ..] => {
                if number == PRINTED && self.printed_left > 0 {
                    self.printed_left = 10;
                    DONE.to_vec()
                } else {
                    self.printed_left = self.printed_left.saturating_sub(1);
                    left(self.printed_left)
                }
            }
            [0x00, 0x20, 0x00, 0x80, 4, pin @ ..] => {
                if pin == b"1234" && self.pin_left > 0 {
                    self.pin_left = 3;
                    DONE.to_vec()
                } else {
                    self.pin_left = self.pin_left.saturating_sub(1);
                    left(self.pin_left)
                }
            }
            [0x80, 0x2A, ..] => [&[7; 256], DONE.as_slice()].concat(),
            _ => DONE.to_vec(),
        }
    }
}

/// A printed face with nothing in it but a photo.
fn face_file() -> Vec<u8> {
    vec![0xFF, 0x20, 0x06, 0xDF, 0x27, 0x03, 1, 2, 3]
}

#[derive(Debug)]
struct Own;

impl ReaderCredential for Own {
    fn certificate(&self) -> &[u8] {
        &[1; 200]
    }

    fn answer(&self, challenge: &[u8]) -> Option<Vec<u8>> {
        Some(challenge.to_vec())
    }
}

/// What the reader did, and with whom.
pub(super) struct World {
    pub(super) machine: Machine,
    pub(super) now: Millis,
    pub(super) cards: [FakeCard; 2],
    pub(super) on: Option<usize>,
    /// Not carried out yet.
    pub(super) todo: Vec<Command>,
    pub(super) visits: u32,
    pub(super) away: bool,
    /// Something here reads the face of a card by sight.
    pub(super) reads: bool,
    /// What the centre says holds here.
    pub(super) rules: Rules,
    pub(super) records: Vec<(String, Vec<(String, bool)>)>,
    pub(super) tickets: Vec<String>,
    pub(super) methods: Vec<Method>,
    pub(super) signatures: u32,
    pub(super) verifies: u32,
    pub(super) released: bool,
    /// The card said that it was the PIN.
    pub(super) pin_right: bool,
    /// What the centre says is asked for, by the institution's settings.
    pub(super) asks: Vec<String>,
    pub(super) prescription: bool,
    /// The forms of the prescription that were recorded.
    pub(super) prescriptions: Vec<Option<Prescription>>,
}

impl Default for World {
    fn default() -> World {
        World {
            machine: Machine::new(Settings::default(), Some(Arc::new(Own))),
            now: 0,
            cards: [FakeCard::new(b'A'), FakeCard::new(b'B')],
            on: None,
            todo: Vec::new(),
            visits: 0,
            away: false,
            reads: true,
            rules: Rules {
                by_eye: None,
                forgotten_ms: 10_000,
            },
            records: Vec::new(),
            tickets: Vec::new(),
            methods: Vec::new(),
            signatures: 0,
            verifies: 0,
            released: false,
            pin_right: false,
            asks: vec!["YZK".to_owned(), "TKK".to_owned()],
            prescription: false,
            prescriptions: Vec::new(),
        }
    }
}

impl World {
    pub(super) fn screen(&self) -> Screen {
        self.machine.shown().screen
    }

    pub(super) fn happen(&mut self, event: Event) {
        let commands = self.machine.step(self.now, event);
        self.todo.extend(commands);
    }

    pub(super) fn put(&mut self, card: usize) {
        self.on = Some(card);
        self.visits += 1;
        self.happen(Event::CardIn(format!("visit-{}", self.visits)));
    }

    pub(super) fn pull(&mut self) {
        self.on = None;
        self.happen(Event::CardOut);
    }

    pub(super) fn pass(&mut self, ms: Millis) {
        self.now += ms;
        self.happen(Event::Tick);
    }

    pub(super) fn touch(&mut self, touch: Touch) {
        let number = self.machine.shown().number;
        self.happen(Event::Touched(number, touch));
    }

    pub(super) fn verify_by_pin(&mut self) {
        self.touch(Touch::Method(Method::Pin));
        self.settle();
        self.touch(Touch::Pin(Secret::new(b"1234".to_vec())));
        self.settle();
    }

    /// Carries out all that is to be done, until nothing is.
    pub(super) fn settle(&mut self) {
        while self.carry_out() {}
    }

    /// Carries out the first thing that is to be done.
    pub(super) fn carry_out(&mut self) -> bool {
        if self.todo.is_empty() {
            return false;
        }
        match self.todo.remove(0) {
            Command::Send(number, command) => {
                let Some(card) = self.on else {
                    return true;
                };
                let bytes = command.bytes();
                self.signatures += u32::from(bytes.starts_with(&[0x80, 0x2A]));
                let verifies = bytes.starts_with(&[0x00, 0x20, 0x00, 0x80, 4]);
                self.verifies += u32::from(verifies);
                let answer = self.cards[card].transmit(bytes);
                self.pin_right |= verifies && answer == [0x90, 0x00];
                self.happen(Event::Card(number, Ok(Secret::new(answer))));
            }
            Command::Release => self.released = true,
            Command::ReadPrinted => {
                let number = self.reads.then(|| Secret::new(PRINTED.to_vec()));
                self.happen(Event::Printed(number));
            }
            Command::Photo(photo) => self.happen(Event::Photo(photo.bytes() == [1, 2, 3])),
            Command::Ask(number, question) => {
                let reply = self.reply(question);
                self.happen(Event::Centre(number, Box::new(reply)));
            }
            Command::Look | Command::LookAway | Command::Alarm(_) | Command::Tell(_) => {}
        }
        true
    }

    fn reply(&mut self, question: Question) -> Reply {
        if let Question::Record {
            visit,
            ticket,
            said,
            prescription,
        } = &question
        {
            self.records.push((visit.clone(), said.clone()));
            self.prescriptions.push(*prescription);
            self.tickets.push(ticket.clone());
        }
        if self.away {
            return Reply::Away;
        }
        match question {
            Question::Challenge => Reply::Challenge {
                name: "challenge".to_owned(),
                to_sign: b"ONSHI-CARD-1".to_vec(),
                rules: self.rules,
            },
            Question::Identify {
                certificate,
                method,
                passcode,
                ..
            } => {
                self.methods.push(method);
                let right = passcode.is_none_or(|typed| typed.bytes() == b"424242");
                if !right {
                    return Reply::Refused(Refused {
                        code: "card.passcode".to_owned(),
                        ..Refused::default()
                    });
                }
                let whose = certificate.bytes().last().copied().unwrap_or_default();
                Reply::Person(Person {
                    ticket: char::from(whose).to_string(),
                    state: "good".to_owned(),
                    accepted: true,
                    registered: true,
                    asks: self.asks.clone(),
                    prescription: self.prescription,
                    ..Person::default()
                })
            }
            Question::Register { .. } => Reply::Registered,
            Question::Record { .. } => Reply::Recorded(Outcome {
                validity: "1".to_owned(),
                name: "架空 花子".to_owned(),
            }),
        }
    }
}
