//! Every refusal is produced by a test: somebody who adds a row to the table shows who is told it.

use super::{files, is_test, none, read};

const TABLE: &str = "crates/core/src/error/refusals.rs";

/// Where a refusal comes about. What the terminal's tests are told is scripted.
const PRODUCED_IN: [&str; 3] = ["crates/core/", "crates/server/", "crates/scenarios/"];

/// The rows of the table: the name and the stable code.
fn rows(table: &str) -> Vec<(String, String)> {
    let row = |line: &str| {
        let (name, rest) = line.strip_prefix("    ")?.split_once(", \"")?;
        let code = rest.split_once("\", ")?.0;
        let is_name = name.chars().all(char::is_alphanumeric) && !name.is_empty();
        is_name.then(|| (name.to_owned(), code.to_owned()))
    };
    table.lines().filter_map(row).collect()
}

/// What tests compare with: the tests of a file and what they expect in files of their own.
fn expected(path: &str, text: &str) -> String {
    if is_test(path) || path.ends_with(".txt") {
        return text.to_owned();
    }
    let tests = text.split_once("#[cfg(test)]\nmod tests {");
    tests.map_or_else(String::new, |(_, tests)| tests.to_owned())
}

/// Whether a text expects this refusal, by its name or its code. To make one is not to expect one.
fn expects(text: &str, (name, code): &(String, String)) -> bool {
    let by_name = format!("RefusalCode::{name}");
    let named = text.match_indices(&by_name).any(|(at, _)| {
        let behind = &text[at + by_name.len()..];
        let made = behind.starts_with(".into()") || text[..at].ends_with("Refusal::new(");
        let ends = |c: char| !c.is_alphanumeric() && c != '_';
        !made && behind.chars().next().is_none_or(ends)
    });
    // In a golden file the code stands alone at the end of its line.
    let coded = text.contains(&format!("\"{code}\""));
    named || coded || text.lines().any(|line| line.ends_with(&format!(" {code}")))
}

#[test]
fn every_refusal_is_produced_by_a_test() {
    let table = read(TABLE);
    let rows = rows(&table);
    assert_eq!(rows.len(), table.matches("\n    /// ").count(), "rows read");
    let texts: Vec<String> = PRODUCED_IN
        .iter()
        .flat_map(|folder| files(folder, &[".rs", ".txt"]))
        .map(|path| expected(&path, &read(&path)))
        .filter(|text| !text.is_empty())
        .collect();
    let missing: Vec<String> = rows
        .iter()
        .filter(|row| !texts.iter().any(|text| expects(text, row)))
        .map(|(name, code)| format!("{TABLE}: no test is told {name} ({code})"))
        .collect();
    none(&missing);
}

#[test]
fn a_refusal_that_a_test_makes_itself_is_not_one_that_it_is_told() {
    let row = ("Busy".to_owned(), "busy".to_owned());
    assert!(expects("assert_eq!(code(told), RefusalCode::Busy);", &row));
    assert!(expects("assert_eq!(answer[\"code\"], \"busy\");", &row));
    assert!(expects("GET /web/menu 503 busy\n", &row));
    for made in [
        "page(RefusalCode::Busy.into())",
        "Refusal::new(RefusalCode::Busy)",
        "RefusalCode::BusyElsewhere",
        "the line is busy, they say",
    ] {
        assert!(!expects(made, &row), "{made}");
    }
}

#[test]
fn core_says_what_a_problem_is_about_and_knows_no_form() {
    let named = |path: &String| read(path).contains("Problem::new(\"");
    let problems: Vec<String> = files("crates/core/src", &[".rs"])
        .into_iter()
        .filter(named)
        .map(|path| format!("{path}: a problem is about a Fact, not about a field of a form"))
        .collect();
    none(&problems);
}
