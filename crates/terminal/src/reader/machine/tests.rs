//! Ways through a visit, and what no way may do.

mod properties;
mod world;

use super::*;
use world::{A, B, PRINTED, World};

fn at_choice() -> World {
    let mut world = World::default();
    world.put(A);
    world.settle();
    assert!(
        matches!(world.screen(), Screen::Choose { .. }),
        "{:?}",
        world.screen()
    );
    world
}

fn type_pin(world: &mut World, pin: &str) {
    world.touch(Touch::Pin(Secret::new(pin.as_bytes().to_vec())));
    world.settle();
}

#[test]
fn a_patient_with_a_pin_comes_to_the_result() {
    let mut world = at_choice();
    world.touch(Touch::Method(Method::Pin));
    world.settle();
    assert_eq!(
        world.screen(),
        Screen::Pin {
            left: 3,
            wrong: false
        }
    );
    type_pin(&mut world, "1234");
    assert!(
        matches!(world.screen(), Screen::Consent { .. }),
        "{:?}",
        world.screen()
    );
    world.touch(Touch::AgreeToAll);
    world.settle();
    let Screen::Result { agreed, card, .. } = world.screen() else {
        panic!("{:?}", world.screen());
    };
    assert_eq!((agreed, card), (vec!["YZK".into(), "TKK".into()], true));
    assert_eq!(world.records.len(), 1);
    assert!(world.released, "the card was not powered off");
    world.pull();
    assert_eq!(world.screen(), Screen::PutCard);
}

#[test]
fn each_consent_can_be_given_apart_and_taken_back_before_the_last() {
    let mut world = at_choice();
    world.verify_by_pin();
    world.touch(Touch::Apart);
    world.touch(Touch::Agree);
    assert!(matches!(
        world.screen(),
        Screen::ConsentOne {
            place: 2,
            of: 2,
            ..
        }
    ));
    world.touch(Touch::Back);
    world.touch(Touch::Disagree);
    world.touch(Touch::Agree);
    world.settle();
    let said = vec![("YZK".to_owned(), false), ("TKK".to_owned(), true)];
    assert_eq!(world.records, [("visit-1".to_owned(), said)]);
}

#[test]
fn a_wrong_pin_shows_what_is_left_and_the_last_try_is_never_spent() {
    let mut world = at_choice();
    world.touch(Touch::Method(Method::Pin));
    world.settle();
    type_pin(&mut world, "0000");
    assert_eq!(
        world.screen(),
        Screen::Pin {
            left: 2,
            wrong: true
        }
    );
    type_pin(&mut world, "0001");
    let Screen::Choose { methods, problem } = world.screen() else {
        panic!("{:?}", world.screen());
    };
    assert_eq!(problem, Some(Problem::PinAlmostLocked));
    assert!(!methods.contains(&Method::Pin));
    assert_eq!(world.cards[A].pin_left, 1);
    // The next time as well.
    world.pull();
    world.pass(61_000);
    world.put(A);
    world.settle();
    world.touch(Touch::Method(Method::Pin));
    world.settle();
    assert_eq!(world.cards[A].pin_left, 1);
    assert!(matches!(
        world.screen(),
        Screen::Choose {
            problem: Some(Problem::PinAlmostLocked),
            ..
        }
    ));
}

#[test]
fn what_is_no_pin_is_not_sent() {
    let mut world = at_choice();
    world.touch(Touch::Method(Method::Pin));
    world.settle();
    for typed in ["", "123", "12345", "12a4"] {
        type_pin(&mut world, typed);
        assert_eq!(
            world.screen(),
            Screen::Pin {
                left: 3,
                wrong: false
            }
        );
    }
}

#[test]
fn a_face_is_compared_three_times_and_then_the_pin_is_offered() {
    let mut world = at_choice();
    world.touch(Touch::Method(Method::Face));
    world.settle();
    assert_eq!(
        world.screen(),
        Screen::Look {
            hint: None,
            left: 3
        }
    );
    for sight in [Sight::Nobody, Sight::Several, Sight::Dark] {
        world.happen(Event::Seen(sight));
        assert!(matches!(world.screen(), Screen::Look { left: 3, .. }));
    }
    for _ in 0..3 {
        world.happen(Event::Seen(Sight::Other));
    }
    let Screen::Choose { methods, problem } = world.screen() else {
        panic!("{:?}", world.screen());
    };
    assert_eq!(problem, Some(Problem::FaceRefused));
    assert_eq!(methods, [Method::Pin, Method::Visual]);
    assert_eq!(world.signatures, 0);
}

