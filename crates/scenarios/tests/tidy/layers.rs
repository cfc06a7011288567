//! The layers of core and of the server, executed: a module imports only what stands below it, and SQL is
//! in the stores.

use super::{files, is_test, none, read};
use std::collections::BTreeSet;

/// Layers from the bottom to the top, each with its modules.
type Layers = &'static [(&'static str, &'static [&'static str])];

/// The modules of core from the bottom to the top. Each may import what stands before it, in its own
/// row or in one above; whoever needs more moves what is needed down, or what needs it up.
const CORE: Layers = &[
    (
        "plain values",
        &[
            "clock",
            "entropy",
            "fold",
            "network",
            "turns",
            "error",
            "keyed",
            "opaque_id",
            "one_time_code",
            "buckets",
            "text",
            "terms",
            "rules",
        ],
    ),
    ("who may do what", &["actor", "permission", "password"]),
    ("the databases", &["store"]),
    ("what the log says", &["audit"]),
    ("what runs on a database", &["engine"]),
    ("the door", &["service", "history"]),
    (
        "the subjects",
        &[
            "mail",
            "facility",
            "certificate",
            "second_factor",
            "account",
            "registration",
            "form",
            "insured",
            "insurer",
            "environment",
            "consent",
            "eligibility",
            "card",
            "reader",
            "home_reception",
            "staff_phone",
            "access",
            "enrolment",
            "operator",
            "application",
            "backup",
            "rollout",
        ],
    ),
    ("who is before the door", &["authn"]),
    ("what rests on a basis", &["emergency", "medical"]),
    ("what the centre does on its own", &["jobs"]),
];

/// The modules of the server, in the same way: state apart from assembly, and pages and messages above what
/// they are reached through.
const SERVER: Layers = &[
    ("settings", &["config"]),
    ("tools", &["capacity", "sheet", "documents"]),
    ("the state of a centre", &["state"]),
    ("from the socket to who is asking", &["http"]),
    ("screens, and what programs ask", &["web", "api"]),
    ("assembly", &["routes", "operations", "start"]),
    ("the operator", &["operator"]),
];

/// What `lib.rs` names at the root, and where it is from.
const AT_THE_ROOT: &[(&str, &str)] = &[
    ("AccountKind", "actor"),
    ("Actor", "actor"),
    ("Role", "actor"),
    ("Day", "clock"),
    ("Moment", "clock"),
    ("Error", "error"),
    ("Fault", "error"),
    ("Problem", "error"),
    ("Refusal", "error"),
    ("RefusalCode", "error"),
    ("Service", "service"),
    ("Request", "service"),
    ("RequestId", "service"),
    ("Work", "service"),
    ("Subject", "terms"),
    ("Function", "permission"),
    ("Rules", "rules"),
];

fn place(layers: Layers, module: &str) -> Option<usize> {
    let all = layers.iter().flat_map(|(_, modules)| *modules);
    all.into_iter().position(|known| *known == module)
}

/// The code of a file without comments and without its tests.
pub(super) fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next();
    text.unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// The names that stand directly behind each `crate::`, also in braces.
