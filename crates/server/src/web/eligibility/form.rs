//! What is typed of a card, and of a patient's number here.

use crate::web::layout::form::form;

form! {
    /// 資格確認（券面情報） and 照会番号登録.
    CardForm, CardField {
        /// 保険者番号.
        insurer_number: InsurerNumber = InsurerNumber;
        /// 記号.
        symbol: Symbol;
        /// 番号.
        number: Number;
        /// 枝番.
        branch: Branch;
        /// 生年月日.
        birthdate: Birthdate;
        /// 資格確認日, where it is not today.
        day: Day = Day;
        /// `1` where the patient agrees to the 限度額 being told.
        limit: Limit;
        /// 照会番号.
        reference_number: ReferenceNumber;
        /// What was asked before a number is replaced.
        agreed: Agreed;
    }
}
