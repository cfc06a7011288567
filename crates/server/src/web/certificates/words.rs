//! How a certificate's end is told, and what to do about it: the same on the list and on the menu.

use onshi_core::certificate::CertificateState;

/// How long a certificate still has, in words; of whole days that are left, -1 is the first day after its end.
pub(in crate::web) fn left(days: i64) -> String {
    match days {
        -1 => "終了したばかり".to_owned(),
        ..=-2 => format!("{}日前に終了", -days - 1),
        0 => "今日まで".to_owned(),
        1 => "明日まで".to_owned(),
        days if days <= 90 => format!("あと{days}日"),
        days => {
            let (years, months) = (days / 365, days % 365 / 30);
            let words = match (years, months) {
                (0, months) => format!("約{months}か月"),
                (years, 0) => format!("約{years}年"),
                (years, months) => format!("約{years}年{months}か月"),
            };
            format!("あと{days}日（{words}）")
        }
    }
}

/// The word and the style class of a certificate's state.
pub(in crate::web) fn badge(state: CertificateState) -> (&'static str, &'static str) {
    match state {
        CertificateState::Valid => ("有効", "active"),
        CertificateState::NotYetValid => ("開始前", "future"),
        CertificateState::Expired => ("期限切れ", "expired"),
        CertificateState::Revoked => ("失効", "retired"),
    }
}

/// How long a terminal may be silent before somebody asks whether it is still used, in days.
const SILENT_DAYS: i64 = 90;

/// What an institution's certificate is, as far as it says what to do.
#[derive(Clone, Copy, Debug)]
pub(in crate::web) struct Standing {
    /// What it is worth.
    pub(in crate::web) state: CertificateState,
    /// Which warning holds.
    pub(in crate::web) warned_at: Option<i64>,
    /// Whether the terminal has a better one.
    pub(in crate::web) replaced: bool,
    /// How many days ago the terminal came with it; none where that is not known.
    pub(in crate::web) silent_days: Option<i64>,
}

/// What to do.
pub(in crate::web) fn advice(of: Standing) -> &'static str {
    match of.state {
        CertificateState::Revoked => "使えません。端末に残っていれば、削除してください。",
        CertificateState::NotYetValid => "有効期間が始まると使えます。",
        CertificateState::Expired if of.replaced => {
            "新しい電子証明書に替わっています。端末に残っていれば、削除してください。"
        }
        CertificateState::Expired => {
            "この電子証明書では接続できません。使い続ける端末なら、連絡先に発行を依頼してください。"
        }
        CertificateState::Valid if of.warned_at.is_some() && of.replaced => {
            "新しい電子証明書があります。次にシステムの利用を始めるとき、端末のスタートページで新しいものを選んでください。古いものは、しばらくして自動的に失効します。"
        }
        CertificateState::Valid if of.warned_at.is_some() => {
            "その端末のスタートページを開き、「証明書を更新する」を押してください。"
        }
        CertificateState::Valid if of.silent_days.is_some_and(|days| days > SILENT_DAYS) => {
            "しばらく接続がありません。使わなくなった端末なら、「失効させる」を押してください。"
        }
        CertificateState::Valid => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_in_words() {
        for (days, words) in [
            (-3, "2日前に終了"),
            (-1, "終了したばかり"),
            (0, "今日まで"),
            (1, "明日まで"),
            (28, "あと28日"),
            (120, "あと120日（約4か月）"),
            (1186, "あと1186日（約3年3か月）"),
            (730, "あと730日（約2年）"),
        ] {
            assert_eq!(left(days), words);
        }
    }

    #[test]
    fn each_standing_says_what_to_do() {
        let of = |state, warned_at, replaced, silent_days| {
            advice(Standing {
                state,
                warned_at,
                replaced,
                silent_days,
            })
        };
        use CertificateState::{Expired, Valid};
        assert_eq!(of(Valid, None, false, Some(2)), "");
        assert!(of(Valid, None, false, Some(200)).contains("しばらく接続がありません"));
        assert!(of(Valid, Some(30), false, Some(0)).contains("「証明書を更新する」"));
        assert!(of(Valid, Some(7), true, Some(0)).contains("新しい電子証明書があります"));
        assert!(of(Expired, Some(7), false, None).contains("発行を依頼"));
        assert!(of(Expired, Some(7), true, None).contains("替わっています"));
    }
}
