//! Migrations only expand: the last version serves beside the next one while that is rolled in, on a schema that was only added
//! to. What a version stops using goes one version later (ADR 0055).

use super::{files, none, read};
use std::collections::BTreeSet;

/// The version that serves beside the next one, and its migrations.
const LAST_VERSION: &str = "packaging/last-version";

/// What may be done all the same: the migration, what it says, the version that may not serve beside it any more (or `any`, where
/// every version may), and why. An entry that is not needed any more must go. What takes something away must write its own floor
/// (`schema_floor`).
const EXCEPTIONS: &[(i64, &str, &str, &str)] = &[
    (
        30,
        "create index web_session_by_certificate on web_session",
        "any",
        "sessions are those of one day, and the index is made in moments",
    ),
    (
        41,
        "drop index application_by_facility",
        "any",
        "an index that no look-up used: no version names it",
    ),
    (
        44,
        "create index terminal_certificate_by_end on terminal_certificate",
        "any",
        "a nation has some hundred thousand certificates, and the index is made in a second",
    ),
    (
        44,
        "create index reader_certificate_by_end on reader_certificate",
        "any",
        "the same",
    ),
];

/// The statements of a migration in small letters, without comments.
fn statements(text: &str) -> Vec<String> {
    let without_comments: Vec<&str> = text
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .collect();
    without_comments
        .join(" ")
        .to_lowercase()
        .replace("$insured.", "")
        .split(';')
        .map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|statement| !statement.is_empty())
        .collect()
}

/// The word behind these words, without what may stand at its end.
fn behind<'a>(statement: &'a str, words: &str) -> Option<&'a str> {
    let rest = &statement[statement.find(words)? + words.len()..];
    rest.split([' ', '(']).next()
}

/// Why a statement is not an addition that the last version can live with; none where it is one. `own` are the tables that the
/// last version does not know.
fn problem(statement: &str, own: &mut BTreeSet<String>) -> Option<&'static str> {
    let is_own = |table: Option<&str>| table.is_some_and(|table| own.contains(table));
    if let Some(table) = behind(statement, "create table ") {
        own.insert(table.to_owned());
        return None;
    }
    if statement.starts_with("create index ") || statement.starts_with("create unique index ") {
        let unique = statement.starts_with("create unique");
        return match is_own(behind(statement, " on ")) {
            true => None,
            false if unique => Some("the last version does not keep the rule of a new key"),
            false => Some("nobody writes the table while its index is made"),
        };
    }
    if let Some(table) = behind(statement, "alter table ") {
        if is_own(Some(table)) {
            return None;
        }
        let adds = statement.starts_with(&format!("alter table {table} add column "));
        let given = statement.contains(" default ") || !statement.contains(" not null");
        let rules = [" unique", " check", " references ", " primary key"];
        let ruled = rules.iter().any(|word| statement.contains(word));
        return match (adds, given, ruled) {
            (false, ..) => Some("the last version reads and writes it as it was"),
            (_, false, _) => Some("the last version gives no value for the new column"),
            (.., true) => Some("the last version does not keep the rule of the new column"),
            _ => None,
        };
    }
    match behind(statement, "insert into ").or(behind(statement, "update ")) {
        Some(table) if is_own(Some(table)) => None,
        Some(_) => Some("rows of the last version's tables are written while it serves"),
        None => Some("it takes something away, or is not known here"),
    }
}

/// The number of a migration's file.
fn number(path: &str) -> i64 {
    let name = path.rsplit('/').next().unwrap_or_default();
    let number = name.split('_').next().unwrap_or_default();
    number
        .parse()
        .unwrap_or_else(|_| panic!("{path} begins with its number"))
}

fn known() -> BTreeSet<i64> {
    let last: toml::Value = toml::from_str(&read(LAST_VERSION)).expect("it is TOML");
    let numbers = last["migrations"]
        .as_array()
        .expect("it lists its migrations");
    numbers.iter().filter_map(toml::Value::as_integer).collect()
}

#[test]
fn migrations_since_the_last_version_only_add() {
    let known = known();
    let mut own = BTreeSet::new();
    let mut problems = Vec::new();
    let mut used = BTreeSet::new();
    for path in files("crates/core/src/store/migrations", &[".sql"]) {
        let number = number(&path);
        if known.contains(&number) {
            continue;
        }
        let statements = statements(&read(&path));
        let floored = statements
            .iter()
            .any(|one| one.starts_with("insert into schema_floor "));
        for statement in &statements {
            if statement.starts_with("insert into schema_floor ") {
                continue;
            }
            let Some(why) = problem(statement, &mut own) else {
                continue;
            };
            let listed = EXCEPTIONS
                .iter()
                .find(|(of, begins, ..)| *of == number && statement.starts_with(begins));
            match listed {
                None => problems.push(format!("{path}: {statement}: {why}")),
                Some((of, begins, version, _)) => {
                    used.insert((*of, *begins));
                    if *version != "any" && !floored {
                        problems.push(format!("{path} takes something away and writes no floor"));
                    }
                }
            }
        }
    }
    for (of, begins, version, why) in EXCEPTIONS {
        if !used.contains(&(*of, *begins)) || version.is_empty() || why.is_empty() {
            problems.push(format!(
                "EXCEPTIONS: {of}, {begins}: not needed, or without a reason"
            ));
        }
    }
    none(&problems);
}

#[test]
fn what_takes_something_away_is_told_from_what_adds() {
    let told = |text: &str| {
        let mut own = BTreeSet::new();
        let statements = statements(text);
        let problems = statements.iter().filter_map(|one| problem(one, &mut own));
        problems.count()
    };
    let adds = "create table a (b text not null); create unique index a_by_b on a (b); alter table a drop column b; \
                insert into a values ('x'); alter table old add column c text; \
                alter table $insured.old add column d bigint not null default 0; -- drop table old\n";
    assert_eq!(told(adds), 0);
    for takes in [
        "drop table old",
        "drop index old_by_b",
        "alter table old drop column b",
        "alter table old rename column b to c",
        "alter table old rename to older",
        "alter table old add column c text not null",
        "alter table old add column c text unique",
        "alter table old alter column c set not null",
        "create index old_by_b on old (b)",
        "create unique index old_by_b on old (b)",
        "update old set b = 'x'",
        "insert into old values ('x')",
        "delete from old",
    ] {
        assert_eq!(told(takes), 1, "{takes}");
    }
}
