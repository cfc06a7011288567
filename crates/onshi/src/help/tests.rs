//! Every text of the command line is there in both languages, and each language stands alone.

use super::complaint::in_japanese;
use super::{in_language, language};
use clap::{Command, CommandFactory};
use onshi_language::{Language, is_japanese};
use std::ffi::OsString;

fn tree(language: Language) -> Command {
    in_language(crate::CommandLine::command(), language)
}

/// Every command of the tree, with its path.
fn walk(command: &Command, path: &str, visit: &mut impl FnMut(&str, &Command)) {
    let path = format!("{path} {}", command.get_name());
    visit(path.trim(), command);
    for below in command.get_subcommands() {
        walk(below, &path, visit);
    }
}

/// The help of every command, short and long, whole, as it is printed.
fn helps(language: Language) -> Vec<(String, String)> {
    let mut all = Vec::new();
    walk(&tree(language), "", &mut |path, command| {
        let mut command = command.clone();
        all.push((path.to_owned(), command.render_help().to_string()));
        all.push((path.to_owned(), command.render_long_help().to_string()));
    });
    all
}

#[test]
fn every_command_and_argument_has_a_help_in_both_languages() {
    let mut missing = Vec::new();
    for language in [Language::English, Language::Japanese] {
        walk(&tree(language), "", &mut |path, command| {
            let mut look = |what: &str, text: Option<String>| match text {
                Some(text) if !text.trim().is_empty() => {
                    let has_japanese = text.chars().any(is_japanese);
                    if has_japanese != (language == Language::Japanese) {
                        missing.push(format!("{language:?} {path} {what}: {text}"));
                    }
                }
                _ => missing.push(format!("{language:?} {path} {what}: nothing")),
            };
            look("about", command.get_about().map(ToString::to_string));
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                look(id, argument.get_help().map(ToString::to_string));
                if let Some(long) = argument.get_long_help() {
                    look(id, Some(long.to_string()));
                }
            }
        });
    }
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
}

#[test]
fn a_help_is_in_one_language() {
    for (path, text) in helps(Language::English) {
        assert!(!text.chars().any(is_japanese), "{path}\n{text}");
    }
    for (path, text) in helps(Language::Japanese) {
        assert!(text.contains("使い方: onshi"), "{path}\n{text}");
        for word in [
            "Usage",
            "Options",
            "Commands",
            "Arguments",
            "OPTIONS",
            "COMMAND]",
            "default:",
            "possible",
            "env:",
            "Print",
        ] {
            let told = text.replace("<COMMAND>", "").replace("[COMMAND]...", "");
            assert!(!told.contains(word), "{word} in {path}\n{text}");
        }
        // Two words of English in a row that are no code.
        for line in text.lines() {
            let prose: String = line.split('`').step_by(2).collect();
            let words: Vec<&str> = prose.split(' ').collect();
            let plain = |word: &&str| {
                word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase() || c == ',')
            };
            let english = words.windows(2).find(|two| two.iter().all(plain));
            let is_usage = line.starts_with("使い方") || line.starts_with("        onshi");
            assert!(english.is_none() || is_usage, "{path}: {line}");
        }
    }
}

/// A line that is wrong in each of the ways that this command line can be wrong.
const WRONG: &[&[&str]] = &[
    &["onshi", "nothing"],
    &["onshi", "facilty", "list"],
    &["onshi", "facility", "list", "--nothing"],
    &["onshi", "facility", "list", "--limt", "3"],
    &["onshi", "facility", "list", "--limit", "many"],
    &["onshi", "facility", "list", "--limit"],
    &["onshi", "facility", "add", "--code", "1"],
    &["onshi", "facility", "show", "1", "2"],
    &["onshi", "facility", "show", "1", "--json", "--json"],
    &[
        "onshi",
        "insured",
        "populate",
        "--persons",
        "5",
        "--today",
        "yesterday",
    ],
    &[
        "onshi",
        "population",
        "generate",
        "--persons",
        "18446744073709551615",
    ],
    &[
        "onshi",
        "population",
        "generate",
        "--persons",
        "5",
        "--format",
        "xml",
    ],
    &["onshi", "link", "--encrypt", "OQSmutic"],
    &["onshi", "link", "--centre", "x", "check", "y"],
    &["onshi", "link", "--status-listen", "here"],
    &[
        "onshi",
        "migrate",
        "--new-database",
        "--new-insured-database",
    ],
    &["onshi", "vectors", "run"],
    &["onshi", "vectors", "run", "--http", "x", "--folders", "y"],
    &["onshi", "vectors", "run", "--http", "x", "--user-id", "y"],
    &["onshi", "--lang", "fr", "serve"],
];

