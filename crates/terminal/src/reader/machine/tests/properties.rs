//! What no way through a visit may do, whatever happens in whatever order.

use super::super::*;
use super::world::World;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
enum Act {
    Put(usize),
    Pull,
    /// The next thing that is to be done is done.
    Do,
    /// It fails, or is lost.
    Lose,
    Touch(Touch),
    TouchEarlier(Touch),
    Seen(Sight),
    Rules(bool),
    Settings(bool),
    Reads(bool),
    Away(bool),
    Pass(u64),
}

fn touch() -> impl Strategy<Value = Touch> {
    let pin = |text: &str| Touch::Pin(Secret::new(text.as_bytes().to_vec()));
    let passcode = |text: &str| Touch::Passcode(Secret::new(text.as_bytes().to_vec()));
    let printed = |text: &str| Touch::Printed(Secret::new(text.as_bytes().to_vec()));
    prop::sample::select(vec![
        Touch::Method(Method::Face),
        Touch::Method(Method::Pin),
        Touch::Method(Method::Pin),
        Touch::Method(Method::Visual),
        Touch::Method(Method::Phone),
        pin("1234"),
        pin("1234"),
        pin("0000"),
        printed("55021720352285"),
        printed("55021720352286"),
        printed("55990020352285"),
        passcode("424242"),
        passcode("000000"),
        Touch::IsThePerson,
        Touch::IsNotThePerson,
        Touch::Register,
        Touch::AgreeToAll,
        Touch::AgreeToNone,
        Touch::Apart,
        Touch::Apart,
        Touch::Agree,
        Touch::Disagree,
        Touch::Prescription(Prescription::Electronic),
        Touch::Prescription(Prescription::Paper),
        Touch::Back,
        Touch::Again,
        Touch::End,
    ])
}

fn act() -> impl Strategy<Value = Act> {
    let sight = prop::sample::select(vec![
        Sight::Same,
        Sight::Other,
        Sight::Nobody,
        Sight::Several,
        Sight::Dark,
        Sight::NoCamera,
    ]);
    prop_oneof![
        2 => (0..2_usize).prop_map(Act::Put),
        1 => Just(Act::Pull),
        40 => Just(Act::Do),
        1 => Just(Act::Lose),
        12 => touch().prop_map(Act::Touch),
        2 => touch().prop_map(Act::TouchEarlier),
        2 => sight.prop_map(Act::Seen),
        1 => any::<bool>().prop_map(Act::Rules),
        1 => any::<bool>().prop_map(Act::Away),
        1 => any::<bool>().prop_map(Act::Reads),
        1 => any::<bool>().prop_map(Act::Settings),
        2 => (1..40_000_u64).prop_map(Act::Pass),
    ]
}

/// What was said and typed, told by the screens and touches alone.
#[derive(Default)]
struct Witness {
    /// To what the person at the reader said yes or no, in the order of the questions.
    said: BTreeMap<String, bool>,
    asked: Vec<String>,
    /// The form of the prescription that was touched since.
    prescription: Option<Prescription>,
    /// Whose card it was when the last word was said.
    whose: Option<usize>,
    pins: u32,
    /// How often what can be printed on a card was typed.
    printed: u32,
    verified: bool,
}

impl Witness {
    fn saw(&mut self, world: &World, touch: &Touch) {
        let screen = world.screen();
        match (&screen, touch) {
            (Screen::Pin { left, .. }, Touch::Pin(_)) => {
                assert!(*left >= 2, "the last try is asked for");
                self.pins += 1;
            }
            (Screen::Printed { .. }, Touch::Printed(number)) => {
                self.printed += u32::from(number.bytes()[2..4] != *b"99");
            }
            (Screen::StaffLooks, Touch::IsThePerson) => self.verified = true,
            (Screen::Consent { asks, .. }, touch) => {
                self.asked.clone_from(asks);
                let answer = match touch {
                    Touch::AgreeToAll => Some(true),
                    Touch::AgreeToNone => Some(false),
                    _ => None,
                };
                self.said.clear();
                self.prescription = None;
                if let Some(yes) = answer {
                    self.said = asks.iter().map(|ask| (ask.clone(), yes)).collect();
                }
                self.whose = world.on;
            }
            (Screen::ConsentOne { ask, place, .. }, touch) => {
                match touch {
                    Touch::Agree => drop(self.said.insert(ask.clone(), true)),
                    Touch::Disagree => drop(self.said.insert(ask.clone(), false)),
                    Touch::Back if *place > 1 => {
                        self.said.remove(&self.asked[place - 2]);
                    }
                    _ => {}
                }
                self.whose = world.on;
            }
            (Screen::Prescription, touch) => {
                if let Touch::Prescription(chosen) = touch {
                    self.prescription = Some(*chosen);
                }
                self.whose = world.on;
            }
            _ => {}
        }
    }

