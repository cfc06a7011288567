//! What is looked for among institutions and their accounts, and why something is done.

use crate::web::layout::form::form;

form! {
    /// 医療機関等の検索, アカウントの検索, and the reason of what is done.
    InstitutionForm, InstitutionField {
        /// The beginning of a code, or a part of a name or a user id.
        q: Words;
        /// Which institutions: empty is all, `stopped` those that are stopped.
        state: State;
        /// 理由.
        reason: Reason = Reason;
    }
}
