//! What is chosen of the log.

use crate::web::layout::form::form;

form! {
    /// 操作履歴.
    HistoryForm, HistoryField {
        /// Since when.
        from: From;
        /// Until when.
        to: To;
        /// Whose: a user id.
        account: Account;
        /// Which function, by its word.
        function: Function;
        /// What came of it, by its word.
        outcome: Outcome;
        /// How many lines are passed over.
        skip: Skip;
    }
}
