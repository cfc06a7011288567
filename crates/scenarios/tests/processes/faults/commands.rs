//! Functions of the operator have no route: each is reached by a command, and the log says so. The access matrix takes
//! the same table for what no route reaches.

use crate::faults::place::Place;
use crate::faults::rollout;
use serde_json::Value;
use std::path::{Path, PathBuf};

const TABLE: &str = include_str!("../../../golden/functions_by_command.txt");

/// The backup that lies in a folder, once there is one.
fn backup_in(folder: &Path) -> String {
    let names = std::fs::read_dir(folder).unwrap().flatten();
    let is_one = |path: &PathBuf| path.join("backup.json").exists();
    let found = names.map(|entry| entry.path()).find(is_one);
    found.unwrap_or_default().display().to_string()
}

#[test]
fn what_no_route_reaches_a_command_of_the_operator_does() {
    let (place, site) = Place::with_site(None, |_| {});
    let code = site.facility_code();
    let folder = place.path().display().to_string();
    let codes = [code.clone()];
    let installer = rollout::installer(&place, &codes);
    let sheet = rollout::sheet(&place, "sheet.xlsx", &codes);
    for line in TABLE.lines() {
        let (function, command) = line.split_once(' ').unwrap();
        let command = command
            .trim()
            .replace("CODE", &code)
            .replace("INSTALLER", &installer)
            .replace("SHEET", &sheet.display().to_string());
        let command = command.replace("BACKUP", &backup_in(place.path()));
        let command = command.replace("PLACE", &folder);
        let words: Vec<&str> = command.split(' ').collect();
        // What is done to another database is in the log of that one.
        let elsewhere = words.iter().position(|word| *word == "--set");
        let elsewhere = elsewhere.map_or(&[][..], |at| &words[at..]);
        let count = || {
            if let Some(other) = elsewhere.get(1).and_then(|set| set.split_once('='))
                && !Path::new(other.1).exists()
            {
                return 0;
            }
            let log = place.ask(&[&["audit", "export"], elsewhere].concat());
            let of_it = |line: &&str| {
                let entry: Value = serde_json::from_str(line).unwrap();
                entry["function"] == function
                    && entry["role"] == "operator"
                    && entry["outcome"] == "done"
            };
            log.lines().filter(of_it).count()
        };
        let before = count();
        place.ask(&words);
        assert!(count() > before, "{command} leaves no entry of {function}");
    }
}
