//! What a touch does, by the screen that it was on.

use super::super::secret::Secret;
use super::visit::{Failed, Stage};
use super::{Command, Machine, Method, Millis, Problem, Question, Touch};

impl Machine {
    pub(super) fn touched(&mut self, now: Millis, touch: Touch, out: &mut Vec<Command>) {
        let methods = self.methods();
        let Some(visit) = &mut self.visit else {
            return;
        };
        match &visit.stage {
            // Of what was said, nothing waits for the card.
            Stage::RecordingAgain(_) => {
                if matches!(touch, Touch::Again) {
                    self.record(out);
                }
            }
            _ if !visit.card => {}
            Stage::Choosing(_) => match touch {
                Touch::Method(method) if methods.contains(&method) => self.chosen(method, out),
                Touch::End => self.leave(now, out),
                _ => {}
            },
            Stage::TypingPin { left, .. } => match touch {
                Touch::Pin(pin) if is_pin(&pin) && *left >= self.settings.pin_left_min => {
                    visit.stage = Stage::CheckingPin;
                    self.dialogue.verify_pin(pin, out);
                }
                Touch::Back => self.choose_again(None),
                Touch::End => self.leave(now, out),
                _ => {}
            },
            Stage::TypingPrinted { .. } => match touch {
                Touch::Printed(number) => self.read_photo(Some(number), true, out),
                Touch::Back => self.choose_again(None),
                Touch::End => self.leave(now, out),
                _ => {}
            },
            Stage::Looking { .. } => match touch {
                Touch::Back => {
                    out.push(Command::LookAway);
                    self.choose_again(None);
                }
                Touch::End => self.leave(now, out),
                _ => {}
            },
            Stage::TypingPasscode { .. } => match touch {
                Touch::Passcode(passcode) if !passcode.bytes().is_empty() => {
                    visit.passcode = Some(passcode);
                    if visit.looked {
                        self.begin_signing(Method::Visual, out);
                    } else {
                        visit.stage = Stage::StaffLooks;
                    }
                }
                Touch::Back => self.choose_again(None),
                Touch::End => self.leave(now, out),
                _ => {}
            },
            Stage::StaffLooks => match touch {
                Touch::IsThePerson => {
                    visit.looked = true;
                    self.begin_signing(Method::Visual, out);
                }
                Touch::IsNotThePerson => {
                    let failed = Failed::of(Problem::NotThePerson);
                    self.fail(now, failed, out);
                }
                Touch::End => self.leave(now, out),
                _ => {}
            },
            Stage::OfferingRegistration => match (touch, &visit.person) {
                (Touch::Register, Some(person)) => {
                    let ticket = person.ticket.clone();
                    visit.stage = Stage::Registering;
                    self.ask(Question::Register { ticket }, out);
                }
                (Touch::End, _) => self.leave(now, out),
                _ => {}
            },
            Stage::Consenting(_) => self.consenting(now, &touch, out),
            Stage::ChoosingPrescription => match touch {
                Touch::Prescription(chosen) => {
                    visit.prescription = Some(chosen);
                    self.record(out);
                }
                Touch::Back => self.identified(now, out),
                Touch::End => self.leave(now, out),
                _ => {}
            },
            Stage::Failed(failed, _) => match touch {
                Touch::Again if failed.again => self.again(out),
                Touch::Back if failed.other_way => self.choose_again(None),
                _ => {}
            },
            _ => {}
        }
    }

    fn chosen(&mut self, method: Method, out: &mut Vec<Command>) {
        match method {
            Method::Face => {
                self.stage(Stage::ReadingPhoto);
                let known = self.visit.as_ref().and_then(|visit| visit.printed.clone());
                match known {
                    Some(number) => self.dialogue.read_photo(number, out),
                    None => out.push(Command::ReadPrinted),
                }
            }
            Method::Pin => {
                self.stage(Stage::CountingPin);
                self.dialogue.count_pin(out);
            }
            Method::Visual => self.stage(Stage::TypingPasscode { wrong: false }),
            Method::Phone => self.begin_signing(Method::Phone, out),
        }
    }

    fn consenting(&mut self, now: Millis, touch: &Touch, out: &mut Vec<Command>) {
        let Some(visit) = &mut self.visit else {
            return;
        };
        let Stage::Consenting(form) = &mut visit.stage else {
            return;
        };
        let said = match (touch, form.apart) {
            (Touch::AgreeToAll, false) => Some(form.all(true)),
            (Touch::AgreeToNone, false) => Some(form.all(false)),
            (Touch::Apart, false) => {
                form.apart = true;
                None
            }
            (Touch::Agree, true) => form.answer(true),
            (Touch::Disagree, true) => form.answer(false),
            (Touch::Back, true) => {
                form.back();
                None
            }
            (Touch::End, _) => return self.leave(now, out),
            _ => None,
        };
        if let Some(said) = said {
            self.say(said, out);
        }
    }

    /// Once more, from the card on.
    pub(super) fn again(&mut self, out: &mut Vec<Command>) {
        let Some(visit) = &mut self.visit else {
            return;
        };
        visit.stage = Stage::Reading;
        if visit.challenge.is_none() && visit.person.is_none() {
            self.ask(Question::Challenge, out);
        }
        self.dialogue.read_certificate(out);
    }
}

/// Four digits.
fn is_pin(pin: &Secret) -> bool {
    pin.bytes().len() == 4 && pin.bytes().iter().all(u8::is_ascii_digit)
}
