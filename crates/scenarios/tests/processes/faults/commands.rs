//! Functions of the operator have no route: each is reached by a command, and the log says so. The access matrix takes
//! the same table for what no route reaches.

use crate::faults::place::Place;
use serde_json::Value;

const TABLE: &str = include_str!("../../../golden/functions_by_command.txt");

#[test]
fn what_no_route_reaches_a_command_of_the_operator_does() {
    let (place, site) = Place::with_site(None, |_| {});
    let code = site.facility_code();
    for line in TABLE.lines() {
        let (function, command) = line.split_once(' ').unwrap();
        let command = command.trim().replace("CODE", &code);
        let words: Vec<&str> = command.split(' ').collect();
        let count = || {
            let log = place.ask(&["audit", "export"]);
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
