//! A disk that can't be written, at the start and later on.

use crate::place::{KILLS, PATIENTS, Place, program};
use onshi_server::bench::setup::{Served, Site};
use std::process::Command;

/// Makes a folder read-only for one process, as root or not, and runs a program there.
const READ_ONLY: &str = r#"mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@""#;

/// Lets no file grow beyond a megabyte. The signal that would end the process is switched off, so
/// that it gets an error from the write as it does from a full disk.
const SMALL_FILES: &str = r#"trap '' XFSZ && ulimit -f 2048 && exec "$@""#;

#[test]
fn a_database_that_cannot_be_written_is_told_and_not_a_panic() {
    let place = Place::new(None);
    drop(Site::set_up(place.config.clone()).unwrap());
    let mut command = Command::new("unshare");
    command.env_remove(KILLS).env_remove(PATIENTS);
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if !is_root {
        command.arg("--map-root-user");
    }
    command.args(["--mount", "sh", "-c", READ_ONLY]);
    command.arg(place.path().join("data")).arg(program());
    command.arg("--config").arg(place.path().join("onshi.toml"));
    // Writes the settings.
    drop(place.onshi(&[]));
    let output = command.arg("serve").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("data/onshi.db"), "it names the file: {said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_disk_that_fills_up_loses_nothing_that_was_acknowledged() {
    let place = Place::new(None);
    let site = Site::set_up(place.config.clone()).unwrap();
    drop(place.onshi(&[]));
    let mut command = Command::new("sh");
    command
        .env_remove(KILLS)
        .env_remove(PATIENTS)
        .args(["-c", SMALL_FILES, "sh"])
        .arg(program());
    command.arg("--config").arg(place.path().join("onshi.toml"));
    command.args(["serve", "--json"]).stderr(place.log());
    let served = Served::start(&mut command).unwrap();
    let target = site.target(&served).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let acknowledged = runtime.block_on(async {
        let mut caller = target.connect().await.unwrap();
        let (user_id, password) = (&site.login.user_id, &site.login.password);
        assert!(caller.log_in(user_id, password).await.unwrap());
        let mut acknowledged = Vec::new();
        loop {
            let user_id = format!("Uke{}", acknowledged.len());
            let fields = [
                ("kind", "general"),
                ("user_id", &user_id),
                ("name", "架空 花子"),
            ];
            let answer = caller.post("/web/accounts", &fields).await.unwrap();
            if answer.status != 303 {
                assert_eq!(answer.status, 500, "the person is told that we failed");
                break acknowledged;
            }
            acknowledged.push(user_id);
        }
    });
    assert!(!acknowledged.is_empty(), "the disk was full from the start");
    drop(served);
    // There is room again.
    let served = Served::start(&mut place.onshi(&["serve", "--json"])).unwrap();
    let code = site.admin.facility().unwrap().as_str();
    let listed = place.ask(&["account", "list", "--json", "--facility", code]);
    for user_id in acknowledged {
        assert!(
            listed.contains(&format!("\"{user_id}\"")),
            "{user_id} is gone"
        );
    }
    place.ask(&["audit", "verify"]);
    drop(served);
    assert!(!place.complaints().contains("panicked"));
}
