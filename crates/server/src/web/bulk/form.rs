//! What is typed, pasted or chosen to check many.

use crate::web::layout::form::form;

form! {
    /// 一括照会.
    BulkForm, BulkField {
        /// 資格確認日, where it is not today.
        day: Day = Day;
        /// What was pasted, a patient a line.
        text: Text;
        /// A file.
        file: File;
        /// Lines that were found good before, and are carried along.
        good: Good;
        /// `preview` or `accept`.
        action: Action;
    }
}
