//! No file of the server imports another that imports it, on whichever way round.

use super::layers::{code, sources};
use super::none;
use std::collections::{BTreeMap, BTreeSet};

/// A module by its path below `src`: `http/site.rs` and `http/site/mod.rs` are `http`, `site`.
fn module(path: &str) -> Vec<String> {
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').map(str::to_owned).collect()
}

/// Every path that a text names behind `crate::`, also in braces within braces.
fn named(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        // A visibility is no import.
        if !code[..at].ends_with("in ") {
            follow(&code[at + "crate::".len()..], &[], &mut found);
        }
    }
    found
}

/// Reads one tree of a `use`, or one path. Gives where it ends.
fn follow(text: &str, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    let mut at = 0;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        if text[at..].starts_with('{') {
            at += 1;
            loop {
                at += follow(&text[at..], &path, found);
                match text[at..].chars().next() {
                    Some(',') => at += 1,
                    Some('}') => return at + 1,
                    _ => return at,
                }
                let rest = text[at..].trim_start();
                if rest.starts_with('}') {
                    return text.len() - rest.len() + 1;
                }
            }
        }
        let word: String = text[at..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        at += word.len();
        path.push(word);
        if !text[at..].starts_with("::") {
            found.push(path);
            let end = text[at..].find([',', '}', ';', '\n']);
            return at + end.unwrap_or(0);
        }
        at += 2;
    }
}

/// Which module of the tree each module names.
fn edges(sources: &[(String, String)]) -> BTreeMap<Vec<String>, BTreeSet<Vec<String>>> {
    let all: BTreeSet<Vec<String>> = sources.iter().map(|(path, _)| module(path)).collect();
    let of = |(path, text): &(String, String)| {
        let own = module(path);
        let longest = |path: Vec<String>| {
            let lengths = (1..=path.len()).rev();
            let mut parts = lengths.map(|length| path[..length].to_vec());
            parts.find(|part| all.contains(part))
        };
        let named = named(&code(text)).into_iter().filter_map(longest);
        (own.clone(), named.filter(|other| *other != own).collect())
    };
    sources.iter().map(of).collect()
}

/// The modules that reach themselves.
fn in_circles(sources: &[(String, String)]) -> Vec<String> {
    let edges = edges(sources);
    let reaches_itself = |module: &&Vec<String>| {
        let mut seen = BTreeSet::new();
        let mut next: Vec<&Vec<String>> = edges[*module].iter().collect();
        while let Some(other) = next.pop() {
            if other == *module {
                return true;
            }
            if seen.insert(other) {
                next.extend(&edges[other]);
            }
        }
        false
    };
    let found = edges.keys().filter(reaches_itself);
    found.map(|module| module.join("/")).collect()
}

#[test]
fn no_file_of_the_server_imports_in_a_circle() {
    let problems: Vec<_> = in_circles(&sources("server"))
        .into_iter()
        .map(|module| format!("{module} imports itself by way of others"))
        .collect();
    none(&problems);
}

#[test]
fn a_circle_of_files_is_found() {
    let tree = |files: &[(&str, &str)]| -> Vec<(String, String)> {
        let own = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        files.iter().map(own).collect()
    };
    let circle = tree(&[
        ("http/mod.rs", "pub mod site;"),
        ("http/site.rs", "use crate::http::pipeline::Pipeline;"),
        (
            "http/pipeline.rs",
            "use crate::state::{Centre, context::Context};",
        ),
        ("state/mod.rs", "pub mod context;"),
        (
            "state/context.rs",
            "use crate::{\n    config::{Config, limits::{self}},\n    http::{reply, site::Site},\n};",
        ),
        ("config/mod.rs", ""),
        ("http/reply.rs", "fn raw() {}"),
    ]);
    assert_eq!(
        in_circles(&circle),
        ["http/pipeline", "http/site", "state/context"]
    );
    let none = tree(&[
        ("http/site.rs", "use crate::http::pipeline::Pipeline;"),
        (
            "http/pipeline.rs",
            "// crate::http::site\npub(in crate::http) fn own() {}",
        ),
        (
            "http/reply.rs",
            "#[cfg(test)]\nmod tests {\n    use crate::http::site::Site;\n}",
        ),
    ]);
    assert_eq!(in_circles(&none), Vec::<String>::new());
}
