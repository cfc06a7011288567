//! What the numbers of passwords and second factors may be.

use onshi_core::Rules;
use onshi_core::rules::{PasswordRules, SecondFactorRules};
use onshi_language::say;

/// Judging more of a password than this takes longer than hashing it a dozen times.
const MOST_JUDGED: usize = 32;

/// What is wrong with them, if anything is.
pub(super) fn wrong(rules: &Rules) -> Option<String> {
    of_passwords(&rules.password).or_else(|| of_second_factors(&rules.second_factor))
}

fn of_passwords(rules: &PasswordRules) -> Option<String> {
    if rules.length_min < 8 {
        return Some(say!(
            "rules.password.length_min is below 8, less than any guideline allows",
            "rules.password.length_min は8以上です（ガイドラインの下限）。"
        ));
    }
    if !(rules.length_min..=MOST_JUDGED).contains(&rules.strength_prefix) {
        return Some(say!(
            "rules.password.strength_prefix must lie between length_min and 32",
            "rules.password.strength_prefix は length_min 以上32以下です。"
        ));
    }
    if rules.length_max < rules.length_min.max(19) || rules.length_max > 256 {
        return Some(say!(
            "rules.password.length_max must lie between 19 and 256",
            "rules.password.length_max は19以上256以下です。"
        ));
    }
    let (memory, passes) = (rules.argon2_memory_kib, rules.argon2_passes);
    if !onshi_core::account::password::hashing_is_possible(memory, passes) {
        return Some(say!(
            "rules.password.argon2_memory_kib begins at 8, argon2_passes at 1",
            "rules.password.argon2_memory_kib は8以上、argon2_passes は1以上です。"
        ));
    }
    None
}

fn of_second_factors(rules: &SecondFactorRules) -> Option<String> {
    if !(0..=10).contains(&rules.window_steps) {
        return Some(say!(
            "rules.second_factor.window_steps lies between 0 and 10",
            "rules.second_factor.window_steps は0以上10以下です。"
        ));
    }
    if rules.step_seconds < 30 || rules.enrolment_seconds < 60 {
        return Some(say!(
            "rules.second_factor.step_seconds begins at 30, enrolment_seconds at 60",
            "rules.second_factor の step_seconds は30以上、enrolment_seconds は60以上です。"
        ));
    }
    if !(1..=50).contains(&rules.recovery_codes) {
        return Some(say!(
            "rules.second_factor.recovery_codes lies between 1 and 50",
            "rules.second_factor.recovery_codes は1以上50以下です。"
        ));
    }
    if rules.password_length_min < 8 {
        return Some(say!(
            "rules.second_factor.password_length_min is below 8, less than any guideline allows",
            "rules.second_factor.password_length_min は8以上です（ガイドラインの下限）。"
        ));
    }
    let day = rules.required_from;
    if day != 0 && onshi_core::Day::from_number(day).is_none() {
        return Some(say!(
            "rules.second_factor.required_from is a day such as 20270401, or 0",
            "rules.second_factor.required_from は20270401のような日か、0です。"
        ));
    }
    None
}
