//! The disks: how much is free, what they are, and how fast they flush.

use super::Place;
use super::finding::Finding;
use onshi_language::{cause, say};
use onshi_server::operator::backup::bytes_in_words;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

const ABOUT: &str = "disk";
/// Less than this is asked for at once.
const FREE_BAD: u64 = 1 << 30;
/// The share that should be free.
const FREE_SHARE: u64 = 10;
/// A commit waits for one flush; slower than this every check is slow.
const FLUSH_MS_BAD: f64 = 100.0;
const FLUSH_MS_WARNING: f64 = 20.0;
/// No disk flushes so fast: whoever answers so keeps it in memory.
const FLUSH_US_BELIEVED: f64 = 15.0;

pub(super) fn look(place: &Place<'_>, time: Duration) -> Vec<Finding> {
    let config = place.config;
    let mut folders: Vec<&Path> = Vec::new();
    let database = place.database.as_deref().and_then(Path::parent);
    folders.extend(database);
    folders.push(&config.centre.secrets);
    folders.extend(config.seals.folder.as_deref());
    let (mut found, mut told) = (Vec::new(), Vec::new());
    for folder in folders {
        match std::fs::metadata(folder) {
            // A disk is told once, however many folders lie on it.
            Ok(looked) if told.contains(&looked.dev()) => {}
            Ok(looked) => {
                told.push(looked.dev());
                found.extend(free(folder));
            }
            Err(_) => found.push(not_there(folder)),
        }
    }
    if let Some(folder) = database.filter(|folder| folder.is_dir()) {
        found.push(kind(folder));
        found.push(flush(folder, time));
    }
    found
}

fn not_there(folder: &Path) -> Finding {
    let found = say!("{} is not there", "{} がありません", folder.display());
    let next = say!(
        "the first start makes it; where it was there before, mount its disk, or name the right configuration with --config",
        "初回の起動で作られます。以前からあるはずなら、ディスクをマウントするか、--config で正しい設定を指定してください。"
    );
    Finding::warning(ABOUT, found, next)
}

fn free(folder: &Path) -> Option<Finding> {
    let found = rustix::fs::statvfs(folder).ok()?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let all = found.f_blocks.saturating_mul(found.f_frsize);
    let told = say!(
        "{}: {} of {} are free",
        "{}: 空き {}（全体 {}）",
        folder.display(),
        bytes_in_words(free),
        bytes_in_words(all)
    );
    let next = say!(
        "make room: a full disk stops every write, and so every check",
        "容量を空けてください。いっぱいになると、記録できないため資格確認も止まります。"
    );
    Some(if free < FREE_BAD {
        Finding::bad(ABOUT, told, next)
    } else if free < all / FREE_SHARE || found.f_files > 0 && found.f_favail < 1000 {
        Finding::warning(ABOUT, told, next)
    } else {
        Finding::good(ABOUT, told)
    })
}

/// What kind of file system it is, by the numbers of Linux.
fn kind(folder: &Path) -> Finding {
    let magic = rustix::fs::statfs(folder).map_or(0, |found| found.f_type as u64 & 0xffff_ffff);
    let (name, good) = match magic {
        0xef53 => ("ext4", true),
        0x5846_5342 => ("xfs", true),
        0x9123_683e => ("btrfs", true),
        0x2fc1_2fc1 => ("zfs", true),
        0x6969 => ("NFS", false),
        0xff53_4d42 | 0xfe53_4d42 | 0x517b => ("SMB", false),
        0x0102_1994 | 0x8584_58f6 => ("tmpfs", false),
        0x6573_5546 => ("FUSE", false),
        _ => ("", true),
    };
    let found = match name {
        "" => say!(
            "{}: file system {magic:#x}",
            "{}: ファイルシステム {magic:#x}",
            folder.display()
        ),
        name => say!("{}: {name}", "{}: {name}", folder.display()),
    };
    Finding::judged(good, ABOUT, found, || {
        say!(
            "SQLite's log needs a disk of this machine, and what lies in memory is gone after a power failure: move the database to ext4 or XFS, or use PostgreSQL",
            "SQLiteは、この計算機のディスク（ext4・XFSなど）に置く必要があります。ネットワーク上の共有では壊れるおそれがあり、メモリ上では停電で失われます。移すか、PostgreSQLを使ってください。"
        )
    })
}

