//! What an operator may do to an account of an institution, in words.

use crate::web::layout::frame::Tone;
use onshi_core::Moment;
use onshi_core::account::Account;
use onshi_core::operator;
use onshi_core::second_factor::Factors;

/// What an operator does to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountDeed {
    /// ロック解除.
    Unlock,
    /// 利用開始コードの再発行.
    Activate,
    /// 二要素認証の初期化.
    ResetFactor,
}

impl AccountDeed {
    pub(super) const ALL: [AccountDeed; 3] = [
        AccountDeed::Unlock,
        AccountDeed::Activate,
        AccountDeed::ResetFactor,
    ];

    /// As it stands in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            AccountDeed::Unlock => "unlock",
            AccountDeed::Activate => "activate",
            AccountDeed::ResetFactor => "reset-factor",
        }
    }

    pub(super) fn of_word(word: &str) -> Option<AccountDeed> {
        AccountDeed::ALL
            .into_iter()
            .find(|known| known.word() == word)
    }

    /// The words of the button.
    pub const fn label(self) -> &'static str {
        match self {
            AccountDeed::Unlock => "ロックを解除する",
            AccountDeed::Activate => "利用開始コードを再発行する",
            AccountDeed::ResetFactor => "二要素認証を初期化する",
        }
    }

    pub(super) const fn title(self) -> &'static str {
        match self {
            AccountDeed::Unlock => "このアカウントのロックを解除しますか",
            AccountDeed::Activate => "このアカウントの利用開始コードを再発行しますか",
            AccountDeed::ResetFactor => "このアカウントの二要素認証を初期化しますか",
        }
    }

    pub(super) const fn consequences(self) -> &'static [&'static str] {
        match self {
            AccountDeed::Unlock => &[
                "パスワードはそのままで、すぐにログインできるようになります。",
                "本人からの依頼であることを、届出の電話番号に電話して確かめてください。",
            ],
            AccountDeed::Activate => &[
                "一度だけ使えるコードを作成し、次の画面に一度だけ表示します。前に発行したコードは使えなくなります。",
                "医療機関等の担当者が、その端末の「利用開始」で新しいパスワードを決めます。",
                "本人からの依頼であることを、届出の電話番号に電話して確かめてください。",
            ],
            AccountDeed::ResetFactor => &[
                "登録されている認証アプリ、パスキー、回復コードは、すべて使えなくなり、ログイン中の画面は終了します。",
                "次からはパスワードだけでログインできます。必須の設定のときは、ログインのあと、登録し直すまでほかの操作はできません。",
                "本人からの依頼であることを、届出の電話番号に電話して確かめてください。",
            ],
        }
    }

    pub(super) const fn done(self) -> &'static str {
        match self {
            AccountDeed::Unlock => "ロックを解除しました。",
            // It has a page of its own.
            AccountDeed::Activate => "",
            AccountDeed::ResetFactor => "二要素認証を初期化しました。",
        }
    }

    pub(super) fn fits(self, account: &Account, factors: &Factors, now: Moment) -> bool {
        let retired = account.retired.is_some();
        match self {
            AccountDeed::Unlock => {
                !retired && account.locked_until.is_some_and(|until| until > now)
            }
            AccountDeed::Activate => operator::may_reissue(account),
            AccountDeed::ResetFactor => !retired && factors.is_enrolled(),
        }
    }

    pub(super) const fn tone(self) -> Tone {
        match self {
            AccountDeed::Unlock => Tone::Info,
            AccountDeed::Activate | AccountDeed::ResetFactor => Tone::Warning,
        }
    }
}