#[test]
fn what_clap_complains_of_is_in_one_language() {
    for line in WRONG {
        let error = tree(Language::Japanese)
            .try_get_matches_from(*line)
            .expect_err("a wrong line");
        let text = in_japanese(&error);
        let told = text.lines().next().unwrap_or_default();
        assert!(told.starts_with("エラー: "), "{line:?}\n{text}");
        assert!(
            told.chars().any(|c| ('\u{3040}'..='\u{30ff}').contains(&c)),
            "{line:?}\n{text}"
        );
        assert!(!told.contains("「」"), "{line:?}\n{text}");
        for word in [
            "error:",
            "Usage",
            "[OPTIONS]",
            "argument",
            " value",
            " found",
            " not ",
            "syntax",
        ] {
            assert!(!text.contains(word), "{word}: {line:?}\n{text}");
        }
        let error = tree(Language::English)
            .try_get_matches_from(*line)
            .expect_err("a wrong line");
        assert!(!error.to_string().chars().any(is_japanese), "{error}");
    }
}

#[test]
fn a_wrong_value_is_told_with_its_reason() {
    for (line, words) in [
        (
            &["onshi", "insured", "populate", "--persons", "abc"][..],
            "の値「abc」は正しくありません。半角数字だけで",
        ),
        (
            &["onshi", "insured", "populate", "--persons", ""],
            "値が空です。",
        ),
        (
            &["onshi", "link", "--retention-days", "4294967296"],
            "範囲は 0..=4294967295 です。",
        ),
        (
            &["onshi", "link", "--status-listen", "here"],
            "127.0.0.1:8080 のように",
        ),
    ] {
        let error = tree(Language::Japanese).try_get_matches_from(line);
        let text = in_japanese(&error.expect_err("a wrong line"));
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn what_every_command_takes_stands_behind_its_own() {
    for (path, text) in helps(Language::English) {
        let behind = text.split_once("--config <CONFIG>").map(|(_, text)| text);
        let behind = behind.unwrap_or_default().lines();
        let flags = behind.filter_map(|line| line.trim().split_once("--"));
        for (_, flag) in flags {
            let known = ["help", "json", "lang", "set", "version", "config"];
            assert!(
                known.iter().any(|name| flag.starts_with(name)),
                "{path}\n{text}"
            );
        }
    }
}

#[test]
fn the_option_is_above_the_locale() {
    let locale = |name: &str| (name == "LANG").then(|| "ja_JP.UTF-8".to_owned());
    let asked = |line: &[&str]| {
        let line: Vec<OsString> = line.iter().map(Into::into).collect();
        language(&line, locale)
    };
    assert_eq!(asked(&["onshi", "serve"]), Language::Japanese);
    assert_eq!(asked(&["onshi", "--lang", "en"]), Language::English);
    assert_eq!(asked(&["onshi", "serve", "--lang=en"]), Language::English);
    assert_eq!(asked(&["onshi", "--", "--lang=en"]), Language::Japanese);
    assert_eq!(asked(&["onshi", "--lang", "fr"]), Language::Japanese);
    assert_eq!(asked(&["onshi", "nothing", "--json"]), Language::English);
    assert_eq!(asked(&["onshi", "--", "--json"]), Language::Japanese);
}
