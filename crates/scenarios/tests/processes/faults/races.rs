//! Somebody who may write into `req` wants to see what only the linked application may read. They
//! swap files, links, FIFOs and folders under one name, thousands of times, while it looks, takes
//! and reads; and they try to hang it.

use crate::faults::clinic::Clinic;
use rustix::fs::{CWD, FileType, Mode, RenameFlags, mknodat, renameat_with};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Only a test that fails takes so long.
const DEADLINE: Duration = Duration::from_secs(300);
const NAMES: usize = 40;
const SWAPS: usize = 40_000;
const OUTCOMES: usize = 120;
/// As the end of a request looks, so that nothing is waited for.
const BAIT: &str = "bait</XmlMsg>";

/// What is swapped with a file that looks like a request.
fn trap(n: usize, at: &Path, secrets: &[PathBuf]) {
    let _ = fs::remove_file(at);
    let _ = fs::remove_dir(at);
    let secret = &secrets[n % secrets.len()];
    match n % 6 {
        0..=2 => symlink(secret, at).unwrap(),
        3 => fs::hard_link(secret, at).unwrap(),
        4 => mknodat(CWD, at, FileType::Fifo, Mode::RWXU, 0).unwrap(),
        _ => fs::create_dir(at).unwrap(),
    }
}

fn swap_for_ever(req: &Path, secrets: &[PathBuf], swaps: &AtomicUsize, over: &AtomicBool) {
    let name = |n: usize| req.join(format!("OQSsiquc01req_{n}.xml"));
    let other = |n: usize| req.join(format!(".swap-{n}"));
    while !over.load(Ordering::Relaxed) {
        for n in 0..NAMES {
            let swapped = renameat_with(CWD, name(n), CWD, other(n), RenameFlags::EXCHANGE).is_ok();
            if swapped {
                swaps.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            // It was taken, as one or the other: both are laid out anew.
            trap(n, &other(n), secrets);
            let part = req.join(format!(".part-{n}"));
            fs::write(&part, BAIT).unwrap();
            let _ = renameat_with(CWD, &part, CWD, name(n), RenameFlags::NOREPLACE);
        }
    }
}

#[test]
fn files_and_links_that_change_places_never_bring_a_secret() {
    let mut clinic = Clinic::open(1, 1);
    let at = |name: &str| clinic.place.path().join(name);
    let (req, res) = (at("req"), at("res"));
    let secrets = vec![at("terminal.key.pem"), at("password")];
    let texts: Vec<String> = secrets
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    clinic.start_centre();
    clinic.start_link();
    let (swaps, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut seen = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| swap_for_ever(&req, &secrets, &swaps, &over));
        let begun = Instant::now();
        let failed = loop {
            if swaps.load(Ordering::Relaxed) >= SWAPS && seen >= OUTCOMES {
                break None;
            }
            if begun.elapsed() > DEADLINE {
                break Some(format!("{seen} outcomes in {:?}", begun.elapsed()));
            }
            for entry in fs::read_dir(&res).unwrap() {
                let path = entry.unwrap().path();
                let sort = fs::symlink_metadata(&path).unwrap().file_type();
                let Ok(bytes) = fs::read(&path) else { continue };
                let text = String::from_utf8_lossy(&bytes);
                if !sort.is_file() || texts.iter().any(|secret| text.contains(secret.trim())) {
                    over.store(true, Ordering::Relaxed);
                    panic!("{} is a {sort:?}: {text}", path.display());
                }
                let kind = if text == BAIT {
                    "a request beside its .err"
                } else if text.contains("リンク") {
                    "a link refused"
                } else if text.contains("パイプ") {
                    "a FIFO refused"
                } else {
                    "an answer or another .err"
                };
                *outcomes.entry(kind).or_default() += 1;
                seen += 1;
                fs::remove_file(path).unwrap();
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        over.store(true, Ordering::Relaxed);
        assert_eq!(failed, None);
    });
    println!("{} swaps: {outcomes:?}", swaps.load(Ordering::Relaxed));
    for (path, text) in secrets.iter().zip(&texts) {
        assert_eq!(&fs::read_to_string(path).unwrap(), text, "it was changed");
    }
    clinic.stop_link();
    let complaints = clinic.place.complaints();
    assert!(!complaints.contains("panicked"), "{complaints}");
}

#[test]
fn what_is_meant_to_hang_or_fill_it_does_neither() {
    let mut clinic = Clinic::open(1, 1);
    let req = clinic.place.path().join("req");
    for n in 0..100 {
        let path = req.join(format!("OQSsiquc01req_fifo{n}.xml"));
        mknodat(CWD, path, FileType::Fifo, Mode::RWXU, 0).unwrap();
    }
    for n in 0..8 {
        let file = fs::File::create(req.join(format!("OQSmuquc01req_giant{n}.xml"))).unwrap();
        file.set_len(1_500_000_000).unwrap();
    }
    clinic.start_centre();
    clinic.start_link();
    let begun = Instant::now();
    let count = |clinic: &Clinic, end: &str| {
        let names = clinic.results();
        names.iter().filter(|name| name.ends_with(end)).count()
    };
    // A giant has no end, so it is waited for; the FIFOs are not, and neither is the good one.
    clinic.fetch("none", 1);
    while count(&clinic, ".err") < 100 || count(&clinic, "res_1.xml") < 1 {
        assert!(begun.elapsed() < DEADLINE, "{:?}", clinic.results());
        std::thread::sleep(Duration::from_millis(20));
    }
    // With new ones coming in, it stops when it is asked to, and goes on at the next start.
    mknodat(
        CWD,
        req.join("OQSsiquc01req_late.xml"),
        FileType::Fifo,
        Mode::RWXU,
        0,
    )
    .unwrap();
    let peak = clinic.link_peak();
    clinic.stop_link();
    clinic.start_link();
    while count(&clinic, ".err") < 109 {
        assert!(begun.elapsed() < DEADLINE, "{:?}", clinic.results());
        std::thread::sleep(Duration::from_millis(50));
    }
    let peak = peak.max(clinic.link_peak());
    println!("at most {} MiB, with 8 giants of 1.5 GB", peak >> 10);
    assert!(peak < 300 << 10, "{peak} KiB");
    clinic.stop_link();
}
