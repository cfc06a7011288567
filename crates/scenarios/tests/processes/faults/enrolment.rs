//! A terminal fetches its certificate and is killed at any moment: run again with the same code it ends with one
//! certificate, whose key was made there.

use crate::faults::place::{KILLS, Moments, Place, rounds};
use onshi_bench::setup::Served;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

fn enroll(place: &Place, centre: &str, code: &str, folder: &Path) -> Command {
    let authority = place.config.centre.secrets.join("authority.pem");
    let mut command = place.onshi(&["--json", "terminal", "enroll", "--centre", centre]);
    command
        .arg("--authority")
        .arg(authority)
        .arg("--certificates")
        .arg(folder)
        .args(["--code", code]);
    command
}

/// The certificates that the centre knows for terminals of this name.
fn issued(place: &Place, code: &str, name: &str) -> Vec<Value> {
    let list = place.ask(&["--json", "certificate", "list", "--facility", code]);
    let list: Vec<Value> = serde_json::from_str(&list).unwrap();
    let of_it = |one: &Value| one["terminal"] == name;
    list.into_iter().filter(of_it).collect()
}

#[test]
fn killed_at_any_moment_it_ends_with_one_certificate() {
    let (place, site) = Place::with_site(None, |_| {});
    let facility = site.facility_code();
    let served = Served::start(&mut place.onshi(&["serve", "--json"])).unwrap();
    let centre = format!("https://localhost:{}", served.address().unwrap().port());
    let mut moments = Moments::new(31);
    for round in 0..rounds(KILLS, 6) {
        let name = format!("terminal-{round}");
        let words = [
            "--json",
            "certificate",
            "enrolment-code",
            "--facility",
            &facility,
        ];
        let given = place.ask(&[&words[..], &["--terminal", &name]].concat());
        let given: Value = serde_json::from_str(&given).unwrap();
        let code = given["code"].as_str().unwrap();
        let folder = place.path().join(&name);
        for _ in 0..3 {
            let mut command = enroll(&place, &centre, code, &folder);
            let mut child = command.stdout(Stdio::null()).spawn().unwrap();
            let moment = moments.between(Duration::ZERO, Duration::from_millis(120));
            std::thread::sleep(moment);
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let told = enroll(&place, &centre, code, &folder).output().unwrap();
        assert!(told.status.success(), "{}", place.complaints());
        let told: Value = serde_json::from_slice(&told.stdout).unwrap();
        let known = issued(&place, &facility, &name);
        assert_eq!(known.len(), 1, "{known:?}");
        assert_eq!(known[0]["serial"], told["serial"]);
        let read = |what: &str| std::fs::read(told[what].as_str().unwrap()).unwrap();
        let (certificate, key, backup) = (read("certificate"), read("key"), read("backup"));
        assert!(onshi_client::Identity::from_pem(&certificate, &key).is_ok());
        assert!(onshi_client::Identity::from_pem(&backup, &backup).is_ok());
        // Of what was begun nothing is left, and the code is nowhere.
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let waiting = name.starts_with("enrolment-") && name.ends_with(".key.pem");
            assert!(!waiting && !name.ends_with(".new"), "{name}");
            if path.is_file() {
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                assert!(!text.contains(&code.replace('-', "")), "{name}");
            }
        }
        // Another terminal gets nothing with it, and hears why.
        let other = place.path().join(format!("other-{round}"));
        let refused = enroll(&place, &centre, code, &other).output().unwrap();
        assert_eq!(refused.status.code(), Some(3));
        assert!(place.complaints().contains("enrolment.used"));
    }
    assert!(served.stop().is_ok());
}
