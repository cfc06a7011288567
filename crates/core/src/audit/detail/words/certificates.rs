//! What people read in the log of how certificates come to their terminals.

use super::grants::time;
use crate::audit::Detail;
use crate::terms::CertificateKind;

/// Of what kind, and its name.
fn which(kind: CertificateKind, name: &str) -> String {
    format!("{} {name}", kind.label())
}

/// What a person reads of it; nothing of what is told elsewhere.
pub(super) fn words(detail: &Detail) -> String {
    match detail {
        Detail::EnrolmentCodeIssued { kind, name, until } => format!(
            "{}の取得コードを発行（{}まで）",
            which(*kind, name),
            time(until)
        ),
        Detail::EnrolmentCodeVoided { kind, name } => {
            format!("{}の取得コードを無効化", which(*kind, name))
        }
        Detail::Enrolled { kind, name } => {
            format!("{}の電子証明書を取得コードで取得", which(*kind, name))
        }
        Detail::EnrolledAgain { kind, name } => {
            format!("{}の電子証明書をもう一度送付（同じ鍵）", which(*kind, name))
        }
        Detail::Renewed { kind, name, .. } => {
            format!("{}の電子証明書を更新", which(*kind, name))
        }
        Detail::RenewalUsed { until, .. } => format!(
            "更新した電子証明書の利用を開始（元の電子証明書は{}に失効）",
            time(until)
        ),
        Detail::CertificatesWarned { count, days: ..0 } => {
            format!("電子証明書{count}件の期限をメールで連絡（期限切れのものを含む）")
        }
        Detail::CertificatesWarned { count, days } => {
            format!("電子証明書{count}件の期限をメールで連絡（あと{days}日から）")
        }
        _ => String::new(),
    }
}
