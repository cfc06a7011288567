//! The real program's commands in the locales of two operators: what one of them reads is in one
//! language, whatever came of the command, and what a script reads is the same in both.

use crate::faults::place::{LOCALE, Place, program, without_ours};
use onshi_language::is_japanese;
use std::process::Command;

const JAPANESE: &str = "ja_JP.UTF-8";
const CODE: &str = "1319990014";

/// Runs a command as an operator of this locale, and gives its exit code and all that it printed.
fn told(place: &Place, locale: &[(&str, &str)], arguments: &[&str]) -> (i32, String) {
    let mut command: Command = place.onshi(arguments);
    let output = command
        .envs(locale.iter().copied())
        .stderr(std::process::Stdio::piped())
        .current_dir(place.path())
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(text).unwrap(),
    )
}

/// Two English words in a row, which no Japanese text has outside of what is quoted in ［］ or ``.
fn english(text: &str) -> Option<String> {
    let mut quoted = false;
    let prose: String = text
        .chars()
        .filter(|c| match c {
            '［' | '］' | '`' => {
                quoted = !quoted;
                false
            }
            _ => !quoted,
        })
        .collect();
    for line in prose.lines().filter(|line| !line.starts_with("使い方")) {
        let words: Vec<&str> = line.split(' ').collect();
        let plain = |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
        if let Some(two) = words.windows(2).find(|two| two.iter().all(plain)) {
            return Some(format!("{} in {line}", two.join(" ")));
        }
    }
    None
}

/// A text without the names of the first accounts, which are data and in Japanese on every screen.
fn without_data(text: &str) -> String {
    text.replace("マスタアカウントリセット用アカウント", "")
        .replace("マスタアカウント", "")
}

