//! Backups are made while the centre serves, and killed; restores are killed, and refused where something is. What was
//! acknowledged before a backup is in it, and what came after it is counted by the seals noted elsewhere.

use crate::faults::load::Book;
use crate::faults::place::{KILLS, Moments, Place, rounds};
use onshi_bench::setup::Site;
use onshi_scenarios::postgres;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A centre that notes its seals each second, and a folder for backups.
fn centre() -> (Place, Site, PathBuf) {
    let (mut place, site) = Place::with_site(None, |_| {});
    for folder in ["seals", "backups"] {
        std::fs::create_dir(place.path().join(folder)).unwrap();
    }
    place.config.seals.folder = Some(place.path().join("seals"));
    place.config.seals.every_seconds = 1;
    let backups = place.path().join("backups");
    (place, site, backups)
}

/// An empty place that knows where the seals of another one were noted.
fn elsewhere(place: &Place) -> Place {
    let mut other = Place::new(None);
    other.config.seals.folder = Some(place.path().join("seals"));
    other
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// Backs up and gives what the command says.
fn back_up(place: &Place, to: &Path, more: &[&str]) -> Value {
    let to = to.display().to_string();
    let words = [&["backup", "--json", "--pace", "0", "--to", &to], more].concat();
    serde_json::from_str(&place.ask(&words)).unwrap()
}

fn restore(place: &Place, from: &str, more: &[&str]) -> Output {
    let words = [&["restore", from, "--json"], more].concat();
    place.onshi(&words).stderr(Stdio::piped()).output().unwrap()
}

/// The code and the word with which a command refused.
fn refused(output: &Output) -> (Option<i32>, String) {
    let said: Value = serde_json::from_slice(&output.stderr).unwrap_or_default();
    let word = said["error"]["code"].as_str().unwrap_or_default();
    (output.status.code(), word.to_owned())
}

fn path_of(made: &Value) -> String {
    made["path"].as_str().unwrap().to_owned()
}

fn accounts(place: &Place, site: &Site) -> BTreeSet<String> {
    let code = site.facility_code();
    let list = ["account", "list", "--json", "--facility", &code];
    let listed: Vec<Value> = serde_json::from_str(&place.ask(&list)).unwrap();
    let ids = listed.iter().map(|one| one["user_id"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

#[test]
fn what_was_acknowledged_before_a_backup_is_in_it_and_what_came_later_is_counted() {
    let (place, site, backups) = centre();
    let served = site_serves(&place);
    let target = site.target(&served).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let book = Arc::new(Book::default());
    let mut session = None;
    let running = runtime.block_on(book.callers(&site, &target, &mut session));
    wait_until("some were registered", || book.acknowledged() > 40);
    let before = accounts(&place, &site);
    let made = back_up(&place, &backups, &[]);
    let count = book.acknowledged();
    wait_until("more were registered", || book.acknowledged() > count + 40);
    // Their seals are noted within the second.
    std::thread::sleep(Duration::from_millis(1500));
    drop(served);
    runtime.block_on(async {
        for caller in running {
            caller.await.unwrap();
        }
    });
    let again = elsewhere(&place);
    let output = restore(&again, &path_of(&made), &[]);
    let told = json(&output);
    assert_eq!(output.status.code(), Some(5), "{told}");
    let missing = told["noted"]["missing"].as_i64().unwrap();
    assert!(missing >= 40, "{told}");
    let gap = &told["noted"]["gaps"][0];
    assert_eq!(gap["node"], "centre-1", "{told}");
    let there = accounts(&again, &site);
    let lost: Vec<_> = before.difference(&there).collect();
    assert!(lost.is_empty(), "acknowledged before the backup: {lost:?}");
    println!(
        "{} accounts before the backup, {} in it, {missing} entries missing after it",
        before.len(),
        there.len()
    );
    again.ask(&["audit", "verify"]);
    // The restored centre knows the terminal, the session and its keys, and goes on.
    let served = site_serves(&again);
    let target = site.target(&served).unwrap();
    runtime.block_on(async {
        let mut caller = target.connect().await.unwrap();
        caller.session.clone_from(&session);
        let menu = caller.get("/web/menu").await.unwrap();
        assert_eq!(menu.status, 200);
    });
    served.stop().unwrap();
    // What a restore took back is not missed a second time.
    let next = back_up(&again, &backups, &[]);
    let third = elsewhere(&place);
    let output = restore(&third, &path_of(&next), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", json(&output));
}

fn site_serves(place: &Place) -> onshi_bench::setup::Served {
    let mut command = place.onshi(&["serve", "--json"]);
    onshi_bench::setup::Served::start(&mut command).unwrap()
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let since = Instant::now();
    while !done() {
        assert!(since.elapsed() < Duration::from_secs(300), "not: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Runs a command and kills it after so long, unless it has ended.
fn killed(mut command: Command, after: Duration) -> bool {
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    let ended = child.try_wait().unwrap().is_some();
    child.kill().unwrap();
    child.wait().unwrap();
    !ended
}

#[test]
fn killed_at_any_moment_there_is_no_half_backup_and_a_restore_goes_on() {
    let (place, site, backups) = centre();
    place.ask(&["insured", "populate", "--persons", "3000"]);
    let to = backups.display().to_string();
    let mut moments = Moments::new(61);
    let most = Duration::from_millis(1500);
    let (mut kills, mut interrupted) = (0, 0);
    for _ in 0..rounds(KILLS, 6) {
        let command = place.onshi(&["backup", "--pace", "0", "--to", &to]);
        kills += u32::from(killed(command, moments.between(Duration::ZERO, most)));
        let made = back_up(&place, &backups, &[]);
        for entry in std::fs::read_dir(&backups).unwrap().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            assert!(!name.ends_with(".part"), "a rest is left: {name}");
        }
        let again = elsewhere(&place);
        let from = path_of(&made);
        loop {
            let command = again.onshi(&["restore", &from]);
            if !killed(command, moments.between(Duration::ZERO, most)) {
                break;
            }
            interrupted += 1;
            if interrupted % 3 == 0 {
                break;
            }
        }
        if !again.path().join("data/onshi.db").exists()
            || again.path().join("data/.onshi-restore").exists()
        {
            let output = restore(&again, &from, &[]);
            assert!(
                matches!(output.status.code(), Some(0 | 5)),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        assert!(!again.path().join("data/.onshi-restore").exists());
        again.ask(&["audit", "verify"]);
        assert!(accounts(&again, &site).contains("Kanri01"));
        let status = again.ask(&["insured", "populate", "--persons", "3000", "--json"]);
        assert!(!status.is_empty());
    }
    println!("backups killed: {kills}, restores killed: {interrupted}");
    assert!(kills + interrupted > 0);
}

#[test]
fn an_encrypted_backup_opens_by_its_key_alone_and_tells_each_change() {
    let (place, _site, backups) = centre();
    let file = |name: &str| place.path().join(name).display().to_string();
    let (key, other, recipients) = (file("key"), file("other"), file("recipients"));
    let made: Value =
        serde_json::from_str(&place.ask(&["backup", "key", "--out", &key, "--json"])).unwrap();
    place.ask(&["backup", "key", "--out", &other]);
    std::fs::write(&recipients, made["recipient"].as_str().unwrap()).unwrap();
    let made = back_up(&place, &backups, &["--recipients", &recipients]);
    let path = path_of(&made);
    let sealed = std::fs::read(&path).unwrap();
    let has = |word: &[u8]| sealed.windows(word.len()).any(|part| part == word);
    assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
    assert!(!has(b"SQLite format 3") && !has(b"PRIVATE KEY"));
    assert!(!place.path().join("data/.onshi-backup").exists());
    let again = elsewhere(&place);
    let without = restore(&again, &path, &[]);
    assert_eq!(
        refused(&without),
        (Some(3), "backup.key_missing".to_owned())
    );
    let wrong = restore(&again, &path, &["--identity", &other]);
    assert_eq!(refused(&wrong), (Some(3), "backup.key_wrong".to_owned()));
    for at in [30, sealed.len() / 2, sealed.len() - 1] {
        let (mut changed, name) = (sealed.clone(), file("changed.age"));
        changed[at] ^= 1;
        std::fs::write(&name, changed).unwrap();
        let output = restore(&again, &name, &["--identity", &key]);
        assert_eq!(output.status.code(), Some(3), "byte {at} was changed");
        assert!(!again.path().join("data/onshi.db").exists());
    }
    std::fs::write(file("cut.age"), &sealed[..sealed.len() / 2]).unwrap();
    let cut = restore(&again, &file("cut.age"), &["--identity", &key]);
    assert_eq!(refused(&cut).1, "backup.damaged");
    let output = restore(&again, &path, &["--identity", &key]);
    assert!(
        matches!(output.status.code(), Some(0 | 5)),
        "{:?}",
        refused(&output)
    );
    again.ask(&["audit", "verify"]);
    // The log of the first has the digest of what was made.
    let log = place.ask(&["audit", "export"]);
    assert!(log.contains(made["sha256"].as_str().unwrap()));
    let words = file("passphrase");
    std::fs::write(&words, "架空の長い合言葉でまもるバックアップ\n").unwrap();
    let made = back_up(&place, &backups, &["--passphrase-file", &words]);
    let third = elsewhere(&place);
    let output = restore(&third, &path_of(&made), &["--passphrase-file", &words]);
    assert!(
        matches!(output.status.code(), Some(0 | 5)),
        "{:?}",
        refused(&output)
    );
}

#[test]
fn a_restore_writes_over_nothing_and_works_beside_nobody() {
    let (place, _site, backups) = centre();
    let path = path_of(&back_up(&place, &backups, &[]));
    let taken = restore(&place, &path, &[]);
    assert_eq!(refused(&taken), (Some(3), "restore.place_taken".to_owned()));
    // The files were deleted, and the service does not know it yet. Its memory is closed to others of the same user,
    // so that only root can find it by what it has open.
    let served = site_serves(&place);
    for name in ["onshi.db", "onshi-insured.db"] {
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(place.path().join(format!("data/{name}{ending}")));
        }
    }
    if rustix::process::geteuid().is_root() {
        let running = restore(&place, &path, &[]);
        assert_eq!(refused(&running), (Some(3), "restore.running".to_owned()));
    }
    drop(served);
    // The very same keys may stay, and others may not.
    let key = place.path().join("secrets/audit-seal.key");
    let kept = std::fs::read(&key).unwrap();
    std::fs::write(&key, [1; 32]).unwrap();
    let others = restore(&place, &path, &[]);
    assert_eq!(refused(&others), (Some(3), "restore.other_keys".to_owned()));
    std::fs::write(&key, kept).unwrap();
    let output = restore(&place, &path, &[]);
    assert!(
        matches!(output.status.code(), Some(0 | 5)),
        "{:?}",
        refused(&output)
    );
    place.ask(&["audit", "verify"]);
    let damaged = place.path().join("damaged");
    std::fs::create_dir(&damaged).unwrap();
    let not_one = restore(&elsewhere(&place), damaged.to_str().unwrap(), &[]);
    assert_eq!(refused(&not_one), (Some(3), "backup.damaged".to_owned()));
}

#[test]
fn a_backup_of_another_history_than_the_noted_one_is_not_put_in_place() {
    let (place, _site, backups) = centre();
    let served = site_serves(&place);
    std::thread::sleep(Duration::from_millis(1200));
    served.stop().unwrap();
    let path = path_of(&back_up(&place, &backups, &[]));
    for entry in std::fs::read_dir(place.path().join("seals"))
        .unwrap()
        .flatten()
    {
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let line = text.lines().last().unwrap();
        let mut line: Value = serde_json::from_str(line).unwrap();
        for head in line["heads"].as_array_mut().unwrap() {
            head["seal"] = "00".repeat(32).into();
        }
        std::fs::write(entry.path(), format!("{line}\n")).unwrap();
    }
    let again = elsewhere(&place);
    let output = restore(&again, &path, &[]);
    assert_eq!(refused(&output), (Some(4), "audit.not_whole".to_owned()));
    assert!(!again.path().join("data/onshi.db").exists());
    let output = restore(&again, &path, &["--although-not-whole"]);
    assert_eq!(refused(&output), (Some(5), "incomplete".to_owned()));
    // It does not call verified what it found wrong, and the log keeps that it was known.
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(!told["problems"].as_array().unwrap().is_empty(), "{told}");
    let log = again.ask(&["audit", "export", "--limit", "50"]);
    assert!(log.contains("restored_although_not_whole"), "{log}");
}

#[test]
fn on_postgresql_a_backup_has_the_keys_and_says_up_to_where_its_log_is_needed() {
    let (place, _site) = Place::with_site(Some(postgres::fresh_database()), |_| {});
    let backups = place.path().join("backups");
    std::fs::create_dir(&backups).unwrap();
    let made = back_up(&place, &backups, &[]);
    assert_eq!(made["kind"], "postgres");
    assert!(made["lsn"].as_str().unwrap().contains('/'), "{made}");
    assert!(made["cluster"].as_str().unwrap().parse::<u64>().is_ok());
    let names: Vec<&str> = made["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"secrets/audit-seal.key") && !names.contains(&"onshi.db"));
    std::fs::rename(place.path().join("secrets"), place.path().join("lost")).unwrap();
    let output = restore(&place, &path_of(&made), &[]);
    assert_eq!(output.status.code(), Some(0), "{:?}", refused(&output));
    place.ask(&["audit", "verify"]);
}

#[test]
fn a_drill_restores_starts_and_checks_and_leaves_a_report_and_nothing_else() {
    let (place, _site, _backups) = centre();
    place.ask(&["insured", "populate", "--persons", "200"]);
    let report = place.path().join("reports");
    std::fs::create_dir(&report).unwrap();
    let folder = report.display().to_string();
    let served = site_serves(&place);
    let told: Value =
        serde_json::from_str(&place.ask(&["backup", "drill", "--json", "--report", &folder]))
            .unwrap();
    served.stop().unwrap();
    assert_eq!(told["passed"], true, "{told}");
    assert_eq!(told["steps"].as_array().unwrap().len(), 5);
    let mut endings: Vec<String> = std::fs::read_dir(&report)
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .extension()
                .unwrap()
                .display()
                .to_string()
        })
        .collect();
    endings.sort();
    assert_eq!(endings, ["json", "pdf", "txt"]);
    assert!(!place.path().join("data/.onshi-drill").exists());
    // The institution of the trial was in the copy alone, and the log says that there was one.
    let facilities = place.ask(&["facility", "list"]);
    assert!(!facilities.contains("復元訓練"), "{facilities}");
    let log = place.ask(&["audit", "export"]);
    assert!(log.contains("backup_drilled") && log.contains("\"passed\":true"));
    let text = std::fs::read_dir(&report)
        .unwrap()
        .flatten()
        .find_map(|entry| {
            let path = entry.path();
            (path.extension()? == "txt").then(|| std::fs::read_to_string(path).unwrap())
        });
    let text = text.unwrap();
    assert!(
        text.contains("結果: 合格") && text.contains("資格有効性: 有効"),
        "{text}"
    );
}