#[test]
fn a_face_that_is_the_cards_signs_without_a_pin() {
    let mut world = at_choice();
    world.touch(Touch::Method(Method::Face));
    world.settle();
    world.happen(Event::Seen(Sight::Same));
    world.settle();
    assert!(
        matches!(world.screen(), Screen::Consent { .. }),
        "{:?}",
        world.screen()
    );
    assert_eq!(world.cards[A].pin_left, 3);
    assert_eq!(world.methods, [Method::Face]);
}

#[test]
fn a_card_pulled_out_before_the_consent_goes_on_there_when_it_is_back() {
    let mut world = at_choice();
    world.verify_by_pin();
    world.pull();
    assert_eq!(world.screen(), Screen::PutBack);
    world.pass(30_000);
    world.put(A);
    world.settle();
    assert!(
        matches!(world.screen(), Screen::Consent { .. }),
        "{:?}",
        world.screen()
    );
    assert_eq!(world.signatures, 1, "the card signed again");
    // Another card goes on with nothing of it.
    world.pull();
    world.put(B);
    world.settle();
    assert!(
        matches!(world.screen(), Screen::Choose { .. }),
        "{:?}",
        world.screen()
    );
    // And neither does the same one, too late.
    world.pull();
    world.put(A);
    world.settle();
    assert!(
        matches!(world.screen(), Screen::Choose { .. }),
        "{:?}",
        world.screen()
    );
}

#[test]
fn a_forgotten_card_is_called() {
    let mut world = at_choice();
    world.verify_by_pin();
    world.touch(Touch::AgreeToNone);
    world.settle();
    world.pass(9_000);
    assert!(!world.machine.shown().alarm);
    world.pass(2_000);
    assert!(world.machine.shown().alarm);
    world.pull();
    assert!(!world.machine.shown().alarm);
    assert_eq!(world.screen(), Screen::PutCard);
}

#[test]
fn by_eye_holds_for_one_patient_or_some_minutes() {
    let mut world = World::default();
    world.rules.by_eye = Some(300_000);
    // Switched a moment ago: the first patient's challenge brings it.
    world.put(A);
    world.settle();
    assert!(world.machine.shown().visual);
    assert_eq!(world.screen(), Screen::StaffLooks);
    assert_eq!(world.signatures, 0);
    world.touch(Touch::IsThePerson);
    world.settle();
    world.touch(Touch::AgreeToAll);
    world.settle();
    world.pull();
    assert!(
        !world.machine.shown().visual,
        "it holds for the next patient"
    );
    world.happen(Event::Rules(world.rules));
    world.pass(299_000);
    assert!(world.machine.shown().visual);
    world.pass(2_000);
    assert!(!world.machine.shown().visual);
}

#[test]
fn where_nothing_reads_the_cards_face_its_numbers_are_typed_and_shown_to_the_card_twice_at_most() {
    let typed = |number: &[u8]| Touch::Printed(Secret::new(number.to_vec()));
    let wrong = b"55021720352286";
    let mut world = at_choice();
    world.reads = false;
    world.touch(Touch::Method(Method::Face));
    world.settle();
    assert_eq!(world.screen(), Screen::Printed { wrong: false });
    // The thirteenth month is no month: it costs the card nothing.
    world.touch(typed(b"55131720352285"));
    world.settle();
    assert_eq!(world.screen(), Screen::Printed { wrong: true });
    assert_eq!(world.cards[A].printed_left, 10);
    world.touch(typed(wrong));
    world.settle();
    assert_eq!(world.screen(), Screen::Printed { wrong: true });
    assert_eq!(world.cards[A].printed_left, 9);
    world.touch(typed(PRINTED));
    world.settle();
    assert!(matches!(world.screen(), Screen::Look { .. }));
    // What was right is not typed a second time.
    world.touch(Touch::Back);
    world.touch(Touch::Method(Method::Face));
    world.settle();
    assert!(matches!(world.screen(), Screen::Look { .. }));

    let mut world = at_choice();
    world.reads = false;
    world.touch(Touch::Method(Method::Face));
    world.settle();
    for _ in 0..2 {
        world.touch(typed(wrong));
        world.settle();
    }
    assert_eq!(world.cards[A].printed_left, 8);
    let Screen::Choose { methods, problem } = world.screen() else {
        panic!("{:?}", world.screen());
    };
    assert_eq!(problem, Some(Problem::NoPhoto));
    assert!(!methods.contains(&Method::Face));
    // A card with few tries left keeps them.
    let mut world = at_choice();
    (world.reads, world.cards[A].printed_left) = (false, 3);
    world.touch(Touch::Method(Method::Face));
    world.settle();
    world.touch(typed(PRINTED));
    world.settle();
    assert_eq!(world.cards[A].printed_left, 3);
    assert!(matches!(world.screen(), Screen::Choose { .. }));
}

