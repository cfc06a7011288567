//! What is typed to begin with a phone.

use crate::web::layout::form::form;

form! {
    /// 利用開始: the first log-in on a phone.
    ActivationForm, ActivationField {
        /// 医療機関コード.
        facility_code: FacilityCode = FacilityCode;
        /// ユーザID.
        user_id: UserId = UserId;
        /// パスワード.
        password: Password = Password;
        /// アクティベーションコード.
        code: Code = ActivationCode;
    }
}

form! {
    /// ログイン on a phone that was activated.
    PhoneLoginForm, PhoneLoginField {
        /// ユーザID.
        user_id: UserId = UserId;
        /// パスワード.
        password: Password = Password;
    }
}

form! {
    /// 二要素認証 on a phone: the second step of a log-in.
    PhoneSecondStepForm, PhoneSecondStepField {
        /// The ticket of the log-in that goes on here.
        ticket: Ticket;
        /// 確認コード, or a recovery code.
        code: Code = SecondFactorCode;
    }
}

form! {
    /// ログインの引き継ぎ on a phone.
    PhoneTakeoverForm, PhoneTakeoverField {
        /// The ticket of the log-in that goes on here.
        ticket: Ticket;
    }
}