/// How long a flush takes, which every commit waits for: of many, the middle one and the slow ones.
fn flush(folder: &Path, time: Duration) -> Finding {
    let path = folder.join(".onshi-doctor");
    let tried = try_flushes(&path, time);
    // The result says more than that the trial file could not be taken away.
    let _ = std::fs::remove_file(&path);
    match tried {
        Ok(took) => judge_flushes(folder, took),
        Err(error) => {
            let found = say!(
                "{} can't be written: {}",
                "{} に書き込めません: {}",
                folder.display(),
                cause(&error)
            );
            let next = say!(
                "run the command as the service's user, or look at the folder's owner and mode",
                "サービスの利用者として実行するか、フォルダの所有者と権限を確かめてください。"
            );
            Finding::unknown(ABOUT, found, next)
        }
    }
}

fn try_flushes(path: &Path, time: Duration) -> std::io::Result<Vec<Duration>> {
    let mut file = File::create(path)?;
    file.set_len(1 << 20)?;
    file.sync_all()?;
    let (begun, mut took) = (Instant::now(), Vec::new());
    while begun.elapsed() < time || took.is_empty() {
        file.seek(SeekFrom::Start(took.len() as u64 % 256 * 4096))?;
        file.write_all(&[took.len() as u8; 4096])?;
        let since = Instant::now();
        file.sync_data()?;
        took.push(since.elapsed());
    }
    Ok(took)
}

fn judge_flushes(folder: &Path, mut took: Vec<Duration>) -> Finding {
    took.sort();
    let at = |share: f64| {
        let place = ((took.len() - 1) as f64 * share) as usize;
        took[place].as_secs_f64() * 1000.0
    };
    let (middle, slow) = (at(0.5), at(0.99));
    let rate = 1000.0 / middle.max(0.001);
    let found = say!(
        "{}: a flush takes {middle:.2} ms, one of a hundred {slow:.2} ms ({rate:.0} a second)",
        "{}: 書込みの確定（fdatasync）は中央値 {middle:.2} ミリ秒、99パーセンタイル {slow:.2} ミリ秒（毎秒 {rate:.0} 回）",
        folder.display()
    );
    if middle * 1000.0 < FLUSH_US_BELIEVED {
        let next = say!(
            "so fast is no disk: make sure that the controller's or the virtual machine's cache outlives a power failure, or what was acknowledged is lost",
            "ディスクとしては速すぎます。コントローラや仮想マシンのキャッシュが停電に耐えるか確かめてください。耐えなければ、受け付けた記録が失われます。"
        );
        return Finding::warning(ABOUT, found, next);
    }
    let next = || {
        say!(
            "every answer waits for a flush: use a disk with a protected write cache (SSD with power-loss protection)",
            "すべての応答が書込みの確定を待ちます。電源断保護のあるSSDなど、書込みの速いディスクを使ってください。"
        )
    };
    if middle > FLUSH_MS_BAD {
        Finding::bad(ABOUT, found, next())
    } else if middle > FLUSH_MS_WARNING || slow > FLUSH_MS_BAD {
        Finding::warning(ABOUT, found, next())
    } else {
        Finding::good(ABOUT, found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_disk_is_judged_by_how_long_it_flushes() {
        let all = |us: u64| vec![Duration::from_micros(us); 100];
        let state = |us| judge_flushes(Path::new("/data"), all(us)).state;
        assert_eq!(state(2), State::Warning);
        assert_eq!(state(800), State::Good);
        assert_eq!(state(30_000), State::Warning);
        assert_eq!(state(150_000), State::Bad);
        let mut spikes = all(500);
        spikes[98..].fill(Duration::from_millis(400));
        assert_eq!(
            judge_flushes(Path::new("/data"), spikes).state,
            State::Warning
        );
    }

    #[test]
    fn the_trial_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let found = flush(folder.path(), Duration::from_millis(20));
        assert!(found.found.contains("ms"), "{found:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_eq!(kind(Path::new("/dev/shm")).state, State::Bad);
    }
}