#[test]
fn the_staffs_passcode_goes_with_the_signature_and_a_wrong_one_is_typed_again() {
    let mut world = at_choice();
    world.touch(Touch::Method(Method::Visual));
    world.touch(Touch::Passcode(Secret::new(b"111111".to_vec())));
    assert_eq!(world.screen(), Screen::StaffLooks);
    world.touch(Touch::IsThePerson);
    world.settle();
    assert_eq!(world.screen(), Screen::Passcode { wrong: true });
    world.touch(Touch::Passcode(Secret::new(b"424242".to_vec())));
    world.settle();
    assert!(
        matches!(world.screen(), Screen::Consent { .. }),
        "{:?}",
        world.screen()
    );
    assert_eq!(world.methods, [Method::Visual, Method::Visual]);
}

#[test]
fn what_the_centre_did_not_take_is_said_again_in_the_same_words() {
    let mut world = at_choice();
    world.verify_by_pin();
    world.away = true;
    world.touch(Touch::AgreeToAll);
    world.settle();
    assert!(matches!(
        world.screen(),
        Screen::Problem {
            problem: Problem::Away,
            again: true,
            ..
        }
    ));
    // The card is not needed for it any more.
    world.pull();
    world.away = false;
    world.pass(2_500);
    world.settle();
    assert_eq!(world.records.len(), 2);
    assert_eq!(world.records[0], world.records[1]);
    assert!(matches!(world.screen(), Screen::Result { card: false, .. }));
    world.pass(10_500);
    assert_eq!(world.screen(), Screen::PutCard);
}

#[test]
fn a_touch_of_an_earlier_screen_counts_for_nothing() {
    let mut world = at_choice();
    world.verify_by_pin();
    let stale = world.machine.shown().number;
    world.touch(Touch::Apart);
    world.happen(Event::Touched(stale, Touch::AgreeToAll));
    world.happen(Event::Touched(stale, Touch::Agree));
    assert!(matches!(
        world.screen(),
        Screen::ConsentOne { place: 1, .. }
    ));
    assert!(world.records.is_empty());
}

#[test]
fn only_what_the_institution_uses_is_asked_from_one_person_to_the_next() {
    let mut world = at_choice();
    world.verify_by_pin();
    world.touch(Touch::AgreeToAll);
    world.settle();
    world.pull();
    // The settings changed; nothing was started anew.
    world.asks = vec!["SHJ".to_owned()];
    world.put(A);
    world.settle();
    world.verify_by_pin();
    let Screen::Consent { asks, .. } = world.screen() else {
        panic!("{:?}", world.screen());
    };
    assert_eq!(asks, ["SHJ"]);
    world.touch(Touch::AgreeToNone);
    world.settle();
    world.pull();
    world.asks.clear();
    world.put(A);
    world.settle();
    world.verify_by_pin();
    assert!(matches!(world.screen(), Screen::Result { .. }));
    assert_eq!(world.prescriptions, [None, None, None]);
}

#[test]
fn the_form_of_the_prescription_is_asked_after_the_consents_and_never_guessed() {
    let mut world = at_choice();
    world.prescription = true;
    world.verify_by_pin();
    world.touch(Touch::AgreeToAll);
    assert_eq!(world.screen(), Screen::Prescription);
    assert!(
        world.records.is_empty(),
        "nothing is recorded before it was chosen"
    );
    world.touch(Touch::AgreeToAll);
    assert_eq!(world.screen(), Screen::Prescription);
    world.touch(Touch::Back);
    assert!(matches!(world.screen(), Screen::Consent { .. }));
    world.touch(Touch::AgreeToNone);
    world.touch(Touch::Prescription(Prescription::Paper));
    world.settle();
    assert_eq!(world.prescriptions, [Some(Prescription::Paper)]);
    assert_eq!(world.records.len(), 1);
}
