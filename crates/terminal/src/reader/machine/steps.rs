//! What follows on what, while a visit lasts.

use super::super::secret::Secret;
use super::super::signing;
use super::card::{Heard, Token};
use super::visit::{Failed, Stage};
use super::{
    CardGone, Command, Hint, Machine, Method, Millis, Problem, Question, Refused, Sight, Trouble,
};

impl Machine {
    /// Shows what went wrong, for whoever is there to see.
    pub(super) fn fail(&mut self, now: Millis, failed: Failed, out: &mut Vec<Command>) {
        self.dialogue.stop();
        out.push(Command::LookAway);
        let Some(visit) = &mut self.visit else {
            return;
        };
        let final_word = !failed.again && !failed.other_way;
        visit.stage = Stage::Failed(failed, now);
        if final_word && visit.card {
            self.dialogue.away(out);
        }
    }

    pub(super) fn stage(&mut self, stage: Stage) {
        if let Some(visit) = &mut self.visit {
            visit.stage = stage;
        }
    }

    pub(super) fn choose_again(&mut self, problem: Option<Problem>) {
        if let Some(visit) = &mut self.visit {
            visit.looked = false;
        }
        self.stage(Stage::Choosing(problem));
    }

    /// Ways that this card and what happened so far leave.
    pub(super) fn methods(&self) -> Vec<Method> {
        let Some(visit) = &self.visit else {
            return Vec::new();
        };
        let mut methods = Vec::new();
        match visit.token {
            Token::Card | Token::Next => {
                let without_pin = self.dialogue.has_credential();
                if visit.face_left > 0 && without_pin {
                    methods.push(Method::Face);
                }
                if visit.pin_stopped.is_none() {
                    methods.push(Method::Pin);
                }
                if visit.passcodes_left > 0 && without_pin {
                    methods.push(Method::Visual);
                }
            }
            Token::Android if visit.pin_stopped.is_none() => methods.push(Method::Pin),
            Token::Android => {}
            Token::Iphone => methods.push(Method::Phone),
        }
        methods
    }

    pub(super) fn card_answered(
        &mut self,
        now: Millis,
        number: u64,
        answer: Result<Secret, CardGone>,
        out: &mut Vec<Command>,
    ) {
        let heard = self.dialogue.heard(number, &answer, out);
        match heard {
            Heard::More => {}
            Heard::Certificate(token, certificate) => {
                self.certificate_read(now, token, certificate, out);
            }
            Heard::PinLeft(left) => self.pin_left(left, false, out),
            Heard::PinWrong(left) => self.pin_left(left, true, out),
            Heard::PinRight => self.begin_signing(Method::Pin, out),
            Heard::PrintedWrong => self.printed_wrong(),
            Heard::Photo(photo) => out.push(Command::Photo(photo)),
            Heard::Signed(signature) => self.signed(signature, out),
            Heard::Stuck(Problem::NoPhoto) => self.no_photo(),
            Heard::Stuck(problem) => {
                let trouble = match problem {
                    Problem::NotMyNumberCard => Trouble::OtherCard,
                    _ => Trouble::CardUnreadable,
                };
                out.push(Command::Tell(trouble));
                let failed = Failed {
                    problem,
                    refused: Refused::default(),
                    again: problem == Problem::Unreadable,
                    other_way: false,
                };
                self.fail(now, failed, out);
            }
        }
    }

    fn certificate_read(
        &mut self,
        now: Millis,
        token: Token,
        certificate: Secret,
        out: &mut Vec<Command>,
    ) {
        let Some(visit) = &mut self.visit else {
            return;
        };
        if let Some(expected) = visit.expected.take()
            && expected != certificate
        {
            // Another person's card: nothing of the one before is gone on with.
            let id = format!("{}-2", visit.id);
            let fresh = self.new_visit(id, now);
            self.visit = Some(fresh);
            self.ask(Question::Challenge, out);
        }
        let visual = self.visual_until.is_some();
        let Some(visit) = &mut self.visit else {
            return;
        };
        visit.token = token;
        visit.certificate = certificate;
        if visit.person.is_some() {
            self.identified(now, out);
        } else if visual && matches!(token, Token::Card | Token::Next) {
            self.stage(Stage::StaffLooks);
        } else {
            self.choose_again(None);
        }
    }

    fn pin_left(&mut self, left: u8, wrong: bool, out: &mut Vec<Command>) {
        let stopped = match left {
            0 => Some(Problem::PinLocked),
            left if left < self.settings.pin_left_min => Some(Problem::PinAlmostLocked),
            _ => None,
        };
        let Some(visit) = &mut self.visit else {
            return;
        };
        visit.pin_stopped = stopped;
        if stopped.is_some() {
            out.push(Command::Tell(Trouble::PinLocked));
        } else if wrong {
            out.push(Command::Tell(Trouble::PinRefused));
        }
        match stopped {
            Some(problem) => self.choose_again(Some(problem)),
            None => self.stage(Stage::TypingPin { left, wrong }),
        }
    }

