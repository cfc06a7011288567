//! Which applications are listed, and what is said with a decision.

use crate::web::layout::form::form;

form! {
    /// 利用申請の一覧.
    FilterForm, FilterField {
        /// How far they are, by the word; empty is what waits for a decision, `all` is every one.
        state: State;
    }
}

form! {
    /// 承認・不承認・お知らせの再作成.
    DecisionForm, DecisionField {
        /// 理由.
        reason: Reason = Reason;
    }
}
