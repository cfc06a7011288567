//! A person with a card, and how far the visit has come.

use super::super::secret::Secret;
use super::card::Token;
use super::consent::Form;
use super::{Hint, Machine, Method, Millis, Outcome, Person, Prescription, Problem, Refused};

/// Where a visit is.
#[derive(Debug)]
pub(super) enum Stage {
    /// The certificate is being read.
    Reading,
    /// Which way?
    Choosing(Option<Problem>),
    /// The counter of the PIN is asked for.
    CountingPin,
    /// The PIN is to be typed.
    TypingPin { left: u8, wrong: bool },
    /// The card compares the PIN.
    CheckingPin,
    /// The printed face, and the photo with it, are being read.
    ReadingPhoto,
    /// What is printed on the card is to be typed.
    TypingPrinted { wrong: bool },
    /// The camera looks, since then.
    Looking { hint: Option<Hint>, until: Millis },
    /// The passcode is to be typed.
    TypingPasscode { wrong: bool },
    /// A member of staff looks.
    StaffLooks,
    /// The card signs. Where the challenge is not there yet, it is waited for first.
    Signing(Method),
    /// The centre looks who it is.
    Identifying,
    /// 保険証利用登録 is offered.
    OfferingRegistration,
    /// The centre registers.
    Registering,
    /// The consents are asked for.
    Consenting(Form),
    /// The form of the prescription is asked for.
    ChoosingPrescription,
    /// The centre records what was said.
    Recording,
    /// It did not take it yet: asked again at this time or by a touch, with the same words.
    RecordingAgain(Millis),
    /// The result is shown since this time.
    Done(Outcome, Millis),
    /// Nothing more goes; shown since this time.
    Failed(Failed, Millis),
}

#[derive(Debug, Clone)]
pub(super) struct Failed {
    pub(super) problem: Problem,
    pub(super) refused: Refused,
    pub(super) again: bool,
    pub(super) other_way: bool,
}

/// A person with a card, from its being put on to its being taken.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) id: String,
    pub(super) stage: Stage,
    /// The card is on the reader.
    pub(super) card: bool,
    /// When it was pulled out, where it may come back.
    pub(super) gone_at: Millis,
    pub(super) token: Token,
    pub(super) certificate: Secret,
    /// Of the visit that is to be gone on with: the same card must come.
    pub(super) expected: Option<Secret>,
    pub(super) challenge: Option<(String, Vec<u8>)>,
    pub(super) face_left: u8,
    /// How often the card is shown what is printed on it: a card has ten tries in its life.
    pub(super) printed_left: u8,
    /// What is printed on the card, once the card said that it is that.
    pub(super) printed: Option<Secret>,
    pub(super) passcodes_left: u8,
    pub(super) person: Option<Person>,
    pub(super) said: Vec<(String, bool)>,
    pub(super) prescription: Option<Prescription>,
    pub(super) touched_at: Millis,
    /// What the staff typed to vouch for this person.
    pub(super) passcode: Option<Secret>,
    /// A member of staff has looked.
    pub(super) looked: bool,
    /// Why the PIN is not asked for.
    pub(super) pin_stopped: Option<Problem>,
    /// The centre wanted another signature once already.
    pub(super) signed_again: bool,
}

impl Failed {
    /// Nothing more can be done with this card here.
    pub(super) fn of(problem: Problem) -> Failed {
        Failed {
            problem,
            refused: Refused::default(),
            again: false,
            other_way: false,
        }
    }
}

impl Machine {
    pub(super) fn new_visit(&self, id: String, now: Millis) -> Visit {
        Visit {
            id,
            stage: Stage::Reading,
            card: true,
            gone_at: now,
            token: Token::Card,
            certificate: Secret::default(),
            expected: None,
            challenge: None,
            face_left: self.settings.face_tries,
            printed_left: self.settings.printed_tries,
            printed: None,
            passcodes_left: self.settings.passcode_tries,
            person: None,
            said: Vec::new(),
            prescription: None,
            touched_at: now,
            passcode: None,
            looked: false,
            pin_stopped: None,
            signed_again: false,
        }
    }
}
