//! A first start that is killed at any moment leaves a folder from which the next one works.

use crate::faults::place::{KILLS, Moments, Place, program, rounds, without_ours};
use onshi_bench::client::Target;
use onshi_bench::setup::Served;
use serde_json::Value;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn a_first_start_that_was_killed_is_no_obstacle() {
    let mut moments = Moments::new(3);
    let begun = Instant::now();
    let place = Place::new(None);
    drop(Served::start(&mut place.onshi(&["serve", "--json"])).unwrap());
    let whole = begun.elapsed();
    let location = |place: &Place| place.config.centre.secrets.join("audit-seal.key");
    let mut early = 0;
    for _ in 0..rounds(KILLS, 10) {
        let place = Place::new(None);
        let mut child = place
            .onshi(&["serve"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(moments.between(Duration::ZERO, whole));
        kill(&mut child);
        early += u32::from(!location(&place).exists());
        // The second process stands for an operator who tries at the same time as the service.
        // Where the kill came before the database was made, the operator is told so instead.
        let there = Path::new(&place.config.store.location).exists();
        let mut other = place.onshi(&["facility", "list", "--json"]);
        let mut other = other.stdout(Stdio::null()).spawn().unwrap();
        let served = Served::start(&mut place.onshi(&["serve", "--json"]));
        assert!(served.is_ok(), "{}", place.complaints());
        let told = other.wait().unwrap();
        let no_database = !there && told.code() == Some(2);
        assert!(told.success() || no_database, "{}", place.complaints());
        drop(served);
        place.ask(&["audit", "verify"]);
        assert!(!place.complaints().contains("panicked"));
    }
    println!("{early} starts were killed before the last key was made");
}

#[test]
fn a_demo_that_was_killed_while_it_was_set_up_is_no_obstacle() {
    let mut moments = Moments::new(4);
    let place = Place::new(None);
    let begun = Instant::now();
    let mut child = demo(&place, &place.path().join("first"));
    wait_for_description(&place, &place.path().join("first"), &mut child);
    let whole = begun.elapsed();
    kill(&mut child);
    for round in 0..rounds(KILLS, 4) {
        let dir = place.path().join(format!("demo-{round}"));
        let mut child = demo(&place, &dir);
        std::thread::sleep(moments.between(Duration::ZERO, whole));
        kill(&mut child);
        // A kill leaves the description of a demo that was already open; it must not be read for
        // the next one's.
        let _ = std::fs::remove_file(dir.join("demo.json"));
        let mut child = demo(&place, &dir);
        let description = wait_for_description(&place, &dir, &mut child);
        for institution in ["facility", "other_facility", "hospital"] {
            let institution = &description[institution];
            assert!(logs_in(&description, institution), "{}", place.complaints());
        }
        kill(&mut child);
        assert!(!place.complaints().contains("panicked"));
    }
}

fn kill(child: &mut Child) {
    // A process that has ended by itself can't be killed any more.
    let _ = child.kill();
    child.wait().unwrap();
}

fn demo(place: &Place, dir: &Path) -> Child {
    let mut command = Command::new(program());
    without_ours(&mut command).arg("demo").arg("--dir").arg(dir);
    for port in ["--centre-port", "--portal-port", "--gateway-port"] {
        command.args([port, "0"]);
    }
    let rules = [
        "rules.password.argon2_memory_kib=8",
        "rules.password.argon2_passes=1",
    ];
    for rule in rules.iter().chain(&["log.level=warn"]) {
        command.args(["--set", rule]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(place.log()).spawn().unwrap()
}

fn wait_for_description(place: &Place, dir: &Path, child: &mut Child) -> Value {
    loop {
        if let Ok(text) = std::fs::read_to_string(dir.join("demo.json")) {
            return serde_json::from_str(&text).unwrap();
        }
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "the demo ended: {}", place.complaints());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether the admin gets in through the institution's own terminal.
fn logs_in(description: &Value, institution: &Value) -> bool {
    let read = |value: &Value| std::fs::read_to_string(value.as_str().unwrap()).unwrap();
    let url = description["centre"]["url"].as_str().unwrap();
    let port: u16 = url.rsplit(':').next().unwrap().parse().unwrap();
    let terminal = &institution["terminal"];
    let target = Target::new(
        ([127, 0, 0, 1], port).into(),
        &read(&description["centre"]["ca"]),
        &read(&terminal["certificate"]),
        &read(&terminal["key"]),
    );
    let accounts = institution["accounts"].as_array().unwrap();
    let admin = accounts.iter().find(|one| one["kind"] == "admin").unwrap();
    let text = |key: &str| admin[key].as_str().unwrap().to_owned();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut caller = target.unwrap().connect().await.unwrap();
        caller
            .log_in(&text("user_id"), &text("password"))
            .await
            .unwrap()
    })
}
