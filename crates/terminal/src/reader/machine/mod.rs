//! What the card reader (顔認証付きカードリーダー) does, and in which order, without any I/O: what
//! happens goes in, what is to be done comes out.
//!
//! Put the card on, choose a way, be verified, consent, see the result, take the card. Whatever else
//! happens on that way is decided here:
//!
//! - A PIN's try is spent by what somebody typed, once, and never the last one.
//! - Only what was touched on a screen that asks for it is agreed to; the touch of an earlier screen
//!   counts for nothing.
//! - A card that is pulled out before the consent may come back within a time; then it goes on there.
//! - 目視 holds for one patient or for some minutes.

mod card;
mod centre;
mod consent;
mod event;
mod file;
mod screen;
mod steps;
#[cfg(test)]
mod tests;
mod touch;
mod visit;

pub use card::ReaderCredential;
pub use event::{
    CardGone, Command, Event, Millis, Outcome, Person, Prescription, Question, Refused, Reply,
    Rules, Sight, Touch, Trouble,
};
pub use screen::{Hint, Notice, Screen, Shown, Wait};

use super::secret::Secret;
use card::{Dialogue, Token};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use visit::{Failed, Stage, Visit};

/// How a person is verified (本人確認方法).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// 顔認証.
    Face,
    /// 暗証番号.
    Pin,
    /// 目視, by the staff.
    Visual,
    /// What a smartphone asks of its owner by itself.
    Phone,
}

/// What can go wrong before the centre has its say. The page has words for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// The card can't be read.
    Unreadable,
    /// It is no My Number Card.
    NotMyNumberCard,
    /// There is no 利用者証明用電子証明書 on it.
    NoCertificate,
    /// The PIN is locked.
    PinLocked,
    /// One more wrong PIN would lock it: it is not asked for.
    PinAlmostLocked,
    /// The face was not recognised as often as it is tried.
    FaceRefused,
    /// The camera saw nobody to compare with.
    NotSeen,
    /// There is no camera.
    NoCamera,
    /// The printed face or the photo of the card can't be read.
    NoPhoto,
    /// The staff's passcode was wrong too often.
    PasscodeRefused,
    /// The staff say that it is somebody else.
    NotThePerson,
    /// The centre said no.
    Refused,
    /// The centre knows the card, and it can't be used.
    NotAccepted,
    /// The centre can't be reached.
    Away,
    /// Somebody ended it, or went away.
    Ended,
}

impl Problem {
    /// All of them.
    pub const ALL: [Problem; 15] = [
        Problem::Unreadable,
        Problem::NotMyNumberCard,
        Problem::NoCertificate,
        Problem::PinLocked,
        Problem::PinAlmostLocked,
        Problem::FaceRefused,
        Problem::NotSeen,
        Problem::NoCamera,
        Problem::NoPhoto,
        Problem::PasscodeRefused,
        Problem::NotThePerson,
        Problem::Refused,
        Problem::NotAccepted,
        Problem::Away,
        Problem::Ended,
    ];
}

/// The numbers of the reader's rules. SIMULATED: the real ones are not public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How often a face is compared in one visit.
    pub face_tries: u8,
    /// For how long the camera looks each time.
    pub face_ms: Millis,
    /// With fewer tries left than these the PIN is not asked for.
    pub pin_left_min: u8,
    /// How often a card is shown 照合番号B in one visit.
    pub printed_tries: u8,
    /// How often a passcode is tried in one visit.
    pub passcode_tries: u8,
    /// For how long a card that was pulled out may come back.
    pub resume_ms: Millis,
    /// For how long the result stays before a card that is still there is called forgotten.
    pub forgotten_ms: Millis,
    /// For how long somebody may do nothing.
    pub idle_ms: Millis,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            face_tries: 3,
            face_ms: 10_000,
            pin_left_min: 2,
            printed_tries: 2,
            passcode_tries: 3,
            resume_ms: 60_000,
            forgotten_ms: 10_000,
            idle_ms: 90_000,
        }
    }
}

/// The reader.
#[derive(Debug)]
pub struct Machine {
    settings: Settings,
    visit: Option<Visit>,
    /// Until when 目視確認モード holds.
    visual_until: Option<Millis>,
    alarm: bool,
    dialogue: Dialogue,
    asked: u64,
    shown: u64,
    last: Screen,
}

impl Machine {
    /// A reader without a card.
    pub fn new(settings: Settings, credential: Option<Arc<dyn ReaderCredential>>) -> Machine {
        Machine {
            settings,
            visit: None,
            visual_until: None,
            alarm: false,
            dialogue: Dialogue::new(credential),
            asked: 0,
            shown: 1,
            last: Screen::PutCard,
        }
    }

    /// What is to be shown.
    pub fn shown(&self) -> Shown {
        Shown {
            number: self.shown,
            screen: self.last.clone(),
            visual: self.visual_until.is_some(),
            alarm: self.alarm,
        }
    }

