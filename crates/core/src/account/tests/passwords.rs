//! What a password must be like.

use crate::account::password::{NewSecretNumber, Owner, accept, generate};
use crate::entropy::Entropy;
use crate::error::Fact;
use crate::rules::PasswordRules;
use crate::testing::{hash, quick_rules};
use proptest::prelude::*;

fn owner() -> Owner {
    Owner {
        user_id: "hanako".to_owned(),
        name: "山田 花子".to_owned(),
        facility_code: "1310000001".to_owned(),
        facility_name: "桜内科クリニック".to_owned(),
    }
}

/// Everything that is wrong with a password, or nothing.
fn problems(password: &str) -> Vec<String> {
    match accept(password, &owner(), &PasswordRules::default()) {
        Ok(accepted) => {
            assert_eq!(accepted.reveal(), password);
            Vec::new()
        }
        Err(problems) => {
            assert!(
                problems
                    .iter()
                    .all(|problem| problem.about == Fact::Password)
            );
            problems.into_iter().map(|problem| problem.text).collect()
        }
    }
}

#[track_caller]
fn is_wrong_for(password: &str, words: &str) {
    let found = problems(password);
    assert!(
        found.iter().any(|text| text.contains(words)),
        "{password}: {found:?}"
    );
}

#[test]
fn thirteen_characters_will_do_and_twelve_will_not() {
    assert_eq!(problems("kQ7-mZ2xpVw9d"), Vec::<String>::new());
    is_wrong_for("kQ7-mZ2xpVw9", "13文字以上にしてください（いまは12文字）");
}

#[test]
fn sixty_four_characters_will_do_and_sixty_five_will_not() {
    let long: String = "kQ7-mZ2xpVw9dRtb".repeat(4);
    assert_eq!(problems(&long), Vec::<String>::new());
    is_wrong_for(&format!("{long}x"), "64文字以内");
}

/// What zxcvbn costs grows fast with what it is given, so it is given a bounded beginning.
#[test]
fn the_strength_is_that_of_the_first_twenty_characters() {
    let weak = "a1-".to_owned() + &"a".repeat(17);
    is_wrong_for(&(weak + "kQ7-mZ2xpVw9dRtb"), "推測されやすい");
    let strong = "kQ7-mZ2xpVw9dRtb-7uX".to_owned();
    assert_eq!(problems(&(strong + &"a".repeat(40))), Vec::<String>::new());
    // A form's name may be as long as a form; only its beginning is looked for.
    let owner = Owner {
        name: "山".repeat(20_000),
        ..owner()
    };
    assert!(accept("kQ7-mZ2xpVw9d", &owner, &PasswordRules::default()).is_ok());
}

#[test]
fn each_kind_of_character_is_asked_for_by_name() {
    is_wrong_for("4816-2759-3406-5", "英字を1文字以上");
    is_wrong_for("kQz-mZbxpVwRdth", "数字を1文字以上");
    is_wrong_for("kQ7mmZ2xpVw9dRtb", "記号を1文字以上");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let found = problems("abc");
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn a_password_does_not_hold_the_user_id_in_any_case() {
    is_wrong_for("xK9-Hanako-pQ27", "ユーザIDを含めないで");
    is_wrong_for("xK9-1310000001-pQ", "医療機関コードを含めないで");
}

#[test]
fn full_width_is_said_to_be_full_width_and_nothing_else_is_said() {
    for password in ["ｋＱ７-mZ2xpVw9d", "さくら-kQ7mZ2xpVw", "kQ7-mZ2xpVw9\u{7}"] {
        let found = problems(password);
        assert_eq!(found.len(), 1, "{found:?}");
        is_wrong_for(password, "全角文字や制御文字");
    }
}

#[test]
fn what_is_easily_guessed_is_refused_even_when_it_is_long() {
    for easy in [
        "password12345-",
        "aaaaaaaaaaaa-1",
        "onshi-onshi-11",
        "a1-a1-a1-a1-a1",
        "1234567890-qwerty",
    ] {
        is_wrong_for(easy, "推測されやすい");
    }
}

#[test]
fn a_hash_fits_its_password_alone() {
    let kept = hash("kQ7-mZ2xpVw9d");
    assert!(kept.fits("kQ7-mZ2xpVw9d"));
    assert!(!kept.fits("kQ7-mZ2xpVw9D"));
    assert!(!kept.fits(""));
    assert_eq!(format!("{kept:?}"), "PasswordHash(***)");
}

#[test]
fn a_secret_number_is_three_groups_of_four_digits() {
    let number = NewSecretNumber::generate(&mut Entropy::new([5; 32]));
    let groups: Vec<&str> = number.reveal().split('-').collect();
    assert_eq!(groups.len(), 3);
    for group in groups {
        assert!(group.len() == 4 && group.bytes().all(|b| b.is_ascii_digit()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_generated_password_is_accepted_and_can_be_copied_by_hand(seed: [u8; 32]) {
        let made = generate(&mut Entropy::new(seed));
        let text = made.reveal();
        prop_assert_eq!(problems(text), Vec::<String>::new());
        prop_assert!(!text.contains(['0', 'O', '1', 'l', 'I', 'o']), "{}", text);
        prop_assert_eq!(text.len(), 19);
    }

    #[test]
    fn accepting_never_panics_and_never_takes_what_is_too_short(password in any::<String>()) {
        let accepted = accept(&password, &owner(), &quick_rules().password).is_ok();
        prop_assert!(!accepted || (13..=64).contains(&password.len()));
    }

    #[test]
    fn a_password_around_the_user_id_is_never_accepted(
        before in "[a-zA-Z0-9!-/]{0,20}",
        after in "[a-zA-Z0-9!-/]{0,20}",
        upper: bool,
    ) {
        let id = if upper { "HANAKO" } else { "hanako" };
        prop_assert_ne!(problems(&format!("{before}{id}{after}")).len(), 0);
    }
}
