//! `onshi doctor` says what is not as it has to be, what to do about it, and by its exit code that there is something.

use crate::faults::place::Place;
use onshi_scenarios::postgres;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

fn asked(place: &Place, more: &[&str]) -> (Option<i32>, Vec<Value>) {
    let words = [&["doctor", "--json", "--disk-ms", "50"], more].concat();
    let output = place.onshi(&words).stderr(Stdio::null()).output().unwrap();
    let found = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code(), found)
}

/// What was found of a thing in this state.
fn of<'a>(found: &'a [Value], about: &str, state: &str) -> Vec<&'a str> {
    let fits = found
        .iter()
        .filter(|it| it["about"] == about && it["state"] == state);
    fits.map(|it| it["found"].as_str().unwrap()).collect()
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_machine_in_order_has_nothing_bad_and_each_fault_is_named_with_what_to_do() {
    let (place, _site) = Place::with_site(None, |_| {});
    // What an institution's setup leaves is as it has to be; the clock and the disk are this machine's.
    let ours = |found: &[Value]| {
        let bad = found.iter().filter(|it| it["state"] == "bad");
        let bad = bad.filter(|it| it["about"] != "clock" && it["about"] != "disk");
        bad.map(|it| it["found"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let (_, found) = asked(&place, &[]);
    assert!(found.len() >= 12, "{found:?}");
    assert_eq!(ours(&found), Vec::<String>::new());
    for it in &found {
        let good = it["state"] == "good";
        assert_eq!(it["next"].is_null(), good, "what there is to do: {it}");
    }
    assert_eq!(of(&found, "seals", "warning").len(), 1);
    set_mode(&place.path().join("data/onshi.db"), 0o644);
    std::fs::write(place.path().join("secrets/audit-seal.key"), "short").unwrap();
    let (code, found) = asked(&place, &[]);
    assert_eq!(code, Some(3));
    let files = of(&found, "files", "bad");
    assert!(files.iter().any(|it| it.contains("0644")), "{files:?}");
    let keys = of(&found, "certificates", "bad");
    assert!(keys.iter().any(|it| it.contains("5 bytes")), "{keys:?}");
    // It looks, and changes nothing.
    let key = std::fs::read(place.path().join("secrets/audit-seal.key")).unwrap();
    assert_eq!(key, b"short");
    let gone = ["--set", "store.location=/nowhere/onshi.db"];
    let (code, found) = asked(&place, &gone);
    assert_eq!(code, Some(3));
    assert!(!Path::new("/nowhere").exists());
    assert_eq!(of(&found, "database", "bad").len(), 1);
}

#[test]
fn a_postgresql_is_judged_by_what_it_says_of_itself() {
    let (place, _site) = Place::with_site(Some(postgres::fresh_database()), |_| {});
    let (_, found) = asked(&place, &[]);
    let good = of(&found, "database", "good");
    for word in ["schema", "collation C", "max_connections"] {
        assert!(good.iter().any(|it| it.contains(word)), "{word}: {found:?}");
    }
    // The tests' own server is quick and keeps nothing, which is what must be told.
    let bad = of(&found, "database", "bad");
    for word in [
        "fsync = off",
        "full_page_writes = off",
        "synchronous_commit = off",
    ] {
        assert!(bad.iter().any(|it| it.contains(word)), "{word}: {found:?}");
    }
    assert_eq!(of(&found, "clock", "good").len(), 1, "{found:?}");
    let (code, found) = asked(
        &place,
        &["--set", "store.location=postgres://nobody@127.0.0.1:1/x"],
    );
    assert_eq!(code, Some(3));
    assert_eq!(of(&found, "database", "bad").len(), 1);
}
