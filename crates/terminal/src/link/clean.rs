//! Deleting answers that nobody took, and nothing else.

use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use super::disk;
use super::names;

const DAY: Duration = Duration::from_secs(86_400);

/// Deletes files of ours that are older than so many days. Gives how many.
pub(super) fn clean(folder: &Path, work: &Path, days: u32, now_ms: i64) -> usize {
    let Ok(now) = u64::try_from(now_ms) else {
        return 0;
    };
    let limit = DAY * days;
    let now = UNIX_EPOCH + Duration::from_millis(now);
    let found = match disk::names(folder) {
        Ok(found) => found,
        Err(error) => {
            tracing::warn!(%error, "a folder could not be cleaned");
            return 0;
        }
    };
    let mut deleted = 0;
    for name in found.iter().filter(|name| names::is_answer(name)) {
        let path = folder.join(name);
        let old = std::fs::symlink_metadata(&path).is_ok_and(|metadata| {
            let age = metadata
                .modified()
                .ok()
                .and_then(|then| now.duration_since(then).ok());
            metadata.is_file() && age.is_some_and(|age| age > limit)
        });
        // The temporary file of an answer that is still on its way.
        let on_its_way = names::temporary_id(name).is_some_and(|id| work.join(id).exists());
        if !old || on_its_way {
            continue;
        }
        match std::fs::remove_file(&path) {
            Ok(()) => deleted += 1,
            Err(error) => {
                let message = names::prefix(name);
                tracing::warn!(message, %error, "an old answer could not be deleted");
            }
        }
    }
    deleted
}
