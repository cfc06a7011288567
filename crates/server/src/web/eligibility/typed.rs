//! What people type who mean the right thing: widths, blanks that a paste brings along, and slips
//! that can be seen to be one. What is harmless is taken; what can't be right is named.

use onshi_wire::numbers::{has_right_check_digit, match_insurer, narrowed};

fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// A user id or a number in one width, without the blanks around it.
pub(in crate::web) fn one_width(text: &str) -> String {
    narrowed(text.trim_matches(is_blank)).trim().to_owned()
}

/// What may have been meant as a password: as it was typed, and without the blanks around it and in
/// half width where that is something else. No password ever had other characters than these, so
/// that nothing is left of what can be no password.
pub(in crate::web) fn passwords(typed: &str) -> Vec<String> {
    let possible =
        |text: &String| !text.is_empty() && text.chars().all(|c| (' '..='~').contains(&c));
    let mut all = vec![typed.to_owned(), one_width(typed)];
    all.dedup();
    all.retain(possible);
    all
}

/// What is wrong with a log-in that can be nobody's, if that can be seen: it tells nothing of whether
/// there is such an account.
pub(in crate::web) fn slip(user_id: &str, password: &str) -> Option<String> {
    let user_id = one_width(user_id);
    if user_id.is_empty() {
        return Some("ユーザIDが入力されていません。".to_owned());
    }
    if let Err(problem) = onshi_core::account::UserId::parse(&user_id) {
        return Some(problem.text);
    }
    if !passwords(password).is_empty() {
        return None;
    }
    Some(match password.trim_matches(is_blank).is_empty() {
        true => "パスワードが入力されていません。".to_owned(),
        false => "パスワードに、全角の文字（かな・漢字など）が入っています。「半角/全角」キーで半角に切り替えて、入力し直してください。".to_owned(),
    })
}

/// What is wrong with an insurer's number on a card.
pub(in crate::web) fn insurer_problem(typed: &str) -> Option<&'static str> {
    let number = match_insurer(typed);
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !matches!(number.len(), 6 | 8) {
        return Some("保険者番号を、券面のとおり6桁または8桁の数字で入力してください。");
    }
    if !has_right_check_digit(&number) {
        return Some(
            "保険者番号の入力まちがいです（最後の1桁の検証番号が合いません）。券面と1桁ずつ見比べてください。",
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_as_a_password_is_found() {
        assert_eq!(passwords("abc-1"), ["abc-1"]);
        assert_eq!(passwords("abc-1 "), ["abc-1 ", "abc-1"]);
        assert_eq!(passwords("\u{3000}abc-1\r\n"), ["abc-1"]);
        assert_eq!(passwords("ａｂｃ－１"), ["abc-1"]);
        assert_eq!(
            passwords("a b"),
            ["a b"],
            "a blank within is a letter of it"
        );
        for none in ["", " \u{3000}", "ぱすわーど", "abcあ"] {
            let some = passwords(none).iter().any(|text| !text.trim().is_empty());
            assert!(!some, "{none}");
        }
    }

    #[test]
    fn a_slip_is_named() {
        assert_eq!(slip("Staff01", "abc"), None);
        assert_eq!(slip("Ｓｔａｆｆ０１　", "abc"), None);
        for (user_id, password, word) in [
            ("", "abc", "ユーザIDが入力されていません"),
            ("受付", "abc", "全角"),
            ("a b c", "abc", "空白"),
            ("Staff01", "", "パスワードが入力されていません"),
            ("Staff01", "\u{3000}", "パスワードが入力されていません"),
            ("Staff01", "さくら", "全角の文字"),
        ] {
            let told = slip(user_id, password).unwrap_or_default();
            assert!(told.contains(word), "{user_id} {password}: {told}");
        }
    }

    #[test]
    fn an_insurers_number_is_read_as_it_is_written_and_its_slip_is_named() {
        for good in [
            "01-13-0012",
            "01130012",
            "０１１３００１２",
            " 0113 0012 ",
            "138057",
            "00138057",
        ] {
            assert_eq!(insurer_problem(good), None, "{good}");
        }
        for (bad, word) in [
            ("01130013", "検証番号"),
            ("138075", "検証番号"),
            ("01-13-00", "検証番号"),
            ("0113001", "6桁または8桁"),
            ("", "6桁または8桁"),
            ("保険者", "6桁または8桁"),
        ] {
            assert!(
                insurer_problem(bad).unwrap_or_default().contains(word),
                "{bad}"
            );
        }
    }
}
