//! What is typed to add and remove what one has beside the password.

use crate::web::layout::form::form;

form! {
    /// 認証アプリの登録.
    TotpForm, TotpField {
        /// The secret that was shown, sealed.
        sealed: Sealed;
        /// 確認コード.
        code: Code = SecondFactorCode;
        /// 今のパスワード.
        current_password: CurrentPassword = CurrentPassword;
    }
}

form! {
    /// パスキーの登録.
    PasskeyForm, PasskeyField {
        /// What its holder calls it.
        name: Name = PasskeyName;
        /// 今のパスワード.
        current_password: CurrentPassword = CurrentPassword;
        /// What a browser made.
        credential: Credential = Passkey;
    }
}

form! {
    /// A change that the current password confirms.
    ConfirmForm, ConfirmField {
        /// 今のパスワード.
        current_password: CurrentPassword = CurrentPassword;
    }
}
