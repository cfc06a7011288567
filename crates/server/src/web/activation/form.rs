//! What is typed to begin using an account.

use crate::web::layout::form::form;

form! {
    /// 利用開始（アクティベーション）.
    ActivationForm, ActivationField {
        /// ユーザID.
        user_id: UserId = UserId;
        /// 利用開始コード.
        code: Code = ActivationCode;
        /// The password that its holder chooses.
        new_password: NewPassword = Password;
        /// The same again.
        confirm_password: ConfirmPassword;
    }
}
