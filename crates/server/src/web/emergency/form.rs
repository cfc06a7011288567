//! What is typed in an emergency: to find somebody, to use what is open, and to ask for an opening.

use crate::web::eligibility::form::CardField;
use crate::web::layout::form::{FieldError, form};

form! {
    /// The search by a card's face or by four items, and the choice of one of those who were found.
    PatientForm, PatientField {
        /// `card` or `items`.
        by: By;
        /// 保険者番号.
        insurer_number: InsurerNumber = InsurerNumber;
        /// 記号.
        symbol: Symbol;
        /// 番号.
        number: Number;
        /// 枝番.
        branch: Branch;
        /// 生年月日, of the card.
        birthdate: Birthdate;
        /// 資格確認日, where eligibility is asked for.
        day: Day = Day;
        /// 氏名.
        name: Name;
        /// 生年月日, of the four items.
        born: Born;
        /// 性別: 1 or 2.
        sex: Sex;
        /// 住所.
        address: Address;
        /// 資格確認日, beside the four items.
        noted_day: NotedDay;
        /// The search that found somebody.
        of: Of;
        /// Who is chosen.
        candidate: Candidate;
        /// 閲覧同意: 1 or 0.
        consent: Consent;
        /// Why the patient can express no will.
        reason: Reason = Reason;
    }
}

form! {
    /// 開放の依頼.
    RequestForm, RequestField {
        /// What is to be opened, by its word.
        function: Function = Function;
        /// 理由.
        reason: Reason = Reason;
        /// 担当者名.
        contact: Contact = Contact;
        /// 担当者の電話番号.
        phone: Phone = Phone;
    }
}

form! {
    /// 利用の点検 and 利用報告書: which days.
    DaysForm, DaysField {
        /// The first day.
        from: From;
        /// The last day.
        until: Until;
    }
}

form! {
    /// What came of a review (点検).
    ReviewForm, ReviewField {
        /// 点検の結果.
        remark: Remark = Reason;
    }
}

impl PatientForm {
    /// Whether it is a search by the four items.
    pub(in crate::web) fn is_by_items(&self) -> bool {
        self.by == "items"
    }
}

/// What is wrong with a card, at the fields of the search.
pub(in crate::web) fn of_card(error: FieldError<CardField>) -> FieldError<PatientField> {
    let field = match error.field {
        CardField::InsurerNumber | CardField::Limit => PatientField::InsurerNumber,
        CardField::Symbol => PatientField::Symbol,
        CardField::Number | CardField::ReferenceNumber | CardField::Agreed => PatientField::Number,
        CardField::Branch => PatientField::Branch,
        CardField::Birthdate => PatientField::Birthdate,
        CardField::Day => PatientField::Day,
    };
    FieldError {
        field,
        text: error.text,
    }
}