    pub(super) fn begin_signing(&mut self, method: Method, out: &mut Vec<Command>) {
        out.push(Command::LookAway);
        let Some(visit) = &mut self.visit else {
            return;
        };
        visit.stage = Stage::Signing(method);
        match &visit.challenge {
            Some((_, to_sign)) => {
                let prepared = signing::prepared(visit.certificate.bytes(), to_sign);
                self.dialogue.sign(method, prepared, out);
            }
            None => self.ask(Question::Challenge, out),
        }
    }

    fn signed(&mut self, signature: Secret, out: &mut Vec<Command>) {
        let Some(visit) = &mut self.visit else {
            return;
        };
        let Stage::Signing(method) = visit.stage else {
            return;
        };
        let Some((challenge, _)) = visit.challenge.take() else {
            return;
        };
        let question = Question::Identify {
            visit: visit.id.clone(),
            challenge,
            certificate: visit.certificate.clone(),
            signature,
            method,
            passcode: visit.passcode.clone().filter(|_| method == Method::Visual),
        };
        visit.stage = Stage::Identifying;
        self.ask(question, out);
    }

    /// What was read by sight from the card's face.
    pub(super) fn printed(&mut self, number: Option<Secret>, out: &mut Vec<Command>) {
        let reading = self
            .visit
            .as_ref()
            .is_some_and(|visit| visit.card && matches!(visit.stage, Stage::ReadingPhoto));
        if reading {
            self.read_photo(number, false, out);
        }
    }

    /// Opens the card's photo by the number that is printed on the card. What can't be that number costs the card no try.
    pub(super) fn read_photo(
        &mut self,
        number: Option<Secret>,
        typed: bool,
        out: &mut Vec<Command>,
    ) {
        let Some(visit) = &mut self.visit else {
            return;
        };
        match number.filter(plausible) {
            _ if visit.printed_left == 0 => self.no_photo(),
            Some(number) => {
                visit.printed_left -= 1;
                visit.printed = Some(number.clone());
                visit.stage = Stage::ReadingPhoto;
                self.dialogue.read_photo(number, out);
            }
            // Nothing here reads the face of the card, or it misread it: whoever holds the card reads it.
            None => visit.stage = Stage::TypingPrinted { wrong: typed },
        }
    }

    fn printed_wrong(&mut self) {
        let Some(visit) = &mut self.visit else {
            return;
        };
        visit.printed = None;
        if visit.printed_left > 0 {
            visit.stage = Stage::TypingPrinted { wrong: true };
        } else {
            self.no_photo();
        }
    }

    /// There is no way by the face any more with this card.
    fn no_photo(&mut self) {
        if let Some(visit) = &mut self.visit {
            visit.face_left = 0;
        }
        self.choose_again(Some(Problem::NoPhoto));
    }

    pub(super) fn photo(&mut self, now: Millis, usable: bool, out: &mut Vec<Command>) {
        let until = now.saturating_add(self.settings.face_ms);
        let Some(visit) = &mut self.visit else {
            return;
        };
        if !visit.card || !matches!(visit.stage, Stage::ReadingPhoto) {
            out.push(Command::LookAway);
        } else if usable {
            visit.stage = Stage::Looking { hint: None, until };
            out.push(Command::Look);
        } else {
            self.no_photo();
        }
    }

    pub(super) fn seen(&mut self, now: Millis, sight: Sight, out: &mut Vec<Command>) {
        let face_ms = self.settings.face_ms;
        let Some(visit) = &mut self.visit else {
            return;
        };
        let Stage::Looking { hint, until } = &mut visit.stage else {
            return;
        };
        if !visit.card {
            return;
        }
        match sight {
            Sight::Same => self.begin_signing(Method::Face, out),
            Sight::NoCamera => {
                visit.face_left = 0;
                out.push(Command::LookAway);
                self.choose_again(Some(Problem::NoCamera));
            }
            Sight::Nobody => *hint = Some(Hint::Nobody),
            Sight::Several => *hint = Some(Hint::Several),
            Sight::Dark => *hint = Some(Hint::Dark),
            Sight::Other => {
                visit.face_left = visit.face_left.saturating_sub(1);
                *hint = Some(Hint::Other);
                *until = now.saturating_add(face_ms);
                if visit.face_left == 0 {
                    out.push(Command::LookAway);
                    out.push(Command::Tell(Trouble::FaceRefused));
                    self.choose_again(Some(Problem::FaceRefused));
                }
            }
        }
    }

    /// The camera saw nobody to compare with for as long as it looks.
    pub(super) fn not_seen(&mut self, out: &mut Vec<Command>) {
        out.push(Command::LookAway);
        self.choose_again(Some(Problem::NotSeen));
    }
}

/// Fourteen digits that can be a date of birth, the year of the card's end and a security code: what
/// was misread must not cost one of the card's few tries.
fn plausible(number: &Secret) -> bool {
    let digits = number.bytes();
    let part = |range: std::ops::Range<usize>| {
        let part = digits.get(range)?;
        std::str::from_utf8(part).ok()?.parse::<u32>().ok()
    };
    let month = part(2..4).unwrap_or(0);
    let day = part(4..6).unwrap_or(0);
    let year = part(6..10).unwrap_or(0);
    digits.len() == 14
        && digits.iter().all(u8::is_ascii_digit)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (2015..=2100).contains(&year)
}
