//! What people read in the log of applications of institutions.

use super::grants::time;
use super::with_reason;
use crate::audit::Detail;

/// What a person reads of it; none of what is told elsewhere.
pub(super) fn words(detail: &Detail) -> Option<String> {
    let words = match detail {
        Detail::ApplicationTaken { kind, facility } => {
            format!("{facility}の利用申請（{}）を受付", kind.label())
        }
        Detail::ApplicationConfirmed {} => "申請のメールアドレスを確認".to_owned(),
        Detail::ApplicationApproved {
            kind,
            facility,
            is_last: true,
            by,
        } => format!("{facility}の利用申請（{}）を承認{}", kind.label(), who(by)),
        Detail::ApplicationApproved {
            kind, facility, by, ..
        } => format!(
            "{facility}の利用申請（{}）を承認（一人目。もう一人の承認待ち）{}",
            kind.label(),
            who(by)
        ),
        Detail::ApplicationRejected {
            facility,
            reason,
            by,
        } => with_reason(&format!("{facility}の利用申請を不承認{}", who(by)), reason),
        Detail::ApplicationWithdrawn {} => "利用申請を取下げ".to_owned(),
        Detail::NoticeDrawn { receipt, until } => format!(
            "利用開始のお知らせを作成（受付番号 {receipt}、利用開始コードは{}まで有効）",
            time(until)
        ),
        Detail::NoticeVoided { reason } => with_reason("利用開始のお知らせを無効化", reason),
        Detail::CertificateNoticeDrawn {
            receipt,
            name,
            until,
        } => format!(
            "端末{name}の電子証明書取得のお知らせを作成（受付番号 {receipt}、取得コードは{}まで有効）",
            time(until)
        ),
        Detail::CertificateNoticeVoided { name, reason } => with_reason(
            &format!("端末{name}の電子証明書取得のお知らせを無効化"),
            reason,
        ),
        _ => return None,
    };
    Some(words)
}

/// Who decided, where the entry has it.
fn who(by: &Option<String>) -> String {
    by.as_ref()
        .map_or_else(String::new, |by| format!("（担当者 {by}）"))
}
