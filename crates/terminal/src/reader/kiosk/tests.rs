//! Touches are read, and every word is there in each language.

use super::super::machine::{Hint, Method as Way, Problem, Wait};
use super::*;
use serde_json::Value;

#[test]
fn touches_are_read_and_others_are_not() {
    let read = |text: &str| read_touch(text.as_bytes());
    assert!(matches!(
        read(r#"{"number":3,"touch":"pin","value":"1234"}"#),
        Some((3, Touch::Pin(pin))) if pin.bytes() == b"1234"
    ));
    assert!(matches!(
        read(r#"{"number":1,"touch":"method","value":"face"}"#),
        Some((1, Touch::Method(Way::Face)))
    ));
    for wrong in [
        "",
        "{}",
        r#"{"number":1,"touch":"pin"}"#,
        r#"{"number":1,"touch":"method","value":"x"}"#,
        r#"{"number":1,"touch":"agree","more":1}"#,
        r#"{"number":-1,"touch":"agree"}"#,
    ] {
        assert!(read(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn every_word_is_there_in_each_language() {
    let told: Value = serde_json::from_str(TEXTS).unwrap();
    let languages = told["languages"].as_array().unwrap().len();
    assert_eq!(languages, 5);
    assert_eq!(told["languages"][0], "ja");
    let texts = told["texts"].as_object().unwrap();
    for (key, words) in texts {
        let words = words.as_array().unwrap();
        assert_eq!(words.len(), languages, "{key}");
        assert!(
            words
                .iter()
                .all(|word| word.as_str().is_some_and(|w| !w.is_empty())),
            "{key}"
        );
    }
    let named = |prefix: &str, value: Value| format!("{prefix}{}", value.as_str().unwrap());
    let mut wanted = Vec::new();
    for problem in Problem::ALL {
        wanted.push(named("problem_", json!(problem)));
    }
    for method in [Way::Face, Way::Pin, Way::Visual, Way::Phone] {
        wanted.push(named("method_", json!(method)));
    }
    for hint in [Hint::Other, Hint::Nobody, Hint::Several, Hint::Dark] {
        wanted.push(named("hint_", json!(hint)));
    }
    for wait in [Wait::Card, Wait::Photo, Wait::Centre] {
        wanted.push(named("wait_", json!(wait)));
    }
    // What the script asks for by name.
    for (at, _) in SCRIPT.match_indices("t(\"") {
        // Not the end of another function's name.
        let before = SCRIPT[..at].chars().next_back();
        if before.is_none_or(|c| !c.is_alphanumeric()) {
            let key = SCRIPT[at + 3..].split('"').next();
            wanted.push(key.unwrap().to_owned());
        }
    }
    for key in wanted {
        assert!(texts.contains_key(&key), "{key} has no words");
    }
}
