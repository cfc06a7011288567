//! A disk that can't be written, at the start and later on.

use crate::faults::load::{Book, Said, register};
use crate::faults::place::{FULL_DISKS, Place, program, rounds, without_ours};
use onshi_bench::setup::Served;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Makes a folder or a file read-only for one process, as root or not, and runs a program there.
const READ_ONLY: &str = r#"mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@""#;

/// Lets no file grow beyond so many blocks of half a kilobyte. The signal that would end the process
/// is switched off, so that it gets an error from the write as it does from a full disk.
const SMALL_FILES: &str = r#"trap '' XFSZ && ulimit -f "$0" && exec "$@""#;

/// Runs `serve` to its end where this can't be written.
fn serve_read_only(place: &Place, what: &Path) -> Output {
    // Writes the settings.
    drop(place.onshi(&[]));
    let mut command = Command::new("unshare");
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if !is_root {
        command.arg("--map-root-user");
    }
    without_ours(&mut command).args(["--mount", "sh", "-c", READ_ONLY]);
    command.arg(what).arg(program());
    command.arg("--config").arg(place.path().join("onshi.toml"));
    command.arg("serve").output().unwrap()
}

#[test]
fn a_database_that_cannot_be_written_is_told_at_the_start_by_its_name() {
    let (place, _site) = Place::with_site(None, |_| {});
    for (what, named) in [
        ("data", "data/onshi.db"),
        ("data/onshi.db", "data/onshi.db"),
        ("data/onshi-insured.db", "data/onshi-insured.db"),
    ] {
        let output = serve_read_only(&place, &place.path().join(what));
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{what}: {said}");
        assert!(said.contains(named), "{what}: it names the file: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

/// The centre, in whose files no more than so many bytes fit beyond what they have.
fn serve_with_room(place: &Place, room: u64) -> Served {
    drop(place.onshi(&[]));
    let folder = place.path().join("data");
    let sizes = std::fs::read_dir(folder).unwrap();
    let largest = sizes.map(|entry| entry.unwrap().metadata().unwrap().len());
    let blocks = (largest.max().unwrap() + room) / 512;
    let mut command = Command::new("sh");
    without_ours(&mut command)
        .args(["-c", SMALL_FILES, &blocks.to_string()])
        .arg(program());
    command.arg("--config").arg(place.path().join("onshi.toml"));
    command.args(["serve", "--json"]).stderr(place.log());
    Served::start(&mut command).unwrap()
}

/// Where the disk of the logs is full, every line of them fails. Whoever writes one is a thread that answers
/// somebody, or the one that writes the database.
#[test]
fn logs_that_cannot_be_written_stop_nobody() {
    let (place, site) = Place::with_site(None, |config| "debug".clone_into(&mut config.log.level));
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let mut command = place.onshi(&["serve", "--json"]);
    let served = Served::start(command.stderr(full())).unwrap();
    let target = site.target(&served).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let book = Arc::new(Book::default());
        let mut session = None;
        let running = book.callers(&site, &target, &mut session).await;
        let since = Instant::now();
        while book.acknowledged() < 20 {
            assert!(
                since.elapsed() < Duration::from_secs(300),
                "nobody is answered"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        book.end();
        for caller in running {
            caller.await.unwrap();
        }
    });
    served.stop().unwrap();
}

/// A script must not take for a list what a full disk has cut off.
#[test]
fn a_command_whose_output_cannot_be_written_says_so() {
    let (place, _site) = Place::with_site(None, |_| {});
    for json in [&[][..], &["--json"]] {
        let mut command = place.onshi(&[&["facility", "list"], json].concat());
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = command
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("the output can't be written"), "{said}");
    }
    // Whoever has seen enough closes the pipe.
    let (reads, writes) = std::io::pipe().unwrap();
    drop(reads);
    let status = place.onshi(&["facility", "list"]).stdout(writes).status();
    assert_eq!(status.unwrap().code(), Some(0));
}

#[test]
fn a_disk_that_fills_up_loses_nothing_that_was_acknowledged() {
    let (place, site) = Place::with_site(None, |_| {});
    let book = Arc::new(Book::default());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let disks = rounds(FULL_DISKS, 2);
    let mut session = None;
    for round in 0..disks {
        let served = serve_with_room(&place, 256 << 10);
        let target = site.target(&served).unwrap();
        runtime.block_on(async {
            let begun = book.acknowledged();
            let running = book.callers(&site, &target, &mut session).await;
            let (mut asker, since) = (target.connect().await.unwrap(), Instant::now());
            while asker.get("/health").await.unwrap().status != 503 {
                let said = place.complaints();
                assert!(since.elapsed() < Duration::from_secs(300), "{said}");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            book.end();
            for caller in running {
                caller.await.unwrap();
            }
            assert!(book.acknowledged() > begun, "it was full from the start");
            book.go_on();
        });
        drop(served);
        // There is room again.
        let served = Served::start(&mut place.onshi(&["serve", "--json"])).unwrap();
        let target = site.target(&served).unwrap();
        runtime.block_on(async {
            let mut caller = target.connect().await.unwrap();
            caller.session.clone_from(&session);
            let said = register(&mut caller, &format!("Room{round}")).await;
            assert_eq!(said, Some(Said::Done));
        });
        drop(served);
    }
    assert!(book.turned_away() > 0, "nobody was told");
    book.check(&place, &site, &format!("{disks} full disks"));
}
