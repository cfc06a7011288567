//! What people read in the log of second factors, and of many accounts at once: their registration from a table, and
//! their review.

use super::grants::time;
use crate::audit::{Detail, FactorPolicyChange};
use crate::clock::Day;
use crate::terms::{Factor, FactorPolicy};

/// A factor with the name that its holder gave it.
fn named(factor: Factor, name: &str) -> String {
    match name {
        "" => factor.label().to_owned(),
        name => format!("{}「{name}」", factor.label()),
    }
}

fn policies(version: i64, changes: &[FactorPolicyChange]) -> String {
    let told = |change: &FactorPolicyChange| {
        let (from, to) = (change.from.label(), change.to.label());
        format!("{}：{from}→{to}", change.kind.label())
    };
    match changes {
        [] => format!("二要素認証の設定を確定（版{version}、変更なし）"),
        changes => {
            let told: Vec<String> = changes.iter().map(told).collect();
            format!("二要素認証の設定を変更（版{version}。{}）", told.join("、"))
        }
    }
}

/// Between which policies an institution may choose.
fn allowed(words: &str) -> String {
    let label = |code: &str| FactorPolicy::from_code(code).map_or("不明", FactorPolicy::label);
    match words.split_once('-') {
        Some((least, most)) => format!("「{}」から「{}」まで", label(least), label(most)),
        None => "規則のとおり".to_owned(),
    }
}

/// What a person reads of it; none of what is told elsewhere.
pub(super) fn words(detail: &Detail) -> Option<String> {
    Some(match detail {
        Detail::AlarmConfirmed { raised } => {
            format!("マスタパスワード初期化（{}）の警告を確認", time(raised))
        }
        Detail::AccountListChecked { count } => {
            format!("一括登録の表（{count}件）を登録済みのアカウントと照合")
        }
        Detail::AccountReviewLooked { found } => {
            format!("棚卸しの一覧を表示（確認が必要なアカウント{found}件）")
        }
        Detail::AccountReviewSigned { accounts, found } => {
            format!("棚卸しを終えて署名（アカウント{accounts}件、確認が必要なもの{found}件）")
        }
        Detail::AccountReviewTold { signed_at } => {
            format!("{}の棚卸しの記録を出力", time(signed_at))
        }
        Detail::InstallerRightGiven {
            installer,
            person,
            until,
        } => format!(
            "導入の権限を{installer}（{person}）に付与（{}まで）",
            Day::parse(until).map_or_else(|| until.clone(), Day::words)
        ),
        Detail::InstallerRightEnded { installer, reason } => {
            format!("{installer}の導入の権限を終了（理由：{reason}）")
        }
        Detail::RollOutLooked { installer } => {
            format!("ヒアリングシートを登録の内容と照合（{installer}）")
        }
        Detail::RolledOut {
            installer,
            machines,
            accounts,
            ..
        } => format!(
            "ヒアリングシートから導入（{installer}：端末・カードリーダー{machines}台、アカウント{accounts}件）"
        ),
        Detail::ActivationIssued { until } => {
            format!("利用開始コードを発行（{}まで有効）", time(until))
        }
        Detail::RegisteredToActivate { kind, until } => {
            let (kind, until) = (kind.label(), time(until));
            format!("{kind}を登録し、利用開始コードを発行（{until}まで有効）")
        }
        Detail::Activated {} => "利用を開始（本人がパスワードを設定）".to_owned(),
        Detail::MailTaken { count } => format!("メール{count}通の送信を開始"),
        Detail::MailSent {} => "メールを送信".to_owned(),
        Detail::MailPostponed { tries } => format!("メールを送信できず、再送待ち（{tries}回目）"),
        Detail::MailGivenUp { tries } => format!("メールの送信を断念（{tries}回）"),
        Detail::MailSet { known: true } => "連絡先のメールアドレスを設定".to_owned(),
        Detail::MailSet { known: false } => "連絡先のメールアドレスの登録を解除".to_owned(),
        Detail::SecondFactorAsked {} => "パスワードを確認し、二要素認証へ".to_owned(),
        Detail::SecondFactorPassed { factor } => format!("{}で確認", factor.label()),
        Detail::EnteredByPasskey { name } => format!("パスキー「{name}」でログイン"),
        Detail::FactorAdded { factor, name } => format!("{}を登録", named(*factor, name)),
        Detail::FactorRemoved { factor, name } => format!("{}を削除", named(*factor, name)),
        Detail::RecoveryCodesMade { count } => format!("回復コードを{count}個作成"),
        Detail::RecoveryCodesShown {} => "作成した回復コードを表示（一度だけ）".to_owned(),
        Detail::SecondFactorReset {} => "二要素認証を初期化".to_owned(),
        Detail::FactorPoliciesSet { version, changes } => policies(*version, changes),
        Detail::FactorPoliciesAllowed {
            kind,
            allowed: words,
        } => {
            format!(
                "{}の二要素認証の設定の範囲を{}に変更",
                kind.label(),
                allowed(words)
            )
        }
        _ => return None,
    })
}
