//! What is shown at the reader. The words are the page's, in each of its languages.

use super::visit::{Stage, Visit};
use super::{Method, Problem};
use serde::Serialize;

/// A screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "kind",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum Screen {
    /// Put the card on.
    PutCard,
    /// Put the card on again: it was taken away too early.
    PutBack,
    /// The card is being read, or the centre asked.
    Wait {
        /// For what.
        what: Wait,
    },
    /// How to be verified.
    Choose {
        /// What can be chosen.
        methods: Vec<Method>,
        /// Why it is asked again.
        problem: Option<Problem>,
    },
    /// Type the PIN.
    Pin {
        /// How many tries the card has left.
        left: u8,
        /// The last one was wrong.
        wrong: bool,
    },
    /// Type what is printed on the card: year, month and day of birth, the year of its end, the security code.
    Printed {
        /// It was wrong, or can't be that.
        wrong: bool,
    },
    /// Look into the camera.
    Look {
        /// What the camera saw last, where it was not the person.
        hint: Option<Hint>,
        /// How many more times it looks.
        left: u8,
    },
    /// The staff type their passcode.
    Passcode {
        /// The last one was wrong.
        wrong: bool,
    },
    /// A member of staff looks at card and person (目視).
    StaffLooks,
    /// 保険証利用登録 is missing: now?
    Register,
    /// Agree to all, to none, or each apart.
    Consent {
        /// What is asked about.
        asks: Vec<String>,
        /// How it stands with the card.
        notice: Notice,
    },
    /// In which form is the prescription wanted?
    Prescription,
    /// Agree to one.
    ConsentOne {
        /// What is asked about.
        ask: String,
        /// The how-manieth, from 1.
        place: usize,
        /// Of how many.
        of: usize,
    },
    /// The result; take the card.
    Result {
        /// 資格有効性.
        validity: String,
        /// How the person is called.
        name: String,
        /// How it stands with the card.
        notice: Notice,
        /// What was agreed to.
        agreed: Vec<String>,
        /// The card is still there.
        card: bool,
        /// It has been there for too long.
        forgotten: bool,
    },
    /// Something went wrong.
    Problem {
        /// What.
        problem: Problem,
        /// The centre's own words for it.
        notice: Notice,
        /// Whether it can be tried once more.
        again: bool,
        /// Whether another way can be chosen.
        other_way: bool,
        /// The card is still there.
        card: bool,
        /// It has been there for too long.
        forgotten: bool,
    },
}

/// What the centre says besides: a code for which the page has words in its languages, and its own in
/// Japanese for those that it does not know.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Notice {
    /// The code; empty where nothing is to be said.
    pub code: String,
    /// What happened.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    /// The card.
    Card,
    /// The card's photo.
    Photo,
    /// The centre.
    Centre,
}

/// Why the camera did not see the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// Somebody else, or too unlike.
    Other,
    /// Nobody is there.
    Nobody,
    /// More than one person is there.
    Several,
    /// It is too dark.
    Dark,
}

/// All that the page needs to be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// The screen's number: a touch of an earlier one counts for nothing.
    pub number: u64,
    /// The screen.
    pub screen: Screen,
    /// 目視確認モード is on.
    pub visual: bool,
    /// The alarm sounds.
    pub alarm: bool,
}

impl super::Machine {
    /// The screen of what is going on.
    pub(super) fn screen(&self) -> Screen {
        let Some(visit) = &self.visit else {
            return Screen::PutCard;
        };
        let said = |visit: &Visit| -> Vec<String> {
            let agreed = visit.said.iter().filter(|(_, yes)| *yes);
            agreed.map(|(ask, _)| ask.clone()).collect()
        };
        let notice = || {
            let person = visit.person.as_ref();
            person.map_or_else(Notice::default, |person| Notice {
                code: person.state.clone(),
                what: person.what.clone(),
                remedy: person.remedy.clone(),
            })
        };
        match &visit.stage {
            Stage::Done(outcome, _) => Screen::Result {
                validity: outcome.validity.clone(),
                name: outcome.name.clone(),
                notice: notice(),
                agreed: said(visit),
                card: visit.card,
                forgotten: self.alarm,
            },
            Stage::Failed(failed, _) => Screen::Problem {
                problem: failed.problem,
                notice: Notice {
                    code: failed.refused.code.clone(),
                    what: failed.refused.what.clone(),
                    remedy: failed.refused.remedy.clone(),
                },
                again: failed.again && visit.card,
                other_way: failed.other_way && visit.card,
                card: visit.card,
                forgotten: self.alarm,
            },
            // What was said is on its way, card or not.
            Stage::Recording => Screen::Wait { what: Wait::Centre },
            Stage::RecordingAgain(_) => Screen::Problem {
                problem: Problem::Away,
                notice: Notice::default(),
                again: true,
                other_way: false,
                card: visit.card,
                forgotten: false,
            },
            _ if !visit.card => Screen::PutBack,
            Stage::Reading | Stage::CountingPin | Stage::CheckingPin | Stage::Signing(_) => {
                Screen::Wait { what: Wait::Card }
            }
            Stage::ReadingPhoto => Screen::Wait { what: Wait::Photo },
            Stage::Identifying | Stage::Registering => Screen::Wait { what: Wait::Centre },
            Stage::Choosing(problem) => Screen::Choose {
                methods: self.methods(),
                problem: *problem,
            },
            Stage::TypingPin { left, wrong } => Screen::Pin {
                left: *left,
                wrong: *wrong,
            },
            Stage::Looking { hint, .. } => Screen::Look {
                hint: *hint,
                left: visit.face_left,
            },
            Stage::TypingPrinted { wrong } => Screen::Printed { wrong: *wrong },
            Stage::TypingPasscode { wrong } => Screen::Passcode { wrong: *wrong },
            Stage::StaffLooks => Screen::StaffLooks,
            Stage::OfferingRegistration => Screen::Register,
            Stage::ChoosingPrescription => Screen::Prescription,
            Stage::Consenting(form) => match form.present() {
                Some((ask, place)) if form.apart => Screen::ConsentOne {
                    ask: ask.to_owned(),
                    place,
                    of: form.count(),
                },
                _ => Screen::Consent {
                    asks: form.asks().to_vec(),
                    notice: notice(),
                },
            },
        }
    }
}
