//! A card in a virtual reader: power, resets, and being taken away.

use crate::sample::plain;
use onshi_card::slot::{Answer, Asked};
use onshi_card::{Card, Handling, Inserted, Random};

fn put(taken_away_after: Option<u32>) -> (Inserted, Random) {
    let handling = Handling {
        latency_ms: 20,
        taken_away_after,
    };
    let inserted = Inserted::new(Card::new(plain().memory), handling);
    (inserted, Random::from_seed([4; 32]))
}

const SELECT: &[u8] = b"\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01";
/// Asks for the tries that the PIN has left, in the file that is selected by it.
const PIN: &[u8] = b"\x00\xA4\x02\x0C\x02\x00\x18";

fn status((card, random): &mut (Inserted, Random), command: &[u8]) -> Vec<u8> {
    match card.answer(Asked::parse(command).unwrap(), random) {
        Answer::Bytes(answered) => {
            assert_eq!(answered.after.as_millis(), 20);
            answered.bytes
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn messages_are_told_apart_by_their_length() {
    assert_eq!(Asked::parse(&[]), None);
    assert_eq!(Asked::parse(&[0]), Some(Asked::PowerOff));
    assert_eq!(Asked::parse(&[1]), Some(Asked::PowerOn));
    assert_eq!(Asked::parse(&[2]), Some(Asked::Reset));
    assert_eq!(Asked::parse(&[4]), Some(Asked::AnswerToReset));
    for unknown in (3..=255).filter(|byte| *byte != 4) {
        assert_eq!(Asked::parse(&[unknown]), None);
    }
    assert_eq!(Asked::parse(&[0, 0]), Some(Asked::Command(&[0, 0])));
}

#[test]
fn power_ends_what_was_selected_and_a_reset_does_not() {
    let mut slot = put(None);
    let told = slot.0.answer(Asked::AnswerToReset, &mut slot.1);
    assert!(matches!(told, Answer::Bytes(told) if told.bytes.starts_with(&[0x3B])));
    assert_eq!(status(&mut slot, SELECT), [0x90, 0x00]);
    assert_eq!(slot.0.answer(Asked::Reset, &mut slot.1), Answer::Nothing);
    assert_eq!(status(&mut slot, PIN), [0x90, 0x00]);
    for power in [Asked::PowerOff, Asked::PowerOn] {
        assert_eq!(slot.0.answer(power, &mut slot.1), Answer::Nothing);
    }
    assert_eq!(status(&mut slot, PIN), [0x6A, 0x82]);
}

#[test]
fn a_card_that_was_taken_away_answers_nothing_any_more() {
    let mut slot = put(Some(1));
    assert_eq!(status(&mut slot, SELECT), [0x90, 0x00]);
    for asked in [
        Asked::AnswerToReset,
        Asked::PowerOn,
        Asked::Reset,
        Asked::Command(SELECT),
    ] {
        assert_eq!(slot.0.answer(asked, &mut slot.1), Answer::Gone);
    }
    assert_eq!(slot.0.commands(), 1);
}
