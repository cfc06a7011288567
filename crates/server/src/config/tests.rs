//! What can be set, and what is refused.

use crate::config::*;

#[test]
fn an_unknown_key_is_refused_by_its_name() {
    let error = Config::load(None, &["centre.lissten=1".to_owned()]).expect_err("a typo");
    assert!(error.to_string().contains("lissten"), "{error}");
}

#[test]
fn a_flag_is_above_the_default() {
    let flags = [
        "rules.lock.failures=3".to_owned(),
        "centre.environment=デモ".to_owned(),
    ];
    let config = Config::load(None, &flags).expect("good flags");
    assert_eq!(config.rules.lock.failures, 3);
    assert_eq!(config.centre.environment, "デモ");
}

#[test]
fn what_is_printed_reads_back_and_keeps_no_password() {
    let flags = ["store.location=postgres://u:hush-hush@localhost/db".to_owned()];
    let config = Config::load(None, &flags).expect("good flags");
    assert!(!config.print().contains("hush-hush"));
    let again: Config = toml::from_str(&config.print()).expect("it is TOML");
    assert_eq!(again.rules.password.length_min, 13);
}

#[test]
fn what_stands_for_a_character_must_be_one_that_every_reader_has() {
    for good in ["●", "〓", "？", "□"] {
        let flags = [format!("centre.replacement_character={good}")];
        let config = Config::load(None, &flags).expect("a good one");
        assert_eq!(config.centre.replacement_character.to_string(), good);
    }
    for bad in ["<", "&", "?", "𠮷", "\u{E000}", "●●", ""] {
        let flags = [format!("centre.replacement_character={bad}")];
        assert!(Config::load(None, &flags).is_err(), "{bad}");
    }
}

#[test]
fn where_the_portal_is_has_nothing_behind_its_name() {
    for good in ["", "https://portal.example.jp", "https://[::1]:8444"] {
        let flags = [format!("portal.url=\"{good}\"")];
        let config = Config::load(None, &flags).expect("a good one");
        assert_eq!(config.portal.url, good);
    }
    for bad in [
        "portal.example.jp",
        "http://portal.example.jp",
        "https://",
        "https://portal.example.jp/",
        "https://portal.example.jp/home",
        "https://a@b.example",
    ] {
        let flags = [format!("portal.url=\"{bad}\"")];
        assert!(Config::load(None, &flags).is_err(), "{bad}");
    }
}

#[test]
fn a_policy_below_the_guideline_is_refused() {
    assert!(Config::load(None, &["rules.password.length_min=6".to_owned()]).is_err());
    for bad in [
        "window_steps=11",
        "step_seconds=0",
        "enrolment_seconds=1",
        "recovery_codes=0",
        "password_length_min=7",
        "required_from=20271301",
        "initial=\"sometimes\"",
    ] {
        let flag = format!("rules.second_factor.{bad}");
        assert!(Config::load(None, &[flag]).is_err(), "{bad}");
    }
}

#[test]
fn days_of_a_check_have_bounds_that_the_calendar_has() {
    for flag in [
        "rules.check.days_ahead=-1",
        "rules.check.days_back=9223372036854775807",
    ] {
        assert!(Config::load(None, &[flag.to_owned()]).is_err(), "{flag}");
    }
    let config = Config::load(None, &["rules.check.days_ahead=0".to_owned()]);
    assert_eq!(config.expect("today alone").rules.check.days_ahead, 0);
}
