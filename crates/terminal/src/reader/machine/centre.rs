//! What follows on the centre's answers, up to the result.

use super::consent::Form;
use super::visit::{Failed, Stage};
use super::{Command, Machine, Millis, Problem, Question, Refused, Reply};

/// How long until a record that was not taken is sent again.
const RECORD_AGAIN_MS: Millis = 2_000;

impl Machine {
    pub(super) fn replied(&mut self, now: Millis, reply: Reply, out: &mut Vec<Command>) {
        let Some(visit) = &mut self.visit else {
            return;
        };
        match (&visit.stage, reply) {
            (_, Reply::Challenge { name, to_sign, .. }) => {
                visit.challenge = Some((name, to_sign));
                if let Stage::Signing(method) = visit.stage
                    && visit.card
                {
                    self.begin_signing(method, out);
                }
            }
            (stage, Reply::Person(person)) => {
                let here = matches!(stage, Stage::Identifying) && visit.card;
                visit.person = Some(person);
                if here {
                    self.identified(now, out);
                }
            }
            (Stage::Registering, Reply::Registered) => {
                if let Some(person) = &mut visit.person {
                    person.registered = true;
                }
                self.identified(now, out);
            }
            (Stage::Recording | Stage::RecordingAgain(_), Reply::Recorded(outcome)) => {
                visit.stage = Stage::Done(outcome, now);
            }
            (Stage::Recording, Reply::Away) => {
                visit.stage = Stage::RecordingAgain(now.saturating_add(RECORD_AGAIN_MS));
            }
            (
                Stage::Signing(_) | Stage::Identifying | Stage::Registering | Stage::Recording,
                reply @ (Reply::Refused(_) | Reply::Away),
            ) => self.no(now, reply, out),
            // To what nobody waits for any more: the challenge is asked for again when it is needed.
            _ => {}
        }
    }

    fn no(&mut self, now: Millis, reply: Reply, out: &mut Vec<Command>) {
        let Reply::Refused(refused) = reply else {
            let failed = Failed {
                again: true,
                ..Failed::of(Problem::Away)
            };
            return self.fail(now, failed, out);
        };
        let Some(visit) = &mut self.visit else {
            return;
        };
        let code = refused.code.as_str();
        match code {
            "card.passcode" if visit.passcodes_left > 1 => {
                visit.passcodes_left -= 1;
                visit.passcode = None;
                visit.stage = Stage::TypingPasscode { wrong: true };
            }
            "card.passcode" => {
                visit.passcodes_left = 0;
                visit.passcode = None;
                self.choose_again(Some(Problem::PasscodeRefused));
            }
            // It took too long: the card reads and signs once more.
            "card.challenge" | "visit.over" | "card.signature" if !visit.signed_again => {
                visit.signed_again = true;
                visit.person = None;
                self.again(out);
            }
            _ => {
                let failed = Failed {
                    refused,
                    ..Failed::of(Problem::Refused)
                };
                self.fail(now, failed, out);
            }
        }
    }

    /// An answer that was overtaken by another question. A challenge is good for whoever comes.
    pub(super) fn replied_late(&mut self, reply: Reply) {
        if let (Reply::Challenge { name, to_sign, .. }, Some(visit)) = (reply, &mut self.visit)
            && visit.challenge.is_none()
        {
            visit.challenge = Some((name, to_sign));
        }
    }

    /// It is known who it is: what is next?
    pub(super) fn identified(&mut self, now: Millis, out: &mut Vec<Command>) {
        let Some(visit) = &mut self.visit else {
            return;
        };
        let Some(person) = &visit.person else {
            return;
        };
        if !person.accepted {
            let refused = Refused {
                code: person.state.clone(),
                what: person.what.clone(),
                remedy: person.remedy.clone(),
            };
            let failed = Failed {
                refused,
                ..Failed::of(Problem::NotAccepted)
            };
            self.fail(now, failed, out);
        } else if !person.registered {
            visit.stage = Stage::OfferingRegistration;
        } else if person.asks.is_empty() {
            self.say(Vec::new(), out);
        } else {
            visit.stage = Stage::Consenting(Form::new(person.asks.clone()));
        }
    }

    /// All was said of the medical information.
    pub(super) fn say(&mut self, said: Vec<(String, bool)>, out: &mut Vec<Command>) {
        let Some(visit) = &mut self.visit else {
            return;
        };
        visit.said = said;
        visit.prescription = None;
        if visit.person.as_ref().is_some_and(|who| who.prescription) {
            visit.stage = Stage::ChoosingPrescription;
        } else {
            self.record(out);
        }
    }

    /// Has it recorded, in the same words however often.
    pub(super) fn record(&mut self, out: &mut Vec<Command>) {
        let Some(visit) = &mut self.visit else {
            return;
        };
        let Some(person) = &visit.person else {
            return;
        };
        let question = Question::Record {
            visit: visit.id.clone(),
            ticket: person.ticket.clone(),
            said: visit.said.clone(),
            prescription: visit.prescription,
        };
        visit.stage = Stage::Recording;
        self.ask(question, out);
    }
}