    /// Looks at what is going to be done.
    fn check(&mut self, world: &World, command: &Command) {
        match command {
            Command::Send(_, bytes) if bytes.bytes().starts_with(&[0x80, 0x2A]) => {
                assert!(self.verified, "it signs for somebody who was not verified");
            }
            Command::Send(_, bytes) if bytes.bytes().starts_with(&[0, 0x20, 0, 0x80, 4]) => {
                assert!(
                    world.verifies < self.pins,
                    "a try is spent that nobody typed"
                );
            }
            Command::Ask(
                _,
                Question::Record {
                    said,
                    ticket,
                    prescription,
                    ..
                },
            ) => {
                assert_eq!(*prescription, self.prescription, "a form nobody chose");
                let whose = ["A", "B"].iter().position(|name| name == ticket);
                assert_eq!(whose, self.whose, "another person's consent");
                let given: Vec<(String, bool)> = said.clone();
                for (ask, yes) in given {
                    assert_eq!(self.said.get(&ask), Some(&yes), "{ask} was not said");
                }
                assert_eq!(said.len(), self.said.len());
            }
            _ => {}
        }
    }
}

fn live(acts: &[Act]) {
    let mut world = World::default();
    let mut witness = Witness::default();
    let mut checked = 0;
    for act in acts {
        match act {
            Act::Put(card) if world.on.is_none() => {
                // What the reader was told of the card before is gone with it.
                world
                    .todo
                    .retain(|command| !matches!(command, Command::Send(..)));
                checked = world.todo.len();
                world.put(*card);
            }
            Act::Pull if world.on.is_some() => world.pull(),
            Act::Do => {
                let did = world.carry_out();
                checked = checked.saturating_sub(usize::from(did));
                witness.verified |= std::mem::take(&mut world.pin_right);
            }
            Act::Lose if !world.todo.is_empty() => {
                let lost = world.todo.remove(0);
                checked = checked.saturating_sub(1);
                match lost {
                    Command::Ask(number, _) => {
                        world.happen(Event::Centre(number, Box::new(Reply::Away)));
                    }
                    Command::Send(number, _) => {
                        world.happen(Event::Card(number, Err(CardGone)));
                    }
                    _ => {}
                }
            }
            Act::Touch(touch) => {
                witness.saw(&world, touch);
                world.touch(touch.clone());
            }
            Act::TouchEarlier(touch) => {
                let number = world.machine.shown().number.saturating_sub(1);
                let before = world.machine.shown();
                world.happen(Event::Touched(number, touch.clone()));
                assert_eq!(world.machine.shown(), before);
            }
            Act::Seen(sight) => {
                let looking = matches!(world.screen(), Screen::Look { .. });
                witness.verified |= looking && *sight == Sight::Same;
                world.happen(Event::Seen(*sight));
            }
            Act::Rules(by_eye) => {
                world.rules.by_eye = by_eye.then_some(300_000);
                world.happen(Event::Rules(world.rules));
            }
            Act::Away(away) => world.away = *away,
            Act::Reads(reads) => world.reads = *reads,
            Act::Settings(prescription) => world.prescription = *prescription,
            Act::Pass(ms) => world.pass(*ms),
            _ => {}
        }
        if matches!(
            world.screen(),
            Screen::Choose { .. } | Screen::PutBack | Screen::PutCard
        ) {
            witness.verified = false;
        }
        for command in &world.todo[checked.min(world.todo.len())..] {
            witness.check(&world, command);
        }
        checked = world.todo.len();
        if let Screen::Result { agreed, .. } = world.screen() {
            for ask in agreed {
                assert_eq!(
                    witness.said.get(&ask),
                    Some(&true),
                    "{ask} is shown as agreed to"
                );
            }
        }
        assert!(
            world.cards.iter().all(|card| card.pin_left > 0),
            "a card was locked"
        );
        let lost = world
            .cards
            .iter()
            .map(|card| u32::from(10 - card.printed_left));
        assert!(
            lost.sum::<u32>() <= witness.printed,
            "a try of 照合番号B is spent that nobody typed"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_is_agreed_to_or_tried_that_nobody_said(acts in prop::collection::vec(act(), 1..400)) {
        live(&acts);
    }
}
