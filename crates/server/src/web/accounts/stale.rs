//! An edit that came after somebody else's: what differs now is told at each field.

use crate::web::accounts::form_view::AccountValues;
use crate::web::layout::form::FieldError;

/// What somebody else has changed while this was typed: each field that is kept otherwise, with
/// what it is now. What was typed stays in the form, and can be sent on purpose.
pub(in crate::web) fn changed_meanwhile(
    typed: &AccountValues,
    kept: &AccountValues,
) -> Vec<FieldError> {
    let fields = [
        ("name", &typed.name, &kept.name),
        ("profession", &typed.profession, &kept.profession),
        (
            "license_number",
            &typed.license_number,
            &kept.license_number,
        ),
        (
            "designation_reason",
            &typed.designation_reason,
            &kept.designation_reason,
        ),
        (
            "designation_approver",
            &typed.designation_approver,
            &kept.designation_approver,
        ),
        ("valid_from", &typed.valid_from, &kept.valid_from),
        ("valid_until", &typed.valid_until, &kept.valid_until),
        ("note", &typed.note, &kept.note),
    ];
    let mut errors = vec![FieldError {
        field: "edit".to_owned(),
        text: "画面を開いている間に、ほかの人がこの内容を変更しました。入力した内容は残してあります。現在の登録と比べ、よければもう一度保存してください。".to_owned(),
    }];
    for (field, typed, kept) in fields {
        if typed.trim() != kept.trim() {
            let kept = if kept.is_empty() {
                "（なし）"
            } else {
                kept
            };
            errors.push(FieldError {
                field: field.to_owned(),
                text: format!("現在の登録は「{kept}」です。"),
            });
        }
    }
    errors
}
