//! A SQLite database as it stood in one moment, both files together, copied while it is written to.
//!
//! A look at a database with a write-ahead log sees what was committed when it began, however much is
//! written meanwhile. Each file has such a look of its own, and both begin while nobody may write to
//! either. What is copied lies in the log meanwhile: it can't be cut before the copy is done, so that the copy must
//! not take too long ([`Copying::log_most`]).

use super::opening::{BUSY, opening};
use super::{Connection, StoreSettings, insured_path};
use crate::error::{Effect, Fault};
use rusqlite::OpenFlags;
use rusqlite::backup::{Backup, StepResult};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How much is copied before it is looked whether there is time.
const STEP_BYTES: i32 = 1 << 20;
/// How much of what was copied may be in memory and not on the disk.
const UNFLUSHED: u64 = 8 << 20;

/// One moment of a SQLite database (ある時点の写し).
pub struct Snapshot {
    path: PathBuf,
    database: rusqlite::Connection,
    insured: rusqlite::Connection,
}

/// How a copy is made.
#[derive(Clone, Copy, Debug)]
pub struct Copying {
    /// How many bytes a second at the most; none is as fast as it goes.
    pub bytes_per_second: Option<u64>,
    /// From how many bytes of the write-ahead log on it is given up, so that the service need not stop.
    pub log_most: u64,
}

impl Snapshot {
    /// Takes the moment. `within` runs while nobody can write to the database, and sees it as it is.
    pub(crate) fn take<T>(
        path: &Path,
        within: impl FnOnce(&mut Connection) -> Result<T, Fault>,
    ) -> Result<(Snapshot, T), Fault> {
        let beside = insured_path(path);
        let (database, insured) = (look_at(path)?, look_at(&beside)?);
        let mut writes = Connection::sqlite(path, &StoreSettings::default())?;
        // It locks both files.
        writes.batch("begin immediate")?;
        let begun = begin(&database, path).and_then(|()| begin(&insured, &beside));
        let taken = begun.and_then(|()| within(&mut writes));
        writes.batch("rollback")?;
        let path = path.to_owned();
        let snapshot = Snapshot {
            path,
            database,
            insured,
        };
        Ok((snapshot, taken?))
    }

    /// How many bytes the two files have in this moment.
    pub fn bytes(&self) -> Result<u64, Fault> {
        let of = |connection: &rusqlite::Connection| -> Result<i64, Fault> {
            let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
            Ok(number("pragma page_count")?.saturating_mul(number("pragma page_size")?))
        };
        let sum = of(&self.database)?.saturating_add(of(&self.insured)?);
        Ok(u64::try_from(sum).unwrap_or(0))
    }

    /// Copies both files to new ones, down to the disk.
    pub fn copy(self, to: &Path, how: Copying) -> Result<(), Fault> {
        // What is written to all the time first, so that its log can be cut again the sooner.
        copy_file(self.database, &self.path, to, how)?;
        copy_file(
            self.insured,
            &insured_path(&self.path),
            &insured_path(to),
            how,
        )
    }
}

/// Where the insured persons are kept beside a SQLite file.
pub fn insured_file(path: &Path) -> PathBuf {
    insured_path(path)
}

/// Whether the pages of both files fit together, as SQLite itself says; else what does not.
pub fn check_pages(path: &Path) -> Result<Option<String>, Fault> {
    for path in [path.to_owned(), insured_path(path)] {
        let connection = look_at(&path)?;
        let said: String = connection
            .query_row("pragma quick_check(1)", [], |row| row.get(0))
            .map_err(|e| opening(&path, e))?;
        if said != "ok" {
            return Ok(Some(format!("{}: {said}", path.display())));
        }
    }
    Ok(None)
}

fn look_at(path: &Path) -> Result<rusqlite::Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        rusqlite::Connection::open_with_flags(path, flags).map_err(|e| opening(path, e))?;
    connection
        .busy_timeout(BUSY)
        .and_then(|()| connection.execute_batch("pragma query_only = on"))
        .map_err(|e| opening(path, e))?;
    Ok(connection)
}

/// Begins a look; what is committed from now on is not seen.
fn begin(connection: &rusqlite::Connection, path: &Path) -> Result<(), Fault> {
    let first = "select count(*) from (select name from sqlite_master limit 1)";
    connection
        .execute_batch("begin")
        .and_then(|()| connection.query_row(first, [], |row| row.get::<_, i64>(0)))
        .map(drop)
        .map_err(|e| opening(path, e))
}

fn log_of(path: &Path) -> u64 {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    std::fs::metadata(name).map_or(0, |found| found.len())
}

fn copy_file(
    from: rusqlite::Connection,
    path: &Path,
    to: &Path,
    how: Copying,
) -> Result<(), Fault> {
    let fault = |e: rusqlite::Error| Fault {
        place: format!("copying {} to {}", path.display(), to.display()),
        effect: Effect::NotDone,
        ..Fault::from(e)
    };
    let on_disk = |e| Fault::at(format!("writing {}", to.display()), e);
    super::create_private(to)?;
    let file = File::open(to).map_err(on_disk)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = rusqlite::Connection::open_with_flags(to, flags).map_err(fault)?;
    // Half a copy is worth nothing, so nothing of it need be undone; we flush it ourselves.
    copy.execute_batch(
        "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -4096;",
    )
    .map_err(fault)?;
    let page: i32 = from
        .query_row("pragma page_size", [], |row| row.get(0))
        .map_err(fault)?;
    let begun = Instant::now();
    let (mut done, mut unflushed) = (0_u64, 0_u64);
    {
        let backup = Backup::new(&from, &mut copy).map_err(fault)?;
        loop {
            let step = backup.step((STEP_BYTES / page).max(1)).map_err(fault)?;
            done += STEP_BYTES as u64;
            unflushed += STEP_BYTES as u64;
            if unflushed >= UNFLUSHED {
                // Else the disk would get all of it at once at the end, and everybody would wait for it.
                file.sync_data().map_err(on_disk)?;
                unflushed = 0;
            }
            if step == StepResult::Done {
                break;
            }
            let log = log_of(path);
            if log > how.log_most {
                return Err(log_too_long(path, log));
            }
            rest(begun, done, how, log);
        }
    }
    copy.close().map_err(|(_, e)| fault(e))?;
    file.sync_all().map_err(on_disk)
}

