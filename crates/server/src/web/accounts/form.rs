//! What is typed about an account, at its registration and later.

use crate::web::layout::form::{Choice, choice, form};

form! {
    /// アカウント管理（登録・変更）.
    AccountForm, AccountField {
        /// アカウント種別.
        kind: Kind = AccountKind;
        /// ユーザID.
        user_id: UserId = UserId;
        /// Name of the person or device.
        name: Name = AccountName;
        /// `doctor`, `dentist`, `pharmacist`, `designated` or empty.
        profession: Profession = Profession;
        /// Number of the licence, if it was given.
        license_number: LicenseNumber = LicenseNumber;
        /// Why the institution named this person (被選定者).
        designation_reason: DesignationReason = DesignationReason;
        /// Who approved that.
        designation_approver: DesignationApprover = DesignationApprover;
        /// 救急時閲覧権限: `1`, or empty.
        emergency_viewing: EmergencyViewing = EmergencyViewing;
        /// First day, as `yyyy-mm-dd`.
        valid_from: ValidFrom = ValidFrom;
        /// Last day, as `yyyy-mm-dd`, or empty.
        valid_until: ValidUntil = ValidUntil;
        /// Anything else.
        note: Note = Note;
        /// `activation`, `generate` or `typed`.
        password_mode: PasswordMode;
        /// The first password, where it is typed.
        password: Password = Password;
        /// The same again.
        confirm_password: ConfirmPassword;
        /// The version that the form was filled from. What is wrong with it is wrong with the whole form.
        version: Version;
    }
}

form! {
    /// アカウント管理（一覧）: which accounts are shown.
    ListForm, ListField {
        /// A part of a user id or a name.
        q: Words;
        /// アカウント種別.
        kind: Kind;
        /// 状態.
        state: State;
        /// By which column.
        sort: Sort;
        /// `asc` or `desc`.
        order: Order;
        /// How many are passed over.
        skip: Skip;
    }
}

form! {
    /// What is said when something is done to an account.
    ReasonForm, ReasonField {
        /// 理由.
        reason: Reason = Reason;
    }
}

impl AccountForm {
    /// The professions that may view medical information, the chosen one marked.
    pub(in crate::web) fn professions(&self) -> Vec<Choice> {
        [
            ("doctor", "医師"),
            ("dentist", "歯科医師"),
            ("pharmacist", "薬剤師"),
            ("designated", "被選定者（医療機関が選んだ人）"),
        ]
        .map(|(value, label)| choice(value, label, value == self.profession))
        .into()
    }

    /// The same without what a page never shows again.
    pub(in crate::web) fn shown(mut self) -> AccountForm {
        self.password.clear();
        self.confirm_password.clear();
        self
    }
}
