//! House rules that are executed: sizes, module comments, links, the glossary, and what a crate may
//! depend on. Limits only tighten; whoever needs more says why in a list here.

#[path = "tidy/circles.rs"]
mod circles;
#[path = "tidy/documents.rs"]
mod documents;
#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/migrations.rs"]
mod migrations;
#[path = "tidy/refusals.rs"]
mod refusals;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

const FILE_LINES_MAX: usize = 400;
const TEST_FILE_LINES_MAX: usize = 600;

/// Longer files, how long they may be, and why. An entry that is not needed any more must go.
const LONGER: &[(&str, usize, &str)] = &[
    (
        "crates/core/src/account/store.rs",
        640,
        "all SQL of the accounts and sessions; nothing but statements and their rows",
    ),
    (
        "crates/core/src/error/refusals.rs",
        800,
        "one table with a row a refusal, and what people read of it in two languages",
    ),
];

/// What a crate's manifest must never name, beside what the compiler forbids as a circle.
const NOT_KNOWN: &[(&str, &[&str])] = &[
    // It has no HTTP and no async.
    (
        "core",
        &[
            "axum",
            "hyper",
            "tokio",
            "tower",
            "reqwest",
            "onshi-server",
            "onshi-population",
            "onshi-language",
        ],
    ),
    // What measures a centre is no part of one.
    ("server", &["onshi-bench", "onshi-population", "clap"]),
    // They meet the centre by its messages, as everybody else's do.
    ("terminal", &["onshi-core", "onshi-server", "rusqlite"]),
    ("client", &["onshi-core", "onshi-server", "onshi-terminal"]),
    (
        "conformance",
        &[
            "onshi-core",
            "onshi-server",
            "onshi-terminal",
            "onshi-population",
        ],
    ),
];

fn root() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder
        .ancestors()
        .nth(2)
        .expect("the crate lies two folders below the root")
        .to_owned()
}

