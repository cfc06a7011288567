//! A database that is not there, is another one, or goes away under the running centre.

use crate::faults::load::{Said, register};
use crate::faults::place::Place;
use onshi_bench::client::Caller;
use onshi_bench::setup::{Served, Site};
use onshi_scenarios::database::Database;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Runs the program to its end; gives its exit code and what it complained of.
fn run(place: &Place, arguments: &[&str]) -> (i32, String) {
    let mut command = place.onshi(arguments);
    let output = command.stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked"), "{said}");
    (output.status.code().unwrap(), said)
}

/// It refuses, and says all of this.
#[track_caller]
fn refuses(place: &Place, arguments: &[&str], code: i32, words: &[&str]) {
    let (told, said) = run(place, arguments);
    assert_eq!(told, code, "{arguments:?}: {said}");
    for word in words {
        assert!(said.contains(word), "{arguments:?}: no {word} in {said}");
    }
}

fn file(place: &Place, name: &str) -> PathBuf {
    place.path().join("data").join(name)
}

/// The database, with what SQLite keeps beside it, as a backup has it.
fn copy_database(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn keys_without_their_database_begin_no_other_one_unless_it_is_named() {
    let (place, _site) = Place::with_site(None, |_| {});
    let kept = place.path().join("kept");
    fs::rename(place.path().join("data"), &kept).unwrap();
    let way_out = ["data/onshi.db", "secrets", "--new-database"];
    for arguments in [&["serve"][..], &["migrate"]] {
        refuses(&place, arguments, 1, &way_out);
        assert!(!place.path().join("data").exists(), "nothing was begun");
    }
    refuses(&place, &["facility", "list"], 2, &["there is no database"]);
    // An empty file is no database either.
    fs::create_dir(place.path().join("data")).unwrap();
    fs::write(file(&place, "onshi.db"), "").unwrap();
    refuses(&place, &["serve"], 1, &way_out);
    refuses(&place, &["facility", "list"], 1, &way_out);
    fs::remove_dir_all(place.path().join("data")).unwrap();
    // Put back, all is well.
    fs::rename(&kept, place.path().join("data")).unwrap();
    place.ask(&["audit", "verify"]);
    let new = ["migrate", "--new-database"];
    refuses(&place, &new, 1, &["there is a database in use already"]);
    // Gone for good, and said so.
    fs::rename(place.path().join("data"), &kept).unwrap();
    place.ask(&new);
    drop(Served::start(&mut place.onshi(&["serve", "--json"])).unwrap());
    place.ask(&["audit", "verify"]);
    // The old one is another database now.
    fs::remove_dir_all(place.path().join("data")).unwrap();
    fs::rename(&kept, place.path().join("data")).unwrap();
    refuses(&place, &["serve"], 1, &["belong to another database"]);
}

#[test]
fn the_file_of_the_insured_persons_is_missed_and_begun_only_by_name() {
    let (place, _site) = Place::with_site(None, |_| {});
    let insured = file(&place, "onshi-insured.db");
    let words = ["onshi-insured.db", "--new-insured-database"];
    let kept = fs::read(&insured).unwrap();
    for harm in ["gone", "empty"] {
        fs::remove_file(&insured).unwrap();
        if harm == "empty" {
            fs::write(&insured, "").unwrap();
        }
        refuses(&place, &["serve"], 1, &words);
        refuses(&place, &["facility", "list"], 1, &words);
        assert!(fs::read(&insured).is_ok_and(|is| is.is_empty()) == (harm == "empty"));
        fs::write(&insured, "").unwrap();
    }
    fs::write(
        &insured,
        "no database at all, but some text of more than a hundred bytes, since \
                         that is how long the head of a file of SQLite is",
    )
    .unwrap();
    refuses(&place, &["serve"], 1, &["onshi-insured.db"]);
    fs::write(&insured, &kept).unwrap();
    place.ask(&["audit", "verify"]);
    let new = ["migrate", "--new-insured-database"];
    refuses(&place, &new, 1, &["onshi-insured.db", "it is there"]);
    fs::remove_file(&insured).unwrap();
    place.ask(&new);
    place.ask(&["insured", "populate", "--persons", "10"]);
    place.ask(&["audit", "verify"]);
    let left = fs::read_dir(place.path().join("data")).unwrap();
    let names = left.map(|entry| entry.unwrap().file_name());
    assert!(
        names
            .into_iter()
            .all(|name| !name.to_string_lossy().contains("begin"))
    );
}

#[test]
fn what_belongs_to_others_is_refused_by_its_name() {
    let [(ours, _), (theirs, _)] = [(); 2].map(|()| Place::with_site(None, |_| {}));
    let (data, kept) = (ours.path().join("data"), ours.path().join("kept"));
    copy_database(&data, &kept);
    // One half of another database.
    fs::copy(
        file(&theirs, "onshi-insured.db"),
        file(&ours, "onshi-insured.db"),
    )
    .unwrap();
    let swapped = [
        "opening",
        "data/onshi-insured.db",
        "it belongs to the database",
    ];
    refuses(&ours, &["serve"], 1, &swapped);
    // All of it.
    copy_database(&theirs.path().join("data"), &data);
    let foreign = ["belong to another database", "secrets"];
    refuses(&ours, &["serve"], 1, &foreign);
    refuses(&ours, &["facility", "list"], 1, &foreign);
    // The same before they had an identity: then the audit log's seal tells them apart.
    for place in [&ours, &theirs] {
        fs::remove_file(place.path().join("secrets/database.id")).unwrap();
    }
    refuses(&ours, &["serve"], 1, &foreign);
    place_without_identity(&theirs);
    copy_database(&theirs.path().join("data"), &data);
    refuses(&ours, &["serve"], 1, &foreign);
    // A database of the last version, with its own keys, gets one.
    theirs.ask(&["audit", "verify"]);
    assert!(theirs.path().join("secrets/database.id").exists());
    // And so does a backup of it that is put back after that.
    place_without_identity(&theirs);
    theirs.ask(&["audit", "verify"]);
    fs::remove_dir_all(&data).unwrap();
    fs::rename(&kept, &data).unwrap();
    ours.ask(&["audit", "verify"]);
}

/// Makes a database what the last version has left: without an identity.
fn place_without_identity(place: &Place) {
    let mut connection = Database::open(&place.config.location());
    let sql = "drop table database_identity; drop table store_probe; \
               drop table insured.insured_identity; drop table insured.insured_probe; \
               drop index web_session_by_start; drop index login_failure_by_time; \
               drop index api_token_by_expiry; drop index bulk_request_by_end; \
               delete from schema_migration where number = 7";
    connection.batch(sql);
}

/// A centre that runs on a database that is harmed, and somebody who is logged in.
struct Harmed {
    place: Place,
    site: Site,
    served: Option<Served>,
    caller: Caller,
    runtime: tokio::runtime::Runtime,
}

impl Harmed {
    fn start(place: Place, site: Site) -> Harmed {
        let served = Served::start(&mut place.onshi(&["serve", "--json"])).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let target = site.target(&served).unwrap();
        let caller = runtime.block_on(async {
            let mut caller = target.connect().await.unwrap();
            let (user_id, password) = (&site.login.user_id, &site.login.password);
            assert!(caller.log_in(user_id, password).await.unwrap());
            caller
        });
        let mut harmed = Harmed {
            place,
            site,
            served: Some(served),
            caller,
            runtime,
        };
        assert_eq!(harmed.register("Before"), Some(Said::Done));
        assert_eq!(harmed.health(), 200);
        harmed
    }

    fn register(&mut self, user_id: &str) -> Option<Said> {
        self.runtime.block_on(register(&mut self.caller, user_id))
    }

    fn health(&mut self) -> u16 {
        let answer = self.runtime.block_on(self.caller.get("/health"));
        answer.unwrap().status
    }

    /// Nothing is acknowledged any more, and everybody is told.
    #[track_caller]
    fn is_noticed(&mut self, what: &str) {
        let said = self.register("Lost");
        assert_eq!(said, Some(Said::NotDone), "{what}");
        // What was found well a moment ago is believed for a second.
        let begun = std::time::Instant::now();
        while self.health() != 503 {
            assert!(begun.elapsed().as_secs() < 60, "{what}: still well");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let said = self.register("Lost2");
        assert_eq!(said, Some(Said::NotDone), "{what}");
    }

    /// What is put back is gone on with, without a new start.
    #[track_caller]
    fn goes_on(&mut self, what: &str) {
        let begun = std::time::Instant::now();
        while self.register("After") != Some(Said::Done) {
            assert!(begun.elapsed().as_secs() < 60, "{what}: it does not go on");
        }
        while self.health() != 200 {
            assert!(begun.elapsed().as_secs() < 60, "{what}: still unwell");
        }
    }

    /// Ends the centre, and looks who is registered.
    fn registered(&mut self) -> Vec<&'static str> {
        drop(self.served.take());
        let code = self.site.facility_code();
        let listed = self
            .place
            .ask(&["account", "list", "--json", "--facility", &code]);
        self.place.ask(&["audit", "verify"]);
        let all = ["Before", "Lost", "Lost2", "After"];
        all.into_iter()
            .filter(|id| listed.contains(&format!("\"{id}\"")))
            .collect()
    }
}

#[test]
fn files_that_are_moved_away_are_missed_and_taken_back() {
    for name in [
        "onshi.db",
        "onshi-insured.db",
        "onshi.db-wal",
        "onshi.db-shm",
        "onshi-insured.db-wal",
        "",
    ] {
        let (place, site) = Place::with_site(None, |_| {});
        let mut harmed = Harmed::start(place, site);
        let (there, away) = (file(&harmed.place, name), harmed.place.path().join("away"));
        let there = if name.is_empty() {
            harmed.place.path().join("data")
        } else {
            there
        };
        fs::rename(&there, &away).unwrap();
        harmed.is_noticed(name);
        fs::rename(&away, &there).unwrap();
        harmed.goes_on(name);
        assert_eq!(harmed.registered(), ["Before", "After"], "{name}");
    }
}

#[test]
fn a_database_that_is_deleted_acknowledges_nothing_and_no_other_one_is_begun() {
    let (place, site) = Place::with_site(None, |_| {});
    let mut harmed = Harmed::start(place, site);
    for entry in fs::read_dir(harmed.place.path().join("data")).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    harmed.is_noticed("deleted");
    // A command of the operator's beside it begins none either.
    let (code, _) = run(&harmed.place, &["facility", "list"]);
    assert_eq!(code, 2);
    drop(harmed.served.take());
    refuses(&harmed.place, &["serve"], 1, &["--new-database"]);
}

#[test]
fn a_vacuum_by_hand_under_the_centre_is_taken_for_what_it_is() {
    let (place, site) = Place::with_site(None, |_| {});
    let mut hand = Database::open(&place.config.location());
    for sql in [
        "create table main.filler as with recursive n(i) as \
         (select 1 union all select i + 1 from n where i < 20000) select i, randomblob(200) from n",
        "create table insured.filler as with recursive n(i) as \
         (select 1 union all select i + 1 from n where i < 20000) select i, randomblob(200) from n",
        "drop table main.filler; drop table insured.filler",
        "pragma main.wal_checkpoint(truncate); pragma insured.wal_checkpoint(truncate)",
    ] {
        hand.batch(sql);
    }
    let sizes = |place: &Place| {
        ["onshi.db", "onshi-insured.db"].map(|name| fs::metadata(file(place, name)).unwrap().len())
    };
    let before = sizes(&place);
    let mut harmed = Harmed::start(place, site);
    hand.batch("vacuum main; vacuum insured");
    // Moved into the files by hand, too, unless the centre is quicker.
    hand.batch("pragma main.wal_checkpoint(passive); pragma insured.wal_checkpoint(passive)");
    let after = sizes(&harmed.place);
    assert!(
        after[0] < before[0] && after[1] < before[1],
        "{before:?} {after:?}"
    );
    harmed.goes_on("a vacuum");
    assert_eq!(harmed.registered(), ["Before", "After"]);
}

#[test]
fn a_database_that_is_replaced_under_the_centre_is_noticed() {
    for way in ["renamed over", "copied over", "linked elsewhere"] {
        let (place, mut site) = Place::with_site(None, |_| {});
        let (data, yesterday) = (place.path().join("data"), place.path().join("yesterday"));
        copy_database(&data, &yesterday);
        // Today there is more in it.
        let service = site.service().unwrap();
        let (_, hash) = onshi_bench::setup::shared_password(&service);
        let day = (4, 400, std::time::Duration::from_secs(600));
        onshi_bench::setup::register_directly(&service, &site.admin, &hash, "Heute", day).unwrap();
        drop(service);
        let today = place.path().join("today");
        let main = file(&place, "onshi.db");
        if way == "linked elsewhere" {
            fs::rename(&data, &today).unwrap();
            std::os::unix::fs::symlink(&today, &data).unwrap();
        }
        site.config = place.config.clone();
        let mut harmed = Harmed::start(place, site);
        match way {
            "renamed over" => fs::rename(yesterday.join("onshi.db"), &main).unwrap(),
            "copied over" => drop(fs::copy(yesterday.join("onshi.db"), &main).unwrap()),
            _ => {
                fs::remove_file(&data).unwrap();
                std::os::unix::fs::symlink(&yesterday, &data).unwrap();
            }
        }
        harmed.is_noticed(way);
        if way == "linked elsewhere" {
            fs::remove_file(&data).unwrap();
            std::os::unix::fs::symlink(&today, &data).unwrap();
            harmed.goes_on(way);
            assert_eq!(harmed.registered(), ["Before", "After"]);
        }
    }
}
