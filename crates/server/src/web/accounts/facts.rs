//! What an account's page tells of it beside what can be changed.

use crate::web::layout::form::Fact;
use onshi_core::Moment;
use onshi_core::account::activation::Kept;
use onshi_core::account::{Account, PasswordOrigin};
use onshi_core::second_factor::Factors;
use onshi_core::second_factor::policy::PEOPLE;

/// How the newest one-time activation stands, in words.
fn activation_words(kept: &Kept, now: Moment) -> String {
    let until = kept.expires_at.jst_words();
    match kept.used_at {
        Some(at) => format!("使用済み（{}）", at.jst_words()),
        None if kept.is_open(now) => format!("発行済み（{until}まで有効）"),
        None => format!("期限切れ（{until}まで）"),
    }
}

/// What somebody has beside the password.
fn factor_words(factors: &Factors) -> String {
    match &factors.totp {
        Some(totp) => format!("認証アプリ（{}に登録）", totp.added_at.jst_words()),
        None => "登録なし".to_owned(),
    }
}

/// What is known of an account beside what can be changed.
pub(super) fn of(
    account: &Account,
    (kept, factors): (Option<&Kept>, &Factors),
    now: Moment,
) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut fact = |label: &str, value: String| {
        facts.push(Fact {
            label: label.to_owned(),
            value,
        });
    };
    fact("登録日時", account.created_at.jst_words());
    fact(
        "登録者",
        account
            .created_by
            .clone()
            .unwrap_or_else(|| "実施機関".to_owned()),
    );
    fact(
        "最終ログイン",
        account.last_login.as_ref().map_or_else(
            || "まだありません".to_owned(),
            |(at, terminal)| format!("{}（端末 {terminal}）", at.jst_words()),
        ),
    );
    let origin = match account.origin {
        PasswordOrigin::Initial => "（初期パスワードのまま）",
        PasswordOrigin::Reset => "（初期化後、未変更）",
        PasswordOrigin::Own => "",
        PasswordOrigin::Awaited => "（利用開始待ち）",
        PasswordOrigin::TooShort => "（二要素認証がなくなり、変更が必要）",
    };
    fact(
        "パスワード変更日時",
        format!("{}{origin}", account.password_changed_at.jst_words()),
    );
    if let Some(kept) = kept {
        fact("利用開始コード", activation_words(kept, now));
    }
    if PEOPLE.contains(&account.kind) {
        fact("二要素認証", factor_words(factors));
    }
    if let Some(until) = account.locked_until {
        fact("ロック解除の時刻", until.jst_words());
    }
    if let Some((at, reason)) = &account.stopped {
        fact("停止日時", at.jst_words());
        fact("停止の理由", reason.clone());
    }
    if let Some((at, reason)) = &account.retired {
        fact("廃止日時", at.jst_words());
        fact("廃止の理由", reason.clone());
    }
    facts
}
