//! What is typed to log in, and to reset the master's password.

use crate::web::layout::form::form;

form! {
    /// ログイン.
    LoginForm, LoginField {
        /// ユーザID.
        user_id: UserId = UserId;
        /// パスワード.
        password: Password = Password;
        /// Where somebody wanted to go.
        next: Next;
    }
}

form! {
    /// 二要素認証: the second step of a log-in.
    SecondStepForm, SecondStepField {
        /// The ticket of the log-in that goes on here.
        ticket: Ticket;
        /// 確認コード, or a recovery code.
        code: Code = SecondFactorCode;
        /// What a browser sent of a passkey, in the place of a code.
        credential: Credential = Passkey;
        /// Where somebody wanted to go.
        next: Next;
    }
}

form! {
    /// パスキーでログイン.
    PasskeyLoginForm, PasskeyLoginField {
        /// What a browser sent of a passkey.
        credential: Credential = Passkey;
        /// Where somebody wanted to go.
        next: Next;
    }
}

form! {
    /// ログインの引き継ぎ.
    TakeoverForm, TakeoverField {
        /// The ticket of the log-in that goes on here.
        ticket: Ticket;
        /// Where somebody wanted to go.
        next: Next;
    }
}

form! {
    /// マスタパスワード初期化.
    MasterResetForm, MasterResetField {
        /// 秘密の番号.
        secret_number: SecretNumber = SecretNumber;
    }
}
