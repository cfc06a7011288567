//! TestCentre rules of the dependencies: where they come from, under which licences, and which of them
//! are no releases yet. `deny.toml` says what is allowed, for `cargo deny` as for this test.

// It is always set here, and tells clippy that helpers are tests too.
#![cfg(test)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use toml::Table;

/// Crates of the lock file that are pre-releases, and why they may be. An entry that is not needed
/// any more must go.
const PRE_RELEASES: &[(&str, &str)] = &[
    (
        "cms",
        "p12-keystore rests on it; it only writes what we issue ourselves, never reads what others send",
    ),
    (
        "pkcs12",
        "p12-keystore rests on it; it only writes what we issue ourselves, never reads what others send",
    ),
];

fn root() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = crate_folder.ancestors().nth(2);
    root.expect("the crate lies two folders below the root")
        .to_owned()
}

fn read(path: &str) -> Table {
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    text.parse()
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The packages of the lock file.
fn locked() -> Vec<(String, String, Option<String>)> {
    let lock = read("Cargo.lock");
    let packages = lock["package"].as_array().unwrap();
    let text = |package: &toml::Value, key: &str| {
        let value = package.get(key).and_then(toml::Value::as_str);
        value.map(str::to_owned)
    };
    let all = packages.iter().map(|package| {
        let name = text(package, "name").unwrap();
        (
            name,
            text(package, "version").unwrap(),
            text(package, "source"),
        )
    });
    all.collect()
}

fn texts(value: &toml::Value) -> BTreeSet<String> {
    let texts = value.as_array().unwrap().iter();
    texts
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn pre_releases_are_named_with_the_reason() {
    // What follows a `+` says how it was built, not that it is no release.
    let release = |version: &str| !version.split('+').next().unwrap_or_default().contains('-');
    let found: BTreeSet<String> = locked()
        .into_iter()
        .filter(|(_, version, _)| !release(version))
        .map(|(name, ..)| name)
        .collect();
    let listed = PRE_RELEASES.iter().map(|(name, why)| {
        assert!(!why.is_empty(), "{name} has no reason");
        (*name).to_owned()
    });
    assert_eq!(
        found,
        listed.collect(),
        "pre-releases in Cargo.lock and in the list"
    );
}

#[test]
fn all_comes_from_the_one_registry() {
    for (name, version, source) in locked() {
        let ours = source.is_none() && name.starts_with("onshi");
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        assert!(
            ours || source.as_deref() == Some(registry),
            "{name} {version}: {source:?}"
        );
    }
}

/// The packages that are built here, with their licences: the lock file also has those of other
/// platforms and of features that nobody uses.
fn built() -> Vec<(String, String)> {
    let told = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root())
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "{complaint}");
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let resolved = told["resolve"]["nodes"].as_array().unwrap();
    let used: Vec<&Value> = resolved.iter().map(|node| &node["id"]).collect();
    assert!(used.len() > 100, "the dependencies were not found");
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    let packages = told["packages"].as_array().unwrap();
    packages
        .iter()
        .filter(|package| used.contains(&&package["id"]))
        .map(|package| (text(&package["name"]), text(&package["license"])))
        .collect()
}

#[test]
fn nothing_banned_is_built() {
    let deny = read("deny.toml");
    let bans = deny["bans"]["deny"].as_array().unwrap();
    let banned: BTreeMap<&str, &str> = bans
        .iter()
        .map(|ban| (ban["crate"].as_str(), ban["reason"].as_str()))
        .map(|(name, reason)| (name.unwrap(), reason.unwrap()))
        .collect();
    assert!(!banned.is_empty());
    for (name, _) in built() {
        assert_eq!(banned.get(name.as_str()), None, "{name} is banned");
    }
}

/// Whether an SPDX expression can be fulfilled with what is allowed.
fn fits(expression: &str, allowed: &BTreeSet<String>) -> bool {
    // The older way to write "or".
    let words = expression.replace('/', " OR ");
    let words = words.replace('(', " ( ").replace(')', " ) ");
    let mut words: Vec<&str> = words.split_whitespace().rev().collect();
    let fits = either(&mut words, allowed);
    assert!(words.is_empty(), "{expression} can't be read");
    fits
}

fn either(words: &mut Vec<&str>, allowed: &BTreeSet<String>) -> bool {
    let mut fits = both(words, allowed);
    while words.pop_if(|word| *word == "OR").is_some() {
        fits |= both(words, allowed);
    }
    fits
}

fn both(words: &mut Vec<&str>, allowed: &BTreeSet<String>) -> bool {
    let mut fits = one(words, allowed);
    while words.pop_if(|word| *word == "AND").is_some() {
        fits &= one(words, allowed);
    }
    fits
}

fn one(words: &mut Vec<&str>, allowed: &BTreeSet<String>) -> bool {
    let word = words.pop().expect("a licence");
    if word == "(" {
        let fits = either(words, allowed);
        assert_eq!(words.pop(), Some(")"));
        return fits;
    }
    if words.pop_if(|word| *word == "WITH").is_some() {
        let exception = words.pop().expect("an exception");
        return allowed.contains(&format!("{word} WITH {exception}"));
    }
    allowed.contains(word)
}

#[test]
fn every_licence_fits_ours() {
    let deny = read("deny.toml");
    let licenses = &deny["licenses"];
    let allowed = texts(&licenses["allow"]);
    let exceptions: BTreeMap<&str, BTreeSet<String>> = licenses["exceptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["crate"].as_str().unwrap(), texts(&entry["allow"])))
        .collect();
    let problems: Vec<String> = built()
        .into_iter()
        .filter(|(name, license)| {
            let own = exceptions.get(name.as_str());
            !own.is_some_and(|own| fits(license, own)) && !fits(license, &allowed)
        })
        .map(|(name, license)| format!("{name}: {license}"))
        .collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn licence_expressions_are_read() {
    let allowed: BTreeSet<String> = ["MIT", "Apache-2.0 WITH LLVM-exception", "ISC"]
        .map(str::to_owned)
        .into();
    for good in [
        "MIT",
        "GPL-3.0 OR MIT",
        "MIT/GPL-3.0",
        "MIT AND (GPL-3.0 OR ISC)",
        "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
    ] {
        assert!(fits(good, &allowed), "{good}");
    }
    for bad in ["GPL-3.0", "MIT AND GPL-3.0", "Apache-2.0", "none"] {
        assert!(!fits(bad, &allowed), "{bad}");
    }
}
