//! The pages about the design stay short and name only files that are there.

use super::{files, is_test, none, read};

/// The pages that lead through the code.
const ABOUT_THE_CODE: [&str; 4] = [
    "docs/architecture.md",
    "docs/identity.md",
    "docs/store.md",
    "docs/walkthroughs.md",
];

/// The words of a page that look like a source file's path.
fn sources(text: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '.');
    text.split(move |c| !part(c))
        .map(|word| word.trim_matches('.'))
        // Links have a test of their own, and a pattern is no name.
        .filter(|word| word.ends_with(".rs") && word.len() > 3 && !word.starts_with('/'))
}

/// What the files of the crates are called on the pages: `server/api/mod.rs`, or `mod.rs` with as many
/// folders before it as it needs.
fn is_called(file: &str, name: &str) -> bool {
    let short = file.replacen("crates/", "", 1).replacen("/src/", "/", 1);
    [file, &short].iter().any(|path| {
        path.strip_suffix(name)
            .is_some_and(|before| before.is_empty() || before.ends_with('/'))
    })
}

#[test]
fn the_architecture_is_one_page() {
    let lines = read("docs/architecture.md").lines().count();
    assert!(lines <= 300, "docs/architecture.md has {lines} lines");
}

#[test]
fn pages_name_files_that_are_there() {
    let all = files("crates", &[".rs"]);
    let mut problems = Vec::new();
    for page in ABOUT_THE_CODE {
        for name in sources(&read(page)) {
            if !all.iter().any(|file| is_called(file, name)) {
                problems.push(format!("{page}: {name} is not there"));
            }
        }
    }
    none(&problems);
}

/// The names of our metrics that stand in a text.
fn metrics(text: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| c.is_ascii_lowercase() || c == '_';
    let words = text.split(move |c| !part(c));
    words.filter(|word| word.starts_with("onshi_") && word.len() > "onshi_".len())
}

#[test]
fn alerts_and_dashboards_name_metrics_that_are_there() {
    let source: String = files("crates", &[".rs"])
        .iter()
        .map(|path| read(path))
        .collect();
    let mut problems = Vec::new();
    for page in files("deploy", &["alerts.yml", "onshi.json"]) {
        let text = read(&page);
        assert!(metrics(&text).count() > 5, "{page} names metrics");
        for name in metrics(&text) {
            let ends = ["_bucket", "_sum", "_count"];
            let plain = ends.iter().find_map(|end| name.strip_suffix(end));
            let is_there = |name: &str| source.contains(&format!("\"{name}\""));
            if !is_there(name) && !plain.is_some_and(is_there) {
                problems.push(format!("{page}: {name} is not measured"));
            }
        }
    }
    none(&problems);
}

/// A service has no way to a sandbox's faults, clock and record.
#[test]
fn only_the_demo_starts_a_sandbox() {
    let callers: Vec<String> = files("crates", &[".rs"])
        .into_iter()
        .filter(|path| !is_test(path) && read(path).contains("start_sandbox("))
        .collect();
    assert_eq!(
        callers,
        [
            "crates/onshi/src/demo/serving.rs",
            "crates/server/src/start/mod.rs"
        ]
    );
}

/// The names in a text that are long enough to be those of tests.
fn tests_named(text: &str) -> impl Iterator<Item = &str> {
    let is_one = |word: &&str| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        word.chars().all(plain) && word.matches('_').count() >= 3
    };
    text.split('`').skip(1).step_by(2).filter(is_one)
}

#[test]
fn tests_that_pages_name_are_there() {
    let source: String = files("crates", &[".rs"])
        .iter()
        .map(|path| read(path))
        .collect();
    let mut problems = Vec::new();
    for (page, least) in [("docs/limits.md", 80), ("SECURITY.md", 0)] {
        let text = read(page);
        assert!(tests_named(&text).count() >= least, "{page} names tests");
        for name in tests_named(&text) {
            if !source.contains(&format!("fn {name}(")) {
                problems.push(format!("{page}: there is no test {name}"));
            }
        }
    }
    none(&problems);
}