/// Waits until so much may have been copied; not where the log grows while we do.
fn rest(begun: Instant, done: u64, how: Copying, log: u64) {
    let Some(rate) = how.bytes_per_second.filter(|rate| *rate > 0) else {
        return;
    };
    if log > how.log_most / 2 {
        return;
    }
    let due = Duration::from_secs_f64(done as f64 / rate as f64);
    if let Some(early) = due.checked_sub(begun.elapsed()) {
        std::thread::sleep(early);
    }
}

fn log_too_long(path: &Path, log: u64) -> Fault {
    let mebibytes = log >> 20;
    let cause = format!(
        "the copy was given up: meanwhile {mebibytes} MiB were written to the database, which it keeps \
         from being put in their place, and the service would have had to stop writing. Nothing was \
         changed. Copy faster (--pace), at a quieter time, or raise store.wal_max_mib"
    );
    let japanese = format!(
        "{} の写しを中止しました。写しのあいだにデータベースへの書込みが {mebibytes} MiB たまり、続けるとサービスの書込みが止まるおそれがあるためです。データベースは変わっていません。--pace で速くするか、空いている時間に行うか、設定 store.wal_max_mib を大きくしてください。",
        path.display()
    );
    Fault::unavailable(format!("copying {}", path.display()), cause).in_japanese(japanese)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Location;

    /// Two files, each with a table of numbers; what one transaction writes to both belongs together.
    fn database(folder: &Path) -> PathBuf {
        let path = folder.join("onshi.db");
        super::super::create_private(&path).unwrap();
        super::super::create_private(&insured_path(&path)).unwrap();
        let mut connection = Location::Sqlite(path.clone()).connect().unwrap();
        connection
            .batch(
                "create table main.a (n bigint, pad blob); create table insured.b (n bigint, pad blob);",
            )
            .unwrap();
        path
    }

    fn write(connection: &mut Connection) {
        connection
            .batch(
                "begin immediate; insert into a select count(*), zeroblob(9000) from a; \
                 insert into b select count(*), zeroblob(9000) from b; commit",
            )
            .unwrap();
    }

    fn numbers(path: &Path) -> [i64; 2] {
        let mut connection = Location::Sqlite(path.to_owned()).connect().unwrap();
        let mut count = |sql| connection.row(sql, &[]).unwrap().unwrap().int(0).unwrap();
        [
            count("select count(*) from a"),
            count("select count(*) from b"),
        ]
    }

    const FAST: Copying = Copying {
        bytes_per_second: None,
        log_most: u64::MAX,
    };

    #[test]
    fn both_files_are_of_one_moment_however_much_is_written_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let path = database(folder.path());
        let mut connection = Location::Sqlite(path.clone()).connect().unwrap();
        (0..300).for_each(|_| write(&mut connection));
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut connection = Location::Sqlite(path.clone()).connect().unwrap();
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    write(&mut connection);
                }
            });
            for round in 0..5 {
                let to = folder.path().join(format!("copy{round}.db"));
                let (snapshot, before) = Snapshot::take(&path, |_| Ok(numbers(&path))).unwrap();
                snapshot.copy(&to, FAST).unwrap();
                let copied = numbers(&to);
                assert_eq!(copied, before, "it is the moment in which nobody wrote");
                assert_eq!(copied[0], copied[1]);
                assert_eq!(check_pages(&to).unwrap(), None);
            }
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        });
    }

    #[test]
    fn a_copy_that_would_hold_up_the_service_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = database(folder.path());
        let mut connection = Location::Sqlite(path.clone()).connect().unwrap();
        (0..300).for_each(|_| write(&mut connection));
        let (snapshot, ()) = Snapshot::take(&path, |_| Ok(())).unwrap();
        (0..50).for_each(|_| write(&mut connection));
        let how = Copying {
            log_most: 100_000,
            ..FAST
        };
        let to = folder.path().join("copy.db");
        let fault = snapshot.copy(&to, how).unwrap_err();
        assert!(fault.cause.contains("given up"), "{fault}");
        assert!(fault.japanese.is_some());
    }

    #[test]
    fn damage_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = database(folder.path());
        let mut connection = Location::Sqlite(path.clone()).connect().unwrap();
        (0..50).for_each(|_| write(&mut connection));
        let to = folder.path().join("copy.db");
        let (snapshot, ()) = Snapshot::take(&path, |_| Ok(())).unwrap();
        snapshot.copy(&to, FAST).unwrap();
        let mut bytes = std::fs::read(&to).unwrap();
        let from = bytes.len() / 2 / 4096 * 4096;
        bytes[from..from + 4096].fill(0xff);
        std::fs::write(&to, bytes).unwrap();
        assert!(check_pages(&to).map_or(true, |said| said.is_some()));
    }
}