/// A command, and its exit code.
type Case<'a> = (&'a [&'a str], i32);

const CASES: &[Case<'static>] = &[
    (&["migrate"], 0),
    (
        &[
            "facility",
            "add",
            "--code",
            "1319990010",
            "--name",
            "Sample Clinic",
        ],
        3,
    ),
    (&["facility", "add", "--code", CODE, "--name", ""], 3),
    (
        &["facility", "add", "--code", CODE, "--name", "Sample Clinic"],
        3,
    ),
    (&["facility", "list"], 0),
    (&["facility", "show", CODE], 0),
    (&["facility", "show", "4119990010"], 3),
    (&["facility", "show", "abc"], 3),
    (&["facility", "encoding", CODE, "latin-1"], 2),
    (&["facility", "encoding", CODE, "utf-8"], 0),
    (&["facility", "networks", CODE, "nowhere"], 2),
    (&["facility", "networks", CODE, "192.0.2.0/24"], 0),
    (&["facility", "networks", CODE], 0),
    (&["facility", "stop", CODE, "--reason", " "], 2),
    (&["facility", "resume", CODE], 3),
    (&["facility", "lst"], 2),
    (&["facility"], 2),
    (&["facility", "add", "--code", CODE], 2),
    (&["facility", "help"], 0),
    (&["help", "insured", "import"], 0),
    (&["help", "nothing"], 2),
    (&["--help"], 0),
    (&["account", "list", "--facility", CODE], 0),
    (
        &["account", "list", "--facility", CODE, "--kind", "none"],
        2,
    ),
    (&["account", "unlock", "--facility", CODE, "no"], 3),
    (&["account", "unlock", "--facility", CODE, "Nobody1"], 3),
    (&["account", "reset", "--facility", CODE, "a b"], 3),
    (
        &[
            "certificate",
            "issue",
            "--facility",
            CODE,
            "--terminal",
            "a b",
        ],
        2,
    ),
    (
        &[
            "certificate",
            "issue",
            "--facility",
            CODE,
            "--terminal",
            "A1",
            "--days",
            "0",
        ],
        2,
    ),
    (&["certificate", "list", "--facility", CODE], 0),
    (&["certificate", "revoke", "123", "--reason", "lost"], 3),
    (
        &[
            "insurer", "issue", "--name", "Sample", "--number", "12345678",
        ],
        3,
    ),
    (&["insurer", "list"], 0),
    (&["insurer", "status", "06139018"], 0),
    (&["audit", "verify"], 0),
    (&["audit", "verify", "--head", "00"], 4),
    (&["insured", "import", "missing.jsonl"], 1),
    (&["insured", "import", "empty.jsonl"], 2),
    (&["insured", "import", "wide.csv"], 2),
    (&["insured", "import", "wrong.jsonl"], 5),
    (
        &[
            "insured",
            "populate",
            "--persons",
            "3",
            "--today",
            "20260230",
        ],
        2,
    ),
    (
        &[
            "population",
            "generate",
            "--persons",
            "3",
            "--out",
            "people.jsonl",
        ],
        0,
    ),
    (
        &[
            "population",
            "generate",
            "--persons",
            "3",
            "--out",
            "no/where",
        ],
        1,
    ),
    (&["link", "--settings", "missing.toml"], 2),
    (&["link", "--settings", "wrong.toml"], 2),
    (&["link", "--centre", "https://localhost:1"], 2),
    (&["link", "check", "wrong.jsonl"], 3),
    (&["link", "check", "missing.xml"], 2),
    (&["link", "check", "OQSsiquc01req_1.xml"], 3),
    (
        &[
            "terminal",
            "--centre",
            "http://x",
            "--authority",
            "a",
            "--certificates",
            ".",
        ],
        2,
    ),
    (
        &[
            "terminal",
            "--centre",
            "https://x",
            "--authority",
            "a",
            "--certificates",
            ".",
        ],
        2,
    ),
    (
        &[
            "terminal",
            "--listen",
            "192.0.2.1:80",
            "--centre",
            "https://x",
            "--authority",
            "a",
            "--certificates",
            ".",
        ],
        2,
    ),
    (
        &[
            "vectors",
            "run",
            "--http",
            "https://localhost:1",
            "--vectors",
            "none",
        ],
        2,
    ),
    (&["vectors", "population", "--vectors", "none"], 2),
    (
        &[
            "terminal",
            "--centre",
            "https://x",
            "--authority",
            "empty.jsonl",
            "--certificates",
            ".",
        ],
        2,
    ),
    (&["--set", "centre.lissten=1", "facility", "list"], 2),
    (
        &["--set", "centre.request_seconds=0", "facility", "list"],
        2,
    ),
    (
        &["--set", "centre.request_seconds=x", "facility", "list"],
        2,
    ),
    (
        &["--set", "store.postgres.tls=maybe", "facility", "list"],
        2,
    ),
    (&["--set", "nothing", "facility", "list"], 2),
    (&["--set", "centre=1", "facility", "list"], 2),
    (&["--set", "centre.listen=here", "facility", "list"], 2),
    (&["--set", "centre.listen=192.0.2.1:80", "serve"], 1),
    (&["insured", "populate", "--persons", "abc"], 2),
    (&["insured", "populate", "--persons", ""], 2),
    (&["--lang", "xx", "facility", "list"], 2),
    (
        &["--set", "store.location=elsewhere.db", "facility", "list"],
        2,
    ),
    (&["--set", "store.location=elsewhere.db", "migrate"], 1),
    (
        &["--set", "centre.secrets=elsewhere", "facility", "list"],
        1,
    ),
];

/// A place with an institution, and files to give to commands.
fn place() -> Place {
    let place = Place::new(None);
    place.ask(&["migrate"]);
    let name = ["facility", "add", "--code", CODE, "--name", "Sample Clinic"];
    place.ask(&name);
    for (file, content) in [
        ("empty.jsonl", &b""[..]),
        ("wide.csv", b"\xff\xfeI\0n\0"),
        ("wrong.jsonl", b"{}\n{\n"),
        ("wrong.toml", b"centre = 1"),
        ("half.toml", b"[centre"),
        ("OQSsiquc01req_1.xml", b"<XmlMsg><Nothing/></XmlMsg>"),
    ] {
        std::fs::write(place.path().join(file), content).unwrap();
    }
    place
}

#[test]
fn every_command_speaks_the_language_of_the_locale_and_no_other() {
    let place = place();
    let mut problems = Vec::new();
    for (arguments, code) in CASES {
        let (english_code, in_english) = told(&place, &[("LANG", "C")], arguments);
        let (japanese_code, in_japanese) = told(&place, &[("LANG", JAPANESE)], arguments);
        let is_list_of_nothing = in_japanese.trim().is_empty() && in_english.trim().is_empty();
        if (english_code, japanese_code) != (*code, *code) {
            problems.push(format!(
                "{arguments:?}: {english_code}, {japanese_code}\n{in_english}"
            ));
        }
        if without_data(&in_english).chars().any(is_japanese) {
            problems.push(format!("{arguments:?} in English:\n{in_english}"));
        }
        if !is_list_of_nothing && !in_japanese.chars().any(is_japanese) {
            problems.push(format!("{arguments:?} in Japanese:\n{in_japanese}"));
        }
        if let Some(words) = english(&in_japanese) {
            problems.push(format!("{arguments:?} in Japanese: {words}"));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n\n"));
}

#[test]
fn a_wrong_file_of_settings_is_named_in_one_language() {
    let place = place();
    for (file, words) in [
        ("wrong.toml", "表（[名前] の下の行）"),
        ("half.toml", "1行目の8文字目"),
        ("wide.csv", "UTF-8"),
        ("missing.toml", "ありません"),
    ] {
        for (locale, japanese) in [("C", false), (JAPANESE, true)] {
            let mut command = Command::new(program());
            without_ours(&mut command).args(["--config", file, "facility", "list"]);
            for name in LOCALE {
                command.env_remove(name);
            }
            command.env("LANG", locale).current_dir(place.path());
            let output = command.output().unwrap();
            let told = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{told}");
            assert!(told.contains(file), "{told}");
            assert_eq!(told.contains(words) && japanese, japanese, "{told}");
            assert_eq!(told.chars().any(is_japanese), japanese, "{told}");
            if japanese {
                assert_eq!(english(&told), None);
            }
        }
    }
}

#[test]
fn the_option_and_the_variables_choose_as_they_are_ordered() {
    let place = place();
    for (locale, arguments, japanese) in [
        (&[][..], &["audit", "verify"][..], false),
        (&[("LANG", JAPANESE)], &["audit", "verify"], true),
        (
            &[("LANG", JAPANESE), ("LC_ALL", "C")],
            &["audit", "verify"],
            false,
        ),
        (
            &[("LANG", "C"), ("LC_MESSAGES", "ja_JP")],
            &["audit", "verify"],
            true,
        ),
        (&[("LANG", "C")], &["audit", "verify", "--lang", "ja"], true),
        (
            &[("LC_ALL", JAPANESE)],
            &["--lang=en", "audit", "verify"],
            false,
        ),
    ] {
        let (code, text) = told(&place, locale, arguments);
        assert_eq!(code, 0, "{text}");
        assert_eq!(
            text.chars().any(is_japanese),
            japanese,
            "{locale:?} {arguments:?}: {text}"
        );
    }
}

#[test]
fn what_a_script_reads_is_the_same_in_every_locale() {
    let place = place();
    for arguments in [
        &["facility", "show", "4119990010", "--json"][..],
        &["facility", "add", "--code", "1", "--name", "x", "--json"],
        &["facility", "list", "--json"],
        &["account", "list", "--facility", CODE, "--json"],
        &["insurer", "status", "06139018", "--json"],
        &["insured", "import", "wrong.jsonl", "--again", "--json"],
        &["link", "check", "wrong.jsonl", "--json"],
        &["--json", "facility", "lst"],
    ] {
        let english = told(&place, &[("LANG", "C")], arguments);
        let japanese = told(&place, &[("LANG", JAPANESE)], arguments);
        assert_eq!(english, japanese, "{arguments:?}");
    }
}
