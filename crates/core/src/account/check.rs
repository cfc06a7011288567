//! What was typed about an account: whether it can be taken, and if not, which field and why.

use super::{Holder, Period};
use crate::actor::AccountKind;
use crate::error::{Error, Problem, Refusal};

/// A viewer's account needs to say why its holder may view; no other account may say so.
pub(super) fn check_holder(kind: AccountKind, holder: Option<&Holder>) -> Result<(), Error> {
    let problem = match (kind, holder) {
        (AccountKind::Viewer, None) => Problem::new(
            "profession",
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
        (AccountKind::Viewer, Some(Holder::Licensed(_, Some(number)))) if !is_text(number, 30) => {
            Problem::new(
                "license_number",
                "免許の登録番号は30文字以内で入力してください。",
            )
        }
        (AccountKind::Viewer, Some(Holder::Licensed(..))) | (_, None) => return Ok(()),
        (_, Some(_)) => Problem::new(
            "profession",
            "職種を登録できるのは、医療情報閲覧アカウントだけです。",
        ),
    };
    Err(Refusal::invalid(vec![problem]).into())
}

fn designation_problems(reason: &str, approver: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !is_written(reason, 200) {
        let text = "被選定者には、閲覧が必要な理由を200文字以内で入力してください。";
        problems.push(Problem::new("designation_reason", text));
    }
    if !is_written(approver, 50) {
        let text = "被選定者には、承認した方の氏名を50文字以内で入力してください。";
        problems.push(Problem::new("designation_approver", text));
    }
    problems
}

/// True for a text of at most this length, without characters that are no text: PostgreSQL takes no
/// NUL, and nobody types the others.
fn is_text(text: &str, longest: usize) -> bool {
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    text.chars().count() <= longest && !text.chars().any(odd)
}

/// The same, with something written in it.
fn is_written(text: &str, longest: usize) -> bool {
    !text.trim().is_empty() && is_text(text, longest)
}

pub(super) fn check_period(period: &Period) -> Result<(), Error> {
    if let (Some(from), Some(until)) = (period.from, period.until)
        && until < from
    {
        let text = "有効期間の終了日が、開始日より前になっています。";
        return Err(Refusal::invalid(vec![Problem::new("valid_until", text)]).into());
    }
    Ok(())
}

pub(super) fn check_note(note: &str) -> Result<(), Error> {
    if !is_text(note, 500) {
        let text = "備考は500文字以内で入力してください。制御文字は使えません。";
        return Err(Refusal::invalid(vec![Problem::new("note", text)]).into());
    }
    Ok(())
}

pub(super) fn check_reason(reason: &str) -> Result<String, Error> {
    let reason = reason.trim();
    if !is_written(reason, 200) {
        let text = "理由を200文字以内で入力してください。";
        return Err(Refusal::invalid(vec![Problem::new("reason", text)]).into());
    }
    Ok(reason.to_owned())
}