    /// Something happened.
    pub fn step(&mut self, now: Millis, event: Event) -> Vec<Command> {
        let mut out = Vec::new();
        let touched = matches!(event, Event::Touched(..));
        match event {
            Event::CardIn(id) => self.card_in(now, id, &mut out),
            Event::CardOut => self.card_out(now, &mut out),
            Event::Card(number, answer) => self.card_answered(now, number, answer, &mut out),
            Event::Touched(number, touch) if number == self.shown => {
                self.touched(now, touch, &mut out);
            }
            Event::Touched(..) => {}
            Event::Printed(number) => self.printed(number, &mut out),
            Event::Photo(usable) => self.photo(now, usable, &mut out),
            Event::Seen(sight) => self.seen(now, sight, &mut out),
            Event::Centre(number, reply) => {
                // What holds here comes with what the card is to sign, before it is looked at again.
                if let Reply::Challenge { rules, .. } = &*reply {
                    self.rules(now, *rules);
                }
                if number == self.asked {
                    self.replied(now, *reply, &mut out);
                } else {
                    self.replied_late(*reply);
                }
            }
            Event::Rules(rules) => self.rules(now, rules),
            Event::Tick => self.tick(now, &mut out),
        }
        if touched && let Some(visit) = &mut self.visit {
            visit.touched_at = now;
        }
        let screen = self.screen();
        if screen != self.last {
            self.last = screen;
            self.shown += 1;
        }
        out
    }

    fn rules(&mut self, now: Millis, rules: Rules) {
        self.settings.forgotten_ms = rules.forgotten_ms;
        self.visual_until = rules.by_eye.map(|ms| now.saturating_add(ms));
        // Whoever stands there and has chosen nothing yet is the one for whom it was switched.
        let by_eye = self.visual_until.is_some();
        if let Some(visit) = &mut self.visit
            && by_eye
            && matches!(visit.stage, Stage::Choosing(None))
            && matches!(visit.token, Token::Card | Token::Next)
        {
            visit.stage = Stage::StaffLooks;
        }
    }

    fn ask(&mut self, question: Question, out: &mut Vec<Command>) {
        self.asked += 1;
        out.push(Command::Ask(self.asked, question));
    }

    fn card_in(&mut self, now: Millis, id: String, out: &mut Vec<Command>) {
        let paused = self.visit.take().filter(|visit| {
            !visit.card
                && now.saturating_sub(visit.gone_at) <= self.settings.resume_ms
                && !matches!(visit.stage, Stage::Done(..) | Stage::Failed(..))
        });
        let visit = match paused {
            // What is recorded goes on by itself, whoever's card this is.
            Some(visit) if matches!(visit.stage, Stage::Recording | Stage::RecordingAgain(_)) => {
                let mut visit = visit;
                visit.card = true;
                self.visit = Some(visit);
                return;
            }
            Some(visit) if !visit.certificate.bytes().is_empty() => Visit {
                card: true,
                stage: Stage::Reading,
                expected: Some(visit.certificate),
                certificate: Secret::default(),
                touched_at: now,
                ..visit
            },
            _ => self.new_visit(id, now),
        };
        let fresh = visit.challenge.is_none();
        self.visit = Some(visit);
        if fresh {
            self.ask(Question::Challenge, out);
        }
        self.dialogue.read_certificate(out);
    }

    fn card_out(&mut self, now: Millis, out: &mut Vec<Command>) {
        self.dialogue.stop();
        self.silence(out);
        out.push(Command::LookAway);
        let Some(visit) = &mut self.visit else {
            return;
        };
        visit.card = false;
        visit.gone_at = now;
        if let Some(expected) = visit.expected.take()
            && visit.certificate.bytes().is_empty()
        {
            // Pulled out again before it was known to be the same.
            visit.certificate = expected;
        }
        match visit.stage {
            Stage::Done(..) | Stage::Failed(..) => self.end_visit(),
            // Nothing was read yet: there is nothing to go on with.
            Stage::Reading if visit.certificate.bytes().is_empty() => self.end_visit(),
            _ => {}
        }
    }

    /// The next person comes. 目視 held for one patient.
    fn end_visit(&mut self) {
        if let Some(visit) = self.visit.take()
            && visit.person.is_some()
        {
            self.visual_until = None;
        }
    }

    fn silence(&mut self, out: &mut Vec<Command>) {
        if self.alarm {
            self.alarm = false;
            out.push(Command::Alarm(false));
        }
    }

    fn tick(&mut self, now: Millis, out: &mut Vec<Command>) {
        let settings = self.settings;
        if self.visual_until.is_some_and(|until| now >= until) {
            self.visual_until = None;
        }
        let Some(visit) = &mut self.visit else {
            return;
        };
        let idle = now.saturating_sub(visit.touched_at) >= settings.idle_ms;
        match &visit.stage {
            Stage::Done(_, since) | Stage::Failed(_, since) => {
                let long = now.saturating_sub(*since) >= settings.forgotten_ms;
                if long && !visit.card {
                    self.end_visit();
                } else if long && !self.alarm {
                    self.alarm = true;
                    out.push(Command::Alarm(true));
                    out.push(Command::Tell(Trouble::CardForgotten));
                }
            }
            Stage::RecordingAgain(at) if now >= *at => self.record(out),
            Stage::Recording | Stage::RecordingAgain(_) => {}
            _ if !visit.card && now.saturating_sub(visit.gone_at) > settings.resume_ms => {
                self.end_visit();
            }
            _ if !visit.card => {}
            Stage::Looking { until, .. } if now >= *until => {
                self.not_seen(out);
            }
            // Whoever went away leaves the card, and nothing that was verified.
            Stage::Choosing(_)
            | Stage::TypingPin { .. }
            | Stage::TypingPrinted { .. }
            | Stage::TypingPasscode { .. }
            | Stage::StaffLooks
            | Stage::OfferingRegistration
            | Stage::Consenting(_)
            | Stage::ChoosingPrescription
                if idle =>
            {
                self.leave(now, out);
            }
            _ => {}
        }
    }

    /// Ends with the card still there and nothing told.
    pub(super) fn leave(&mut self, now: Millis, out: &mut Vec<Command>) {
        out.push(Command::Tell(Trouble::GivenUp));
        self.fail(now, Failed::of(Problem::Ended), out);
    }
}
