//! What was typed about an account: whether it can be taken, and if not, which field and why.

use super::{Holder, Period};
use crate::actor::AccountKind;
use crate::error::{Error, Fact, Problem, Refusal};
use crate::text::{wrong_in_a_line, wrong_in_lines};

/// A viewer's account needs to say why its holder may view; no other account may say so.
pub(super) fn check_holder(kind: AccountKind, holder: Option<&Holder>) -> Result<(), Error> {
    let problem = match (kind, holder) {
        (AccountKind::Viewer, None) => Problem::new(
            Fact::Profession,
            "医療情報閲覧アカウントには、職種（医師・歯科医師・薬剤師・被選定者）の選択が必要です。",
        ),
        (AccountKind::Viewer, Some(Holder::Designated { reason, approver })) => {
            let problems = designation_problems(reason, approver);
            return if problems.is_empty() {
                Ok(())
            } else {
                Err(Refusal::invalid(problems).into())
            };
        }
        (AccountKind::Viewer, Some(Holder::Licensed(_, number))) => {
            let long = "免許の登録番号は30文字以内で入力してください。";
            let number = number.as_deref().unwrap_or("");
            match too_long(number, 30, long).or_else(|| wrong_in_a_line(number)) {
                Some(words) => Problem::new(Fact::LicenseNumber, words),
                None => return Ok(()),
            }
        }
        (_, None) => return Ok(()),
        (_, Some(_)) => Problem::new(
            Fact::Profession,
            "職種を登録できるのは、医療情報閲覧アカウントだけです。",
        ),
    };
    Err(Refusal::invalid(vec![problem]).into())
}

/// Only a viewer's account may look in emergency care.
pub(super) fn check_emergency_viewing(kind: AccountKind, may: bool) -> Result<(), Error> {
    if may && kind != AccountKind::Viewer {
        let text = "救急時閲覧権限を与えられるのは、医療情報閲覧アカウントだけです。";
        let problem = Problem::new(Fact::EmergencyViewing, text);
        return Err(Refusal::invalid(vec![problem]).into());
    }
    Ok(())
}

fn designation_problems(reason: &str, approver: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let wanted = "被選定者には、閲覧が必要な理由を200文字以内で入力してください。";
    if let Some(text) = unwritten(reason, 200, wanted).or_else(|| wrong_in_lines(reason)) {
        problems.push(Problem::new(Fact::DesignationReason, text));
    }
    let wanted = "被選定者には、承認した方の氏名を50文字以内で入力してください。";
    if let Some(text) = unwritten(approver, 50, wanted).or_else(|| wrong_in_a_line(approver)) {
        problems.push(Problem::new(Fact::DesignationApprover, text));
    }
    problems
}

fn too_long(text: &str, longest: usize, words: &str) -> Option<String> {
    (text.chars().count() > longest).then(|| words.to_owned())
}

/// The same for what must not be empty.
fn unwritten(text: &str, longest: usize, words: &str) -> Option<String> {
    let empty = text.trim().is_empty().then(|| words.to_owned());
    empty.or_else(|| too_long(text, longest, words))
}

pub(super) fn check_period(period: &Period) -> Result<(), Error> {
    if let (Some(from), Some(until)) = (period.from, period.until)
        && until < from
    {
        let text = "有効期間の終了日が、開始日より前になっています。";
        return Err(Refusal::invalid(vec![Problem::new(Fact::ValidUntil, text)]).into());
    }
    Ok(())
}

pub(super) fn check_note(note: &str) -> Result<(), Error> {
    let long = "備考は500文字以内で入力してください。";
    if let Some(text) = too_long(note, 500, long).or_else(|| wrong_in_lines(note)) {
        return Err(Refusal::invalid(vec![Problem::new(Fact::Note, text)]).into());
    }
    Ok(())
}
