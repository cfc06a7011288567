//! The words of a My Number Card at a reader: what its certificate is worth, on what it is, and what went
//! wrong before it was shown.

words! {
    /// 電子証明書の状態: what the certificate of a card is worth at the reader.
    CardState {
        /// It can be used.
        Good = "good", "利用できます";
        /// It ends soon; use goes on.
        EndsSoon = "ends_soon", "有効期限が近づいています";
        /// It has expired lately: eligibility alone.
        ExpiredRecently = "expired_recently", "有効期限切れ（資格確認のみ）";
        /// What the authority says of revocations is too old: eligibility alone.
        Unconfirmed = "unconfirmed", "失効の確認ができない（資格確認のみ）";
        /// It has expired.
        Expired = "expired", "有効期限切れ";
        /// Its first day is to come.
        NotYetValid = "not_yet_valid", "有効期間の開始前";
        /// It was revoked.
        Revoked = "revoked", "失効";
        /// It was issued so lately that the insurers' link to it has not come yet.
        RenewedRecently = "renewed_recently", "更新直後（反映待ち）";
        /// Nobody who is insured belongs to it.
        UnknownCard = "unknown_card", "加入者の情報が見つからない";
        /// No authority that is known has issued it.
        OtherAuthority = "other_authority", "確認できない電子証明書";
    }
}

impl CardState {
    /// Whether the holder's eligibility is answered.
    pub const fn is_accepted(self) -> bool {
        matches!(
            self,
            CardState::Good
                | CardState::EndsSoon
                | CardState::ExpiredRecently
                | CardState::Unconfirmed
        )
    }

    /// Whether the holder may consent to medical information with it.
    pub const fn opens_medical(self) -> bool {
        matches!(self, CardState::Good | CardState::EndsSoon)
    }

    /// What happened and why, and what to do next, for whoever stands at the reader; none where there is
    /// nothing to say.
    pub const fn words(self) -> Option<[&'static str; 2]> {
        Some(match self {
            CardState::Good => return None,
            CardState::EndsSoon => [
                "マイナンバーカードの電子証明書の有効期限が近づいています。",
                "今回はこのまま利用できます。お早めに、お住まいの市区町村の窓口で更新してください。",
            ],
            CardState::ExpiredRecently => [
                "マイナンバーカードの電子証明書の有効期限が切れています。",
                "今回は資格の確認だけができます。診療・薬剤・健診などの情報は提供できません。市区町村の窓口で更新してください。",
            ],
            CardState::Unconfirmed => [
                "電子証明書が失効していないことを、いま確認できません。",
                "今回は資格の確認だけができます。診療・薬剤・健診などの情報は提供できません。時間をおいて、もう一度お試しください。",
            ],
            CardState::Expired => [
                "マイナンバーカードの電子証明書（利用者証明用電子証明書）の有効期限が切れています。",
                "資格確認書などを受付で提示してください。電子証明書は、市区町村の窓口で更新できます。",
            ],
            CardState::NotYetValid => [
                "マイナンバーカードの電子証明書は、まだ有効期間に入っていません。",
                "資格確認書などを受付で提示してください。",
            ],
            CardState::Revoked => [
                "マイナンバーカードの電子証明書（利用者証明用電子証明書）が失効しています。",
                "資格確認書などを受付で提示してください。心当たりがないときは、市区町村の窓口でご確認ください。",
            ],
            CardState::RenewedRecently => [
                "電子証明書の更新から間もないため、新しい電子証明書の情報がまだ届いていません。",
                "更新から24時間ほどで利用できます。今回は、資格確認書などを受付で提示してください。",
            ],
            CardState::UnknownCard => [
                "このマイナンバーカードに結び付いた医療保険の資格が見つかりません。",
                "資格確認書などを受付で提示してください。続くときは、加入している保険者へお問い合わせください。",
            ],
            CardState::OtherAuthority => [
                "このカードの電子証明書は、本システムでは確認できません。",
                "マイナンバーカードを置いたか確認してください。続くときは、受付でお申し出ください。",
            ],
        })
    }
}

words! {
    /// 媒体: on what a certificate is.
    Medium {
        /// マイナンバーカード.
        Card = "card", "マイナンバーカード";
        /// スマートフォン.
        Smartphone = "smartphone", "スマートフォン";
    }
}

words! {
    /// リーダーでの不成立: what ended a patient's try at the reader.
    Trouble {
        /// The card's PIN is locked.
        PinLocked = "pin_locked", "暗証番号がロックされています";
        /// The PIN was wrong.
        PinRefused = "pin_refused", "暗証番号が違います";
        /// The face was not recognised.
        FaceRefused = "face_refused", "顔認証ができませんでした";
        /// The card could not be read.
        CardUnreadable = "card_unreadable", "マイナンバーカードを読み取れませんでした";
        /// It was another card.
        OtherCard = "other_card", "マイナンバーカード以外のカードが置かれました";
        /// The card was left behind.
        CardForgotten = "card_forgotten", "カードの取り忘れがあります";
        /// The patient gave up.
        GivenUp = "given_up", "途中で終了しました";
    }
}
