//! An edit that came after somebody else's: what differs now is told at each field.

use crate::web::accounts::form::{AccountField, AccountForm};
use crate::web::layout::form::{FieldError, field_error};

/// What somebody else has changed while this was typed: each field that is kept otherwise, with
/// what it is now. What was typed stays in the form, and can be sent on purpose.
pub(in crate::web) fn changed_meanwhile(
    typed: &AccountForm,
    kept: &AccountForm,
) -> Vec<FieldError<AccountField>> {
    use AccountField as Field;
    let fields = [
        (Field::Name, &typed.name, &kept.name),
        (Field::Profession, &typed.profession, &kept.profession),
        (
            Field::LicenseNumber,
            &typed.license_number,
            &kept.license_number,
        ),
        (
            Field::DesignationReason,
            &typed.designation_reason,
            &kept.designation_reason,
        ),
        (
            Field::DesignationApprover,
            &typed.designation_approver,
            &kept.designation_approver,
        ),
        (Field::ValidFrom, &typed.valid_from, &kept.valid_from),
        (Field::ValidUntil, &typed.valid_until, &kept.valid_until),
        (Field::Note, &typed.note, &kept.note),
    ];
    let all = "画面を開いている間に、ほかの人がこの内容を変更しました。入力した内容は残してあります。現在の登録と比べ、よければもう一度保存してください。";
    let mut errors = vec![field_error(Field::Version, all)];
    for (field, typed, kept) in fields {
        if typed.trim() != kept.trim() {
            let kept = if kept.is_empty() {
                "（なし）"
            } else {
                kept
            };
            errors.push(field_error(field, &format!("現在の登録は「{kept}」です。")));
        }
    }
    errors
}
