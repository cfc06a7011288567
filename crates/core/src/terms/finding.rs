//! What a review of accounts (アカウントの棚卸し) finds at an account.

words! {
    /// Why an account should be looked at in a review.
    Finding {
        /// Nobody ever logged in with it.
        NeverUsed = "never_used", "未使用";
        /// Nobody logged in with it for a long time.
        Unused = "unused", "長期間未使用";
        /// Its period is over.
        Expired = "expired", "期限切れ";
        /// It is stopped, and still there.
        Stopped = "stopped", "停止中";
        /// It was used at several terminals at once.
        SeveralTerminals = "several_terminals", "複数の端末で同時に使用";
        /// Its holder may view since the institution named the person (被選定者), not by a licence.
        Designated = "designated", "被選定者の見直し";
        /// Its holder may view by a licence whose number is not registered.
        LicenseMissing = "license_missing", "免許の登録番号が未登録";
    }
}
