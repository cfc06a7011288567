//! A patient's way at the card reader, from the card to the file in `face`, while the reader, the linked application or
//! the centre is killed at each step of it: what was said is recorded once, and its result comes once.

use crate::faults::relay::Hold;
use crate::reader::desk::{Desk, PIN};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Only a test that fails waits this long.
const DEADLINE: Duration = Duration::from_secs(120);
/// Whoever says nothing for so long waits for an answer.
const QUIET: Duration = Duration::from_millis(300);
const CARD: &str = "patient-1";

/// How far the patient is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The centre is asked what the card is to sign.
    Challenge,
    /// What the card signed is on its way to the centre.
    Signed,
    /// The centre knows who it is; the reader does not know that yet.
    Verified,
    /// The patient is asked for the consents.
    Asked,
    /// What the patient said is on its way.
    Said,
    /// The centre has recorded it; the reader does not know that yet.
    Recorded,
    /// The result is shown; the linked application does not have it yet.
    Shown,
    /// It lies in `face`; the centre does not know that yet.
    Delivered,
}

const STEPS: [Step; 8] = [
    Step::Challenge,
    Step::Signed,
    Step::Verified,
    Step::Asked,
    Step::Said,
    Step::Recorded,
    Step::Shown,
    Step::Delivered,
];

impl Step {
    /// Whether the centre has recorded by then what the patient said.
    fn is_recorded(self) -> bool {
        matches!(self, Step::Recorded | Step::Shown | Step::Delivered)
    }
}

/// What the centre has: results, visits that ended with a check, records of consents.
fn counted(desk: &Desk) -> [i64; 3] {
    [
        "select count(*) from reader_result",
        "select count(*) from reader_visit where validity is not null",
        "select count(*) from consent_record",
    ]
    .map(|sql| desk.clinic.rows(sql)[0].int(0))
}

fn visits(desk: &Desk) -> i64 {
    desk.clinic.rows("select count(*) from reader_visit")[0].int(0)
}

/// Everything was recorded so often, and as often as it has a result.
fn is_so_often(desk: &Desk, expected: i64, when: &str) {
    assert_eq!(counted(desk), [expected; 3], "{when}");
}

/// A patient goes so far, and the wire stands still there.
fn goes_as_far_as(desk: &Desk, step: Step) {
    if step == Step::Challenge {
        desk.wire.wait_until_quiet(QUIET);
        desk.wire.hold(Hold::Question(0));
        desk.tray("put", CARD);
        return desk.wire.wait_until_held();
    }
    desk.tray("put", CARD);
    let shown = desk.screen("choose");
    desk.touch(&shown, "method", Some("pin"));
    let shown = desk.screen("pin");
    desk.wire.wait_until_quiet(QUIET);
    let before = visits(desk);
    match step {
        Step::Signed => desk.wire.hold(Hold::Question(0)),
        Step::Verified => desk.wire.hold(Hold::AnswerTo(1)),
        _ => {}
    }
    desk.touch(&shown, "pin", Some(PIN));
    match step {
        Step::Signed => return desk.wire.wait_until_held(),
        Step::Verified => return desk.wait_until("a visit", || visits(desk) > before),
        _ => {}
    }
    let shown = desk.screen("consent");
    let [before, ..] = counted(desk);
    // What the reader asks by itself now and then must not be held in the consent's place.
    desk.wire.wait_until_quiet(QUIET);
    match step {
        Step::Asked => return,
        Step::Said => desk.wire.hold(Hold::Question(0)),
        Step::Recorded => desk.wire.hold(Hold::AnswerTo(1)),
        Step::Shown => {
            desk.clinic.relay.wait_until_quiet(QUIET);
            desk.clinic.relay.hold(Hold::Answer(0));
        }
        _ => {
            desk.clinic.relay.wait_until_quiet(QUIET);
            desk.clinic.relay.hold(Hold::Question(0));
        }
    }
    desk.touch(&shown, "agree_to_all", None);
    if step == Step::Said {
        return desk.wire.wait_until_held();
    }
    desk.wait_until("recorded", || counted(desk)[0] > before);
    if step != Step::Recorded {
        desk.screen("result");
        desk.clinic.relay.wait_until_held();
    }
}