/// Every file below a folder whose name ends so, as paths from the root, sorted. Folders that are
/// hidden, built or vendored are left out.
fn files(below: &str, ends: &[&str]) -> Vec<String> {
    let root = root();
    let mut found = Vec::new();
    let mut folders = vec![root.join(below)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            // What `make demo` leaves lies at the root; sources of that name are looked at.
            let passed_over =
                ["target", "vendor"].contains(&name.as_str()) || name == "demo" && folder == root;
            if path.is_dir() {
                if !passed_over && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if ends.iter().any(|end| name.ends_with(end)) {
                let path = path.strip_prefix(&root).expect("it is below the root");
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Fails with every problem at once.
fn none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.ends_with("/testing.rs")
}

#[test]
fn files_are_short() {
    let mut problems = Vec::new();
    for path in files("crates", &[".rs"]) {
        let lines = read(&path).lines().count();
        let usual = if is_test(&path) {
            TEST_FILE_LINES_MAX
        } else {
            FILE_LINES_MAX
        };
        let listed = LONGER.iter().find(|(longer, ..)| *longer == path);
        let limit = listed.map_or(usual, |(_, limit, _)| *limit);
        if lines > limit {
            problems.push(format!("{path}: {lines} lines, the limit is {limit}"));
        }
        if listed.is_some() && lines <= usual {
            problems.push(format!("{path} is short again: take it out of LONGER"));
        }
    }
    for (path, _, why) in LONGER {
        if !root().join(path).exists() || why.is_empty() {
            problems.push(format!("LONGER: {path} is not there, or has no reason"));
        }
    }
    none(&problems);
}

#[test]
fn every_module_says_what_it_is() {
    let problems: Vec<String> = files("crates", &[".rs"])
        .into_iter()
        .filter(|path| path.split('/').nth(2) == Some("src"))
        .filter(|path| {
            let text = read(path);
            !text.trim().is_empty() && !text.starts_with("//!")
        })
        .map(|path| format!("{path} does not begin with //!"))
        .collect();
    none(&problems);
}

#[test]
fn what_is_still_to_do_has_an_issue() {
    // Put together, so that this file does not find itself.
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
    ];
    let mut problems = Vec::new();
    for path in files("crates", &[".rs", ".toml", ".html", ".sql"]) {
        for (number, line) in read(&path).lines().enumerate() {
            let found = words.iter().find(|word| line.contains(**word));
            if found.is_some_and(|word| !line.contains(&format!("{word}(#"))) {
                problems.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    none(&problems);
}

#[test]
fn crates_know_only_what_they_may() {
    let mut problems = Vec::new();
    for (name, not_known) in NOT_KNOWN {
        let manifest = format!("crates/{name}/Cargo.toml");
        for line in read(&manifest).lines() {
            let other = line.split(['.', '=', ' ']).next().unwrap_or_default();
            if not_known.contains(&other) {
                problems.push(format!("{manifest} names {other}"));
            }
        }
    }
    none(&problems);
}

/// The targets of a document's links and images, code left aside.
/// Where core makes an actor. Nobody outside of core can, and inside of it nothing else may.
const MAKE_ACTORS: &[(&str, &str)] = &[
    ("actor.rs", "it defines them"),
    (
        "authn/enrolment.rs",
        "whoever has a code for a certificate, as the terminal or insurer that it is for",
    ),
    ("authn/operator.rs", "the operator, who showed the key"),
    (
        "authn/terminal.rs",
        "a terminal and an insurer, by a certificate",
    ),
    ("account/store/sessions.rs", "of a session"),
    ("account/store/tokens.rs", "of a token"),
    (
        "eligibility/bulk/job.rs",
        "the account that asked for what is worked later",
    ),
    ("service/job.rs", "the centre itself"),
    (
        "service/refusals.rs",
        "as whom refusals of a certificate are counted",
    ),
];

#[test]
fn only_authentication_makes_an_actor() {
    let makes = |path: &str| {
        let text = read(path);
        let code = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        [
            "account",
            "visitor",
            "insurer",
            "operator",
            "operator_at",
            "system",
        ]
        .iter()
        .any(|name| code.contains(&format!("Actor::{name}(")))
            || code
                .lines()
                .any(|line| line.ends_with("Actor {") && !line.contains("-> "))
    };
    let found: BTreeSet<String> = files("crates/core/src", &[".rs"])
        .into_iter()
        .filter(|path| !is_test(path) && !path.ends_with("/testing.rs"))
        .filter(|path| !path.ends_with("/forbidden.rs") && makes(path))
        .collect();
    let may = MAKE_ACTORS
        .iter()
        .map(|(path, _)| format!("crates/core/src/{path}"))
        .collect();
    assert_eq!(found, may);
}

fn links(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        // What stands between back quotes is code.
        let prose: String = line.split('`').step_by(2).collect();
        for rest in prose.split("](").skip(1) {
            if let Some((target, _)) = rest.split_once(')') {
                found.push(target.to_owned());
            }
        }
    }
    found
}

/// The anchor that a heading gets, as GitHub makes it.
fn anchor(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

/// `a/b/../c` without the dots.
fn plain(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(parts.pop()),
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}

#[test]
fn links_lead_somewhere() {
    let mut problems = Vec::new();
    for document in files("", &[".md"]) {
        for link in links(&read(&document)) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, fragment) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() {
                document.clone()
            } else {
                let folder = Path::new(&document).parent().unwrap_or(Path::new(""));
                plain(&folder.join(file))
            };
            if !root().join(&target).exists() {
                problems.push(format!("{document}: {link} is not there"));
            } else if !fragment.is_empty() && target.ends_with(".md") {
                let text = read(&target);
                let headings = text.lines().filter(|line| line.starts_with('#'));
                if !headings.map(anchor).any(|name| name == fragment) {
                    problems.push(format!("{document}: {link} has no such heading"));
                }
            }
        }
    }
    none(&problems);
}

#[test]
fn both_readmes_lead_to_the_same() {
    let targets = |document: &str| -> BTreeSet<String> {
        links(&read(document))
            .into_iter()
            .filter(|link| !link.starts_with("README"))
            .collect()
    };
    assert_eq!(targets("README.md"), targets("README.ja.md"));
}

#[test]
fn the_glossary_names_what_exists() {
    let code: String = files("crates", &[".rs", ".sql"])
        .iter()
        .filter(|path| !path.ends_with("tidy.rs"))
        .map(|path| read(path))
        .collect();
    let words: BTreeSet<&str> = code
        .split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
        .map(|word| word.trim_matches(':'))
        .collect();
    let glossary = read("docs/glossary.md");
    let mut seen = BTreeMap::new();
    let mut problems = Vec::new();
    for line in glossary.lines().filter(|line| line.starts_with("| ")) {
        let Some(cell) = line.split('|').nth(2) else {
            continue;
        };
        for name in cell.split('`').skip(1).step_by(2) {
            let known = words.contains(name) || code.contains(&format!("{name}("));
            if !known {
                problems.push(format!("{name} is not in the code: {line}"));
            }
            if let Some(before) = seen.insert(name.to_owned(), line) {
                problems.push(format!("{name} stands twice: {before}"));
            }
        }
    }
    assert!(seen.len() > 30, "the glossary has lost its table");
    none(&problems);
}

#[test]
fn every_decision_is_in_the_list() {
    let list = links(&read("docs/adr/README.md"));
    let problems: Vec<String> = files("docs/adr", &[".md"])
        .into_iter()
        .filter_map(|path| path.strip_prefix("docs/adr/").map(str::to_owned))
        .filter(|name| name != "README.md" && !list.contains(name))
        .map(|name| format!("docs/adr/README.md does not name {name}"))
        .collect();
    none(&problems);
}

/// The fields of a file's sections of settings that are numbers, texts or addresses, and no further
/// sections.
fn settings(path: &str) -> Vec<String> {
    let mut in_section = false;
    read(path)
        .lines()
        .filter(|line| {
            if let Some(name) = line.strip_prefix("pub struct ") {
                let name = name.trim_end_matches([' ', '{']);
                in_section = name.ends_with("Config") || name.ends_with("Rules");
            }
            in_section
        })
        .filter_map(|line| line.strip_prefix("    pub "))
        .filter_map(|line| line.trim_end_matches(',').split_once(": "))
        .filter(|(name, kind)| {
            let section = kind.ends_with("Config") || kind.ends_with("Rules");
            !section && name.chars().all(|c| c.is_lowercase() || c == '_')
        })
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[test]
fn every_setting_and_metric_is_described() {
    let page = read("docs/operating.md");
    let mut names = Vec::new();
    let mut pages = files("crates/server/src/config", &[".rs"]);
    pages.push("crates/core/src/rules.rs".to_owned());
    pages.extend(files("crates/core/src/rules", &[".rs"]));
    for path in &pages {
        names.extend(settings(path).into_iter().map(|name| format!(".{name}`")));
    }
    assert!(names.len() > 25, "the settings were not found: {names:?}");
    for path in files("crates/server/src", &[".rs"]) {
        let text = read(&path);
        for metric in text.split("!(\"onshi_").skip(1) {
            let end = metric.split('"').next().unwrap_or_default();
            names.push(format!("`onshi_{end}`"));
        }
    }
    let problems: Vec<String> = names
        .into_iter()
        .filter(|name| !page.contains(name.as_str()))
        .map(|name| format!("docs/operating.md does not describe {name}"))
        .collect();
    none(&problems);
}
