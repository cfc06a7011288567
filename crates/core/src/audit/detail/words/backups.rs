//! What people read in the log of backups.

use super::grants::time;
use crate::audit::Detail;

/// What a person reads of it; nothing where it is told elsewhere.
pub(super) fn words(detail: &Detail) -> Option<String> {
    Some(match detail {
        Detail::BackedUp { digest } if digest.is_empty() => "バックアップを開始".to_owned(),
        Detail::BackedUp { .. } => "バックアップを完了".to_owned(),
        Detail::Restored { of, missing } => {
            format!(
                "{}のバックアップから復元（それより後の記録の欠落 {missing}件）",
                time(of)
            )
        }
        Detail::RestoredAlthoughNotWhole {
            of,
            missing,
            problems,
        } => {
            format!(
                "{}のバックアップから、操作履歴が完全でないまま復元（不一致 {problems}件、それより後の記録の欠落 {missing}件）",
                time(of)
            )
        }
        Detail::BackupDrilled { passed: true } => "復元訓練に合格".to_owned(),
        Detail::BackupDrilled { passed: false } => "復元訓練に不合格".to_owned(),
        _ => return None,
    })
}
