//! What people read in the log of many accounts at once: their registration from a table, and their review.

use super::grants::time;
use crate::audit::Detail;

/// What a person reads of it; none of what is told elsewhere.
pub(super) fn words(detail: &Detail) -> Option<String> {
    Some(match detail {
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
        _ => return None,
    })
}
