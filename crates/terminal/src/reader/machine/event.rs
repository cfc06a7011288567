//! What happens to the reader, and what it has done.

use super::super::secret::Secret;
use super::Method;

/// Milliseconds of a clock that only goes forward.
pub type Millis = u64;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A card was put on, or a phone held to it. The number is this visit's, drawn at random: what
    /// the centre records twice under it, it records once.
    CardIn(String),
    /// It was taken away.
    CardOut,
    /// The card answered the command of this number.
    Card(u64, Result<Secret, CardGone>),
    /// Somebody touched the screen of this number.
    Touched(u64, Touch),
    /// What was read, by sight, from the face of the card (照合番号B); none where it can't be read.
    Printed(Option<Secret>),
    /// Whether the card's photo can be compared with.
    Photo(bool),
    /// What the camera sees.
    Seen(Sight),
    /// The centre answered the question of this number.
    Centre(u64, Box<Reply>),
    /// What the centre says holds at this reader.
    Rules(Rules),
    /// Time went on.
    Tick,
}

/// What the centre says holds at this reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// For how long 目視確認モード holds still, where the institution's screen has switched it on.
    pub by_eye: Option<Millis>,
    /// For how long a card that is still there is not called forgotten.
    pub forgotten_ms: Millis,
}

/// The card did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardGone;

/// What somebody touched.
#[derive(Debug, Clone)]
pub enum Touch {
    /// A way to be verified.
    Method(Method),
    /// The PIN, typed to its end.
    Pin(Secret),
    /// What is printed on the card (照合番号B), where nothing reads it by sight.
    Printed(Secret),
    /// The passcode of the staff.
    Passcode(Secret),
    /// Who is there is the one on the card: a member of staff looked.
    IsThePerson,
    /// Who is there is not.
    IsNotThePerson,
    /// マイナンバーカードを健康保険証として使う, from now on.
    Register,
    /// To everything that is asked.
    AgreeToAll,
    /// To nothing of it.
    AgreeToNone,
    /// Each by itself.
    Apart,
    /// To the one that is shown.
    Agree,
    /// Not to the one that is shown.
    Disagree,
    /// The form of the prescription (処方箋発行形態).
    Prescription(Prescription),
    /// One step back.
    Back,
    /// Once more.
    Again,
    /// No more: the card is taken.
    End,
}

/// What the camera sees, compared with the card's photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// The person of the photo.
    Same,
    /// Somebody else, or too unlike.
    Other,
    /// Nobody.
    Nobody,
    /// More than one.
    Several,
    /// Too dark to see.
    Dark,
    /// There is no camera, or it may not be used.
    NoCamera,
}

/// What the machine wants done.
#[derive(Debug, Clone)]
pub enum Command {
    /// Say this to the card; the answer comes back under the number.
    Send(u64, Secret),
    /// Nothing more is wanted of the card: power it off, so that nothing stays verified.
    Release,
    /// Read the face of the card by sight.
    ReadPrinted,
    /// Keep this picture to compare with.
    Photo(Secret),
    /// Look through the camera.
    Look,
    /// Look no more, and clear every picture.
    LookAway,
    /// Ask the centre; the answer comes back under the number.
    Ask(u64, Question),
    /// Tell the centre, for the staff's screen; no answer is waited for.
    Tell(Trouble),
    /// The alarm of a forgotten card.
    Alarm(bool),
}

/// What the centre is asked.
#[derive(Debug, Clone)]
pub enum Question {
    /// For something to be signed by the card.
    Challenge,
    /// Who this is.
    Identify {
        /// This visit.
        visit: String,
        /// The challenge's name.
        challenge: String,
        /// 利用者証明用電子証明書, DER.
        certificate: Secret,
        /// Of the challenge.
        signature: Secret,
        /// How the person was verified.
        method: Method,
        /// The passcode that the institution's screen gave out, where the staff typed one.
        passcode: Option<Secret>,
    },
    /// 保険証利用登録, of the person that this visit identified.
    Register {
        /// What the centre calls this visit.
        ticket: String,
    },
    /// What the person said.
    Record {
        /// This visit, so that nothing is recorded twice.
        visit: String,
        /// What the centre calls it.
        ticket: String,
        /// Each kind that was asked, and whether the person agrees.
        said: Vec<(String, bool)>,
        /// The form of the prescription, where it was asked for.
        prescription: Option<Prescription>,
    },
}

/// 処方箋発行形態: the form in which a person wants the prescription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prescription {
    /// 電子処方箋.
    Electronic,
    /// 紙の処方箋.
    Paper,
}

/// What ended a person's try, for the staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The PIN is locked, or would be by one more.
    PinLocked,
    /// It was wrong.
    PinRefused,
    /// The face was not recognised.
    FaceRefused,
    /// The card can't be read.
    CardUnreadable,
    /// It is no My Number Card.
    OtherCard,
    /// It was left behind.
    CardForgotten,
    /// Somebody went away.
    GivenUp,
}

/// What the centre answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Something to be signed.
    Challenge {
        /// Its name.
        name: String,
        /// What the card signs.
        to_sign: Vec<u8>,
        /// What holds at this reader now.
        rules: Rules,
    },
    /// Who it is.
    Person(Person),
    /// The person is registered for use of the card as an insurance card.
    Registered,
    /// It is recorded, and this is the result.
    Recorded(Outcome),
    /// No.
    Refused(Refused),
    /// The centre can't be reached, or can't now.
    Away,
}

/// What the centre says of the card, and what is asked. No name: that comes with the result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// What the centre calls this visit.
    pub ticket: String,
    /// How it stands with the card, a code of the centre's.
    pub state: String,
    /// Whether it can be used.
    pub accepted: bool,
    /// Whether 保険証利用登録 is done.
    pub registered: bool,
    /// What the centre says of it, in Japanese; empty where nothing is to be said.
    pub what: String,
    /// What it says to do.
    pub remedy: String,
    /// The kinds of information that are asked about; none where there is nothing to agree to.
    pub asks: Vec<String>,
    /// Whether the form of the prescription is asked for.
    pub prescription: bool,
}

/// The result of the check, as it is shown to the person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// 資格有効性, its code in the messages.
    pub validity: String,
    /// How the person is called on the screen.
    pub name: String,
}

/// The centre's no.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refused {
    /// Its stable code.
    pub code: String,
    /// What happened, in Japanese.
    pub what: String,
    /// What to do, in Japanese.
    pub remedy: String,
}
