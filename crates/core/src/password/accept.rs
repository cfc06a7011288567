//! Whether a new password will do, alone or beside a second factor.

use super::{AcceptedPassword, Owner};
use crate::error::{Fact, Problem};
use crate::rules::{PasswordRules, SecondFactorRules};
use zeroize::Zeroizing;

/// Says whether a password will do, and if not, everything that is wrong with it. Scoring takes
/// milliseconds: never do it on a thread that serves sockets, nor on the writer.
pub fn accept(
    password: &str,
    owner: &Owner,
    rules: &PasswordRules,
) -> Result<AcceptedPassword, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut wrong = |text: String| problems.push(Problem::new(Fact::Password, text));
    if password.chars().any(|c| !(' '..='~').contains(&c)) {
        wrong("全角文字や制御文字が含まれています。半角の英数字と記号で入力してください。".into());
        return Err(problems);
    }
    if password != password.trim() {
        wrong(
            "先頭か末尾に空白が入っています。貼り付けのときに入ったものは消してください。".into(),
        );
    }
    if password.len() < rules.length_min {
        wrong(format!(
            "{}文字以上にしてください（いまは{}文字）。",
            rules.length_min,
            password.len()
        ));
    }
    if password.len() > rules.length_max {
        wrong(format!("{}文字以内にしてください。", rules.length_max));
        return Err(problems);
    }
    let has = |test: fn(&u8) -> bool| password.as_bytes().iter().any(test);
    if !has(u8::is_ascii_alphabetic) {
        wrong("英字を1文字以上入れてください。".into());
    }
    if !has(u8::is_ascii_digit) {
        wrong("数字を1文字以上入れてください。".into());
    }
    if !has(|b| b.is_ascii_punctuation() || *b == b' ') {
        wrong("記号を1文字以上入れてください（例 - ! # ?）。".into());
    }
    let lower = password.to_lowercase();
    for (word, what) in [
        (&owner.user_id, "ユーザID"),
        (&owner.facility_code, "医療機関コード"),
    ] {
        if word.len() >= 3 && lower.contains(&word.to_lowercase()) {
            wrong(format!("{what}を含めないでください。"));
        }
    }
    if problems_allow_strength(password, rules)
        && score(password, owner, rules) < rules.strength_min
    {
        wrong(
            "推測されやすいパスワードです。よく使われる言葉や並び、繰り返しを避けてください。"
                .into(),
        );
    }
    if problems.is_empty() {
        Ok(AcceptedPassword::new(Zeroizing::new(password.to_owned())))
    } else {
        Err(problems)
    }
}

/// The same for somebody who has a second factor: a password that is too short or too easy without one will do where it
/// is good enough beside it (安全管理ガイドライン 6.0 Q&A シQ-54, case c).
pub fn accept_beside_a_factor(
    password: &str,
    owner: &Owner,
    rules: &PasswordRules,
    beside: &SecondFactorRules,
) -> Result<AcceptedPassword, Vec<Problem>> {
    if let Ok(accepted) = accept(password, owner, rules) {
        return Ok(accepted);
    }
    let accepted = accept(password, owner, &rules.beside_a_factor(beside))?;
    Ok(AcceptedPassword {
        is_short: true,
        ..accepted
    })
}

/// How hard the password's beginning is to guess, 0 to 4. More characters make nothing easier to
/// guess, so a good beginning is enough; a long password with a weak beginning is refused.
fn score(password: &str, owner: &Owner, rules: &PasswordRules) -> u8 {
    // The password is ASCII here. What was typed as a name may be as long as a form.
    let beginning = &password[..password.len().min(rules.strength_prefix)];
    let names = [
        owner.user_id.as_str(),
        &owner.name,
        &owner.facility_code,
        &owner.facility_name,
        "onshi",
    ];
    let names = names.map(|name| match name.char_indices().nth(NAME_CHARS_MAX) {
        Some((end, _)) => &name[..end],
        None => name,
    });
    u8::from(zxcvbn::zxcvbn(beginning, &names).score())
}

/// How much of a name is looked for in a password.
const NAME_CHARS_MAX: usize = 64;

/// Strength is only worth telling when the length is right: one thing at a time.
fn problems_allow_strength(password: &str, rules: &PasswordRules) -> bool {
    password.len() >= rules.length_min
}