/// A patient who does at each screen what it says, until the result is there.
fn goes_on_to_the_result(desk: &Desk) {
    let begun = Instant::now();
    let mut touched = Value::Null;
    loop {
        let shown = desk.shown();
        assert!(begun.elapsed() < DEADLINE, "no result comes: {shown}");
        let screen = &shown["screen"];
        let touch = match screen["kind"].as_str().unwrap() {
            "result" => return,
            "put_card" => {
                desk.tray("put", CARD);
                let there = || desk.shown()["screen"]["kind"] != "put_card";
                desk.wait_until("the card is seen", there);
                None
            }
            "choose" => Some(("method", Some("pin"))),
            "pin" => Some(("pin", Some(PIN))),
            "consent" => Some(("agree_to_all", None)),
            "problem" => {
                assert_eq!(screen["problem"], "away", "{shown}");
                Some(("again", None))
            }
            "wait" => None,
            other => panic!("nobody expects {other}: {shown}"),
        };
        match touch {
            Some((what, value)) if touched != shown["number"] => {
                desk.touch(&shown, what, value);
                touched = shown["number"].clone();
            }
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Kills and starts again what is named, at each step.
fn each_is_recorded_once(who: &str, kill: impl Fn(&mut Desk)) {
    let mut desk = Desk::open(&[1]);
    // A reader that asks what holds disturbs the wire; once is enough here.
    desk.clinic.place.config.rules.card.status_seconds = 600;
    desk.start_centre();
    desk.clinic.start_link();
    let folder = desk.cards().display().to_string();
    desk.start_reader(&["--cards", &folder]);
    let mut expected = 0;
    for step in STEPS {
        goes_as_far_as(&desk, step);
        let is_recorded = i64::from(step.is_recorded());
        is_so_often(&desk, expected + is_recorded, &format!("{step:?}"));
        kill(&mut desk);
        // Whoever loses the reader begins anew, and says it once more; whoever keeps it says it once.
        let begins_anew = desk.shown()["screen"]["kind"] == "put_card";
        assert_eq!(begins_anew, who == "reader", "{step:?}");
        goes_on_to_the_result(&desk);
        expected += 1 + is_recorded * i64::from(begins_anew);
        is_so_often(&desk, expected, &format!("{step:?}, {who} killed"));
        desk.tray("take", CARD);
        desk.screen("put_card");
        desk.wait_until("in face", || desk.in_face() == desk.results());
        println!("{who} killed at {step:?}");
    }
    // What would come twice would come now: the linked application begins anew.
    desk.clinic.kill_link();
    desk.clinic.start_link();
    desk.tray("put", CARD);
    goes_on_to_the_result(&desk);
    desk.wait_until("in face", || desk.in_face() == desk.results());
    is_so_often(&desk, expected + 1, "at the end");
    let said = desk.clinic.place.complaints();
    assert!(!said.contains("panicked") && !said.contains(PIN), "{said}");
    desk.kill_centre();
    desk.clinic.place.ask(&["audit", "verify"]);
}

#[test]
fn a_consent_is_recorded_once_while_the_reader_is_killed() {
    each_is_recorded_once("reader", |desk| {
        desk.kill_reader();
        // What it had sent and nobody had yet is lost with it; else it would count or not by chance.
        desk.wire.cut();
        desk.clinic.relay.release();
        let folder = desk.cards().display().to_string();
        desk.start_reader(&["--cards", &folder]);
    });
}

#[test]
fn a_consent_is_recorded_once_while_the_linked_application_is_killed() {
    each_is_recorded_once("linked application", |desk| {
        desk.clinic.kill_link();
        desk.wire.release();
        desk.clinic.relay.release();
        desk.clinic.start_link();
    });
}

#[test]
fn a_consent_is_recorded_once_while_the_centre_is_killed() {
    each_is_recorded_once("centre", |desk| {
        desk.kill_centre();
        desk.wire.release();
        desk.clinic.relay.release();
        desk.start_centre();
    });
}
