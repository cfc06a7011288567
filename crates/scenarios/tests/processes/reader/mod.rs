//! The card reader's program at a clinic: one result for each consent, whatever is killed in between.

pub mod desk;

use desk::{Desk, PIN};
use serde_json::json;

/// Where the reader's program is killed on a patient's way, and how many results the centre has of that try.
const STEPS: [(&str, &str, usize); 4] = [
    ("with the card on it", "choose", 0),
    ("at the PIN", "pin", 0),
    ("at the question for a consent", "consent", 0),
    ("at the result", "result", 1),
];

#[test]
fn a_patient_whose_reader_is_killed_begins_anew_and_no_result_comes_twice() {
    let mut desk = Desk::open(&[1]);
    let card = "patient-1";
    desk.start_centre();
    desk.clinic.start_link();
    let folder = desk.cards().display().to_string();
    desk.start_reader(&["--cards", &folder]);
    let mut expected = 0;
    for (step, last, results) in STEPS {
        desk.tray("put", card);
        let mut shown = desk.screen("choose");
        if last != "choose" {
            desk.touch(&shown, "method", Some("pin"));
            shown = desk.screen("pin");
        }
        if ["consent", "result"].contains(&last) {
            desk.touch(&shown, "pin", Some(PIN));
            shown = desk.screen("consent");
        }
        if last == "result" {
            desk.touch(&shown, "agree_to_all", None);
            desk.screen("result");
        }
        desk.kill_reader();
        expected += results;
        assert_eq!(desk.results().len(), expected, "{step}");
        desk.start_reader(&["--cards", &folder]);
        desk.screen("put_card");
    }
    // The centre goes while the consent is on its way, and comes back: it is the same one, said once.
    desk.tray("put", card);
    let shown = desk.verified_by_pin();
    desk.kill_centre();
    desk.touch(&shown, "agree_to_all", None);
    let shown = desk.screen("problem");
    assert_eq!(shown["screen"]["problem"], "away");
    assert_eq!(shown["screen"]["again"], true);
    desk.start_centre();
    desk.touch(&shown, "again", None);
    let shown = desk.screen("result");
    assert_eq!(shown["screen"]["validity"], "1");
    assert_eq!(shown["screen"]["agreed"], json!(["YZK", "TKK"]));
    expected += 1;
    desk.tray("take", card);
    desk.screen("put_card");
    let all = desk.results();
    assert_eq!(all.len(), expected);
    desk.wait_until("in face", || desk.in_face() == all);
    // A try that was spent stays spent, whoever is killed.
    desk.tray("put", card);
    let shown = desk.screen("choose");
    desk.touch(&shown, "method", Some("pin"));
    let shown = desk.screen("pin");
    assert_eq!(shown["screen"]["left"], 3);
    desk.touch(&shown, "pin", Some("0000"));
    desk.wait_until("the wrong one is told", || {
        desk.screen("pin")["screen"]["left"] == 2
    });
    desk.kill_reader();
    let shown = desk
        .clinic
        .place
        .ask(&["--json", "card", "show", card, "--folder", &folder]);
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["pinTries"], 2);
    assert_eq!(shown["inserted"], false);
    assert!(!desk.clinic.place.complaints().contains("panicked"));
}
