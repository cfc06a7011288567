//! What is typed to change the own password.

use crate::web::layout::form::form;

form! {
    /// パスワード変更.
    PasswordForm, PasswordField {
        /// 今のパスワード.
        current_password: CurrentPassword = CurrentPassword;
        /// 新しいパスワード.
        new_password: NewPassword = Password;
        /// The same again.
        confirm_password: ConfirmPassword;
    }
}