fn names(code: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let mut found = Vec::new();
    for behind in code.split("crate::").skip(1) {
        let Some(braces) = behind.strip_prefix('{') else {
            found.push(word(behind));
            continue;
        };
        let (mut depth, mut begins) = (0, true);
        for (at, c) in braces.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                c if c.is_whitespace() => {}
                _ if begins => {
                    found.push(word(&braces[at..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

/// How many `super::` lead out of a file's module.
fn depth(path: &str) -> usize {
    let parts = path.split('/').count();
    parts - usize::from(path.ends_with("/mod.rs"))
}

/// What a file imports that it must not know.
fn upward(layers: Layers, path: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let own = path.split('/').next().unwrap_or_default();
    let own = own.trim_end_matches(".rs");
    let mut problems = Vec::new();
    let Some(here) = place(layers, own) else {
        return vec![format!("{path}: {own} is in no layer")];
    };
    for name in names(&code) {
        let module = AT_THE_ROOT
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(name.as_str(), |(_, module)| *module);
        match place(layers, module) {
            None => problems.push(format!("{path}: crate::{name} is in no layer")),
            Some(there) if there > here => {
                problems.push(format!("{path}: {own} must not know {module}"));
            }
            Some(_) => {}
        }
    }
    if code.contains(&"super::".repeat(depth(path))) {
        problems.push(format!(
            "{path}: it is named by crate::, not past its own module"
        ));
    }
    problems.sort();
    problems.dedup();
    problems
}

/// The lines of a file that are SQL and stand in no store.
fn sql_elsewhere(path: &str, text: &str) -> Vec<String> {
    if path.contains("store/") || path.ends_with("store.rs") {
        return Vec::new();
    }
    let is_sql = |line: &str| {
        line.split('"').skip(1).any(|text| {
            let begins = |words: &str| text.trim_start().starts_with(words);
            begins("select ")
                || begins("insert into ")
                || begins("delete from ")
                || begins("lock table ")
                || (begins("update ") && text.contains(" set "))
        })
    };
    code(text)
        .lines()
        .filter(|line| is_sql(line))
        .map(|line| format!("{path}: {}", line.trim()))
        .collect()
}

/// The files of a crate with their texts, by their path below `src`.
pub(super) fn sources(name: &str) -> Vec<(String, String)> {
    let src = format!("crates/{name}/src/");
    let with_text = |path: String| (path.replacen(&src, "", 1), read(&path));
    files(src.trim_end_matches('/'), &[".rs"])
        .into_iter()
        .filter(|path| !is_test(path) && !path.ends_with("/forbidden.rs"))
        .map(with_text)
        .filter(|(path, _)| path != "lib.rs")
        .collect()
}

/// Fails where a file of a crate imports what stands above it, or a layer names what is not there.
fn imports_downwards_only(name: &str, layers: Layers) {
    let sources = sources(name);
    let problems: Vec<_> = sources
        .iter()
        .flat_map(|(path, text)| upward(layers, path, text))
        .collect();
    none(&problems);
    let there: BTreeSet<&str> = sources
        .iter()
        .filter_map(|(path, _)| path.split('/').next())
        .map(|name| name.trim_end_matches(".rs"))
        .collect();
    let named: BTreeSet<&str> = layers.iter().flat_map(|(_, all)| *all).copied().collect();
    assert_eq!(named, there, "a module that is gone leaves its layer");
}

#[test]
fn core_imports_downwards_only() {
    imports_downwards_only("core", CORE);
}

#[test]
fn the_server_imports_downwards_only() {
    imports_downwards_only("server", SERVER);
}

#[test]
fn sql_is_in_the_stores_and_a_store_is_its_subjects() {
    let core = sources("core");
    let mut problems: Vec<_> = core
        .iter()
        .flat_map(|(path, text)| sql_elsewhere(path, text))
        .collect();
    for (path, text) in &core {
        // What is private can't be called by another subject.
        if code(text).contains("pub(crate) mod store") || code(text).contains("pub mod store") {
            problems.push(format!("{path}: another subject could call its store"));
        }
    }
    none(&problems);
}

#[test]
fn a_circle_that_is_made_is_found() {
    for (path, text) in [
        ("store/mod.rs", "use crate::audit::Entry;"),
        ("actor.rs", "use crate::{\n    Moment,\n    Work,\n};"),
        (
            "permission.rs",
            "use crate::{actor::{Role, Actor}, service::OperationContext};",
        ),
        ("audit/store.rs", "fn list() { crate::service::list() }"),
        ("audit/store.rs", "use super::super::service::Work;"),
        ("audit/detail/words.rs", "use super::super::super::account;"),
        ("facility/mod.rs", "use crate::account::Account;"),
        ("account/store/attempts.rs", "use crate::authn::Gate;"),
        ("insured/import.rs", "crate::insurer::refuse_ended(work)?;"),
        ("eligibility/bulk/job.rs", "use crate::jobs::Job;"),
        ("actor.rs", "use super::service::Work;"),
        ("novelty.rs", "use crate::clock::Day;"),
        ("account/mod.rs", "use crate::novelty::Thing;"),
    ] {
        assert_eq!(upward(CORE, path, text).len(), 1, "{path}: {text}");
    }
    for (path, text) in [
        ("audit/mod.rs", "use crate::store::Connection;"),
        ("audit/store.rs", "use super::Entry;"),
        ("audit/store/head.rs", "use super::super::Entry;"),
        (
            "account/mod.rs",
            "use crate::{Moment, Work, terms::Profession};",
        ),
        (
            "clock.rs",
            "//! Beside [`crate::service`].\n// crate::service\n",
        ),
        (
            "clock.rs",
            "#[cfg(test)]\nmod tests {\n    use crate::service::Work;\n}",
        ),
    ] {
        assert_eq!(
            upward(CORE, path, text),
            Vec::<String>::new(),
            "{path}: {text}"
        );
    }
    for (path, text) in [
        ("http/pipeline.rs", "use crate::web::errors::Pages;"),
        ("state/context.rs", "use crate::{api::problem, config};"),
        ("state/identity.rs", "use super::super::http::listener;"),
        (
            "web/login/mod.rs",
            "fn all() { crate::routes::CENTRE.len() }",
        ),
        ("web/login/mod.rs", "use crate::api::messages::Check;"),
        ("start/mod.rs", "use crate::operator::provision;"),
        ("helpers.rs", "use crate::config::Config;"),
    ] {
        assert_eq!(upward(SERVER, path, text).len(), 1, "{path}: {text}");
    }
    for (path, text) in [
        ("http/site.rs", "use crate::http::pipeline::Pipeline;"),
        ("web/mod.rs", "pub(in crate::web) fn shown() {}"),
        ("routes/mod.rs", "use crate::{api, web};"),
        ("api/openapi.rs", "use crate::web::api_docs::ApiDocsPage;"),
    ] {
        assert_eq!(
            upward(SERVER, path, text),
            Vec::<String>::new(),
            "{path}: {text}"
        );
    }
    let update = "    \"update account set name = $1 \\";
    assert_eq!(sql_elsewhere("account/token.rs", update).len(), 1);
    assert_eq!(sql_elsewhere("account/store/tokens.rs", update).len(), 0);
    assert_eq!(
        sql_elsewhere("account/mod.rs", "let words = \"select one\";").len(),
        1
    );
}
