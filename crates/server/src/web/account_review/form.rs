//! What is chosen and typed at a review of accounts.

use crate::web::layout::form::form;

form! {
    /// アカウントの棚卸し: accounts are chosen, ended for a reason, and the review is signed.
    ReviewForm, AccountReviewField {
        /// `ask-stop`, `ask-retire`, `stop`, `retire` or `sign`.
        action: Action;
        /// An account that was chosen; there are many.
        account: Account = UserId;
        /// 理由.
        reason: Reason = Reason;
        /// What the page showed when it was signed.
        seen: Seen;
        /// What whoever signs has to say.
        remark: Remark = Note;
    }
}

form! {
    /// Which accounts are shown.
    ShownForm, ShownField {
        /// A finding, by its word; `all` for every account.
        finding: Finding;
    }
}
